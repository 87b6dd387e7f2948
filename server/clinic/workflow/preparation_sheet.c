/*
 * A preparation sheet filled for one act: slot, place, what this patient's answers add; as JSON and printed. E3, E11, L9.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>

#include "clinic/patients/patient.h"
#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/act_store.h"
#include "clinic/workflow/preparation.h"
#include "clinic/workflow/slots.h"
#include "formats/pdf/pdf.h"
#include "guard/access/people.h"
#include "platform/clock.h"

enum { MINUTE_MS = 60 * 1000 };

static bool answers(const Act *a, const char *item, const char *with)
{
    return slice_equal_text(act_fact_text(a, "request", item), with);
}

/* "Aucune connue", "none": nothing to be told of. */
static bool says_none(Slice text)
{
    OWNED_BUF folded = buf_make(256);
    if (!text.len || !text_fold(slice_part(text, 0, 60), &folded, NULL))
        return !text.len;
    Slice said = buf_slice(&folded);
    return slice_find(said, SLICE("aucun")) == 0 || slice_find(said, SLICE("none")) == 0 || slice_find(said, SLICE("neant")) == 0;
}

size_t preparation_lines(const Act *a, bool injected, bool child, bool fertile, const char *ret[PREPARATION_LINES_MAX])
{
    bool magnet = strcmp(a->modality, "MR") == 0, nuclear = modality_is_nuclear(a->modality);
    bool iodine = injected && !magnet && !nuclear;
    const struct {
        bool        told;
        const char *line;
    } LINES[] = {
        { injected && !nuclear, "An injection is planned: bring the result of your renal function test." },
        { injected && !says_none(act_fact_text(a, "request", "allergies")), "You have told of an allergy: say it again on arrival, before anything is injected." },
        { iodine && answers(a, "metformin", "yes"), "You take metformin: do not stop it yourself; your physician tells you whether to pause it, by your renal function." },
        { answers(a, "anticoagulants", "yes"), "You take an anticoagulant: do not stop it without your physician's word, and say so on arrival." },
        { magnet, "The exam is in a strong magnet: leave all metal, telephone, cards and hearing aids outside." },
        { magnet && answers(a, "mri_pacemaker", "yes"), "You have a pacemaker: bring its card, and do not enter before the team has checked it." },
        { magnet && !says_none(act_fact_text(a, "request", "implants")), "You have an implant: bring its card or the report of the operation." },
        { magnet && answers(a, "mri_claustrophobia", "yes"), "You fear closed places: say so on arrival, the team helps you." },
        { modality_irradiates(a->modality) && fertile, "Pregnant, perhaps pregnant or late? Say so before the exam: it can be changed or put off." },
        { child, "A parent or guardian comes with the child; bring the health record and what comforts the child." },
        { nuclear, "A small radioactive dose is injected, then you rest before the pictures." },
        { nuclear, "After the exam drink much and empty your bladder often; until the next day keep your distance from pregnant women and small children." },
        { strncmp(a->modality, "PT", 2) == 0 && answers(a, "diabetes", "yes"), "You are diabetic: the team calls you about your meals and your treatment, and measures your sugar before the injection." },
        { nuclear && fertile, "You are breastfeeding? Say so before the injection: the team tells you how long to pause." },
    };
    size_t count = 0;
    for (size_t i = 0; i < COUNT(LINES) && count < PREPARATION_LINES_MAX; i++)
        if (LINES[i].told)
            ret[count++] = LINES[i].line;
    return count;
}

static json_t *lines_json(Db *db, const Act *a, const Patient *patient, Lang lang)
{
    const char *lines[PREPARATION_LINES_MAX];
    json_t     *list  = json_array();
    ExamKind    kind  = exam_kind(db, a, a->slot_start_ms);
    bool        fertile = pregnancy_matters(patient->sex, patient_age_years(patient, a->slot_start_ms / 1000));
    size_t      count = preparation_lines(a, kind.contrast, kind.child, fertile, lines);
    for (size_t i = 0; i < count; i++)
        json_push(list, json_string(text_in(lang, lines[i])));
    return list;
}

bool preparation_sheet_json(Db *db, const Act *a, Lang lang, json_t **ret, Err *err)
{
    OWNED_PREPARATION p     = { 0 };
    bool              found = false;
    Patient           patient;
    Organisation      site;
    Room              room;
    char              name[200], when[48], arrive[48], address[240];
    if (!a->slot_start_ms)
        return err_set(err, ERR_CONFLICT, "The exam is not planned.", "act %" PRId64, a->id);
    if (!preparation_for_act(db, a, &p, &found, err) || !patient_load(db, a->patient_id, &patient, err) || !organisation_load(db, a->site_id, &site, err) ||
        !room_load(db, a->slot_room_id, &room, err))
        return false;
    if (!found)
        return err_set(err, ERR_CONFLICT, "No preparation sheet is approved for this exam: ask an imager of the group for one.", "act %" PRId64, a->id);
    int64_t arrive_ms = a->slot_start_ms - act_fact_int(a, "slot", "lead_minutes") * MINUTE_MS;
    local_time_shown(a->slot_start_ms, site.time_zone, when, sizeof when);
    organisation_address(&site, address, sizeof address);
    local_time_shown(arrive_ms, site.time_zone, arrive, sizeof arrive);
    (void)snprintf(name, sizeof name, "%s %s", patient.used_name[0] ? patient.used_name : patient.birth_name, patient.first_given);
    json_t *of = json_object_get(p.content, lang == LANG_FR ? "fr" : "en");
    *ret       = json_pack("{s:s, s:I, s:I, s:O, s:s, s:s, s:s, s:I, s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "lang", lang == LANG_FR ? "fr" : "en", "id",
                           (json_int_t)p.id, "version", (json_int_t)p.version, "sheet", of, "patient", name, "modality", a->modality, "region", a->region,
                           "start_ms", (json_int_t)a->slot_start_ms, "arrive_ms", (json_int_t)arrive_ms, "when", when, "arrive", arrive, "room", room.name,
                           "site", site.name, "city", site.city, "address", address, "phone", site.phone, "number", a->number, "lines", lines_json(db, a, &patient, lang));
    return *ret != NULL;
}

bool act_preparation_json(Db *db, const Who *who, int64_t act_id, Lang lang, json_t **ret, Err *err)
{
    OWNED_ACT a = { 0 };
    return act_load_for(db, act_id, who->person_id, clock_now_s(), &a, err) && preparation_sheet_json(db, &a, lang, ret, err);
}

/* ---- printed ---- */

static const char *word(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static void part(PdfDoc *pdf, const char *heading, const json_t *list)
{
    size_t        i;
    const json_t *line;
    OWNED_BUF     text = buf_make(16 * 1024);
    if (json_array_size(list) == 0)
        return;
    json_array_foreach (list, i, line)
        buf_addf(&text, "%s• %s", i ? "\n" : "", json_string_value(line));
    pdf_heading(pdf, heading);
    pdf_paragraph(pdf, buf_slice(&text));
}

static void sheet_print(PdfDoc *pdf, const json_t *s, Lang lang)
{
    const json_t *of = json_object_get(s, "sheet");
    char          place[420], exam[120], made[120];
    (void)snprintf(place, sizeof place, "%s, %s — %s", word(s, "site"), word(s, "address"), word(s, "room"));
    (void)snprintf(exam, sizeof exam, "%s, %s", word(s, "modality"), word(s, "region"));
    pdf_band(pdf, word(s, "site"), word(s, "city"), text_in(lang, "Preparation sheet"), word(s, "number"));
    pdf_title(pdf, word(of, "title"), word(s, "patient"));
    pdf_grid_begin(pdf, text_in(lang, "Your appointment"));
    pdf_field_strong(pdf, text_in(lang, "Come at"), slice_of(word(s, "arrive")));
    pdf_field(pdf, text_in(lang, "Exam at"), slice_of(word(s, "when")));
    pdf_field(pdf, text_in(lang, "Where"), slice_of(place));
    if (*word(s, "phone"))
        pdf_field(pdf, text_in(lang, "Telephone"), slice_of(word(s, "phone")));
    pdf_field(pdf, text_in(lang, "Exam"), slice_of(exam));
    pdf_grid_end(pdf);
    part(pdf, text_in(lang, "For you in particular"), json_object_get(s, "lines"));
    part(pdf, text_in(lang, "Before the exam"), json_object_get(of, "before"));
    part(pdf, text_in(lang, "On the day"), json_object_get(of, "day"));
    part(pdf, text_in(lang, "What to bring"), json_object_get(of, "bring"));
    part(pdf, text_in(lang, "Afterwards"), json_object_get(of, "after"));
    (void)snprintf(made, sizeof made, "%s, version %lld", text_in(lang, "Preparation sheet"), (long long)json_integer_value(json_object_get(s, "version")));
    pdf_small(pdf, slice_of(made));
}

bool act_preparation_pdf(Db *db, const Who *who, int64_t act_id, Lang lang, Buf *ret, Err *err)
{
    OWNED(json_t) *s = NULL;
    if (!act_preparation_json(db, who, act_id, lang, &s, err))
        return false;
    PdfSetup setup     = { .title         = text_in(lang, "Preparation sheet"),
                           .author        = "Béclère",
                           .subject       = word(s, "number"),
                           .created_at_s  = json_integer_value(json_object_get(s, "start_ms")) / 1000,
                           .running_title = text_in(lang, "Preparation sheet"),
                           .footer        = word(s, "number") };
    OWNED(PdfDoc) *pdf = pdf_new(&setup, err);
    if (!pdf)
        return false;
    sheet_print(pdf, s, lang);
    return pdf_finish(pdf, ret, err);
}
