/*
 * Templates of other houses (IHE MRRT): which of their sections is which of ours, and ours as such a document. E29.
 *
 * Source: IHE Radiology, Management of Radiology Report Templates; section codes of LOINC as the French imaging report has them
 * (CI-SIS, CR d'imagerie) and of RadLex as published templates use them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "clinic/reports/report_aid.h"
#include "clinic/reports/report_parts.h"
#include "formats/json/json_util.h"
#include "formats/mrrt/mrrt.h"
#include "formats/texts/texts.h"
#include "guard/access/people.h"
#include "platform/clock.h"

enum { NAMES_MAX = 16 };
#define LOINC "LOINC"
#define RESULTS "results"

/* Our sections: what stands over them, their codes, and what others call them, folded. */
static const struct {
    const char *part, *title, *loinc, *meaning, *radlex;
    const char *names[NAMES_MAX];
} PARTS[] = {
    { "indication", "Indication", "55752-0", "Clinical information", "RID13166",
      { "indication", "indications", "clinical information", "clinical history", "history", "reason for exam", "reason for examination", "clinical indication",
        "renseignements cliniques", "informations cliniques", "motif", "histoire de la maladie" } },
    { "technique", "Technique", "55111-9", "Current imaging procedure descriptions", "RID1559",
      { "technique", "procedure", "procedure information", "procedure description", "protocol", "protocole", "imaging technique", "description de l examen",
        "technique d examen", "exam", "examination" } },
    { "comparison", "Comparaison", "18834-2", "Radiology Comparison study", "RID28483",
      { "comparison", "comparisons", "comparaison", "comparison study", "prior studies", "examens anterieurs", "examen anterieur", "antecedents radiologiques" } },
    { RESULTS, "Résultats", "59776-5", "Procedure findings", "RID28486",
      { "results", "findings", "observations", "resultats", "resultat", "description", "observation", "finding", "compte rendu" } },
    { "conclusion", "Conclusion", "19005-8", "Radiology Imaging study [Impression]", "RID13170",
      { "conclusion", "conclusions", "impression", "impressions", "synthese", "summary", "diagnosis", "au total" } },
    { "follow_up", "Suites", "18783-1", "Radiology Study recommendation", "",
      { "follow up", "suites", "recommendation", "recommendations", "conduite a tenir", "recommandations", "followup" } },
    { "contact", "Contact", "", "", "", { "contact", "contacts", "communication" } },
};

/* Kinds of image: the code of DICOM, its meaning, and how terms of other schemes say it. */
static const struct {
    const char *code, *meaning, *also;
} MODALITIES[] = {
    { "CT", "Computed Tomography", "scanner" },          { "MR", "Magnetic Resonance", "magnetic resonance imaging" },
    { "PT", "Positron emission tomography", "pet" },     { "NM", "Nuclear Medicine", "scintigraphy" },
    { "US", "Ultrasound", "ultrasonography" },           { "CR", "Computed Radiography", "computed radiography" },
    { "DX", "Digital Radiography", "projection radiography" }, { "MG", "Mammography", "mammography" },
    { "XA", "X-Ray Angiography", "angiography" },        { "RF", "Radiofluoroscopy", "fluoroscopy" },
};

/* ---- read ---- */

/* Folded, without a colon at its end. */
static bool folded(Slice name, Buf *ret)
{
    Err err = { 0 };
    while (name.len && (name.at[name.len - 1] == ':' || name.at[name.len - 1] == ' '))
        name.len--;
    return text_fold(name, ret, &err);
}

static int part_of_name(Slice name)
{
    OWNED_BUF fold = buf_make(512);
    if (!folded(name, &fold))
        return -1;
    for (size_t i = 0; i < COUNT(PARTS); i++)
        for (size_t k = 0; k < NAMES_MAX && PARTS[i].names[k]; k++)
            if (slice_equal_text(slice_trim(buf_slice(&fold)), PARTS[i].names[k]))
                return (int)i;
    return -1;
}

/* By its code first, which every language writes alike. */
static int part_of(const Mrrt *m, size_t section)
{
    for (size_t t = 0; t < m->term_count; t++)
        for (size_t i = 0; m->terms[t].section == (int)section && i < COUNT(PARTS); i++)
            if (m->terms[t].value.len && (slice_equal_text(m->terms[t].value, PARTS[i].loinc) || slice_equal_text(m->terms[t].value, PARTS[i].radlex)))
                return (int)i;
    return part_of_name(m->sections[section].name);
}

static bool note_push(json_t *notes, const char *code, Slice about, int count)
{
    return json_push(notes, json_pack("{s:s, s:o, s:i}", "code", code, "about", json_slice(about), "count", count));
}

/* One section after another: those that we do not have stand under their title in the results. */
static bool texts_of(const Mrrt *m, json_t *texts, json_t *notes, Err *err)
{
    Buf  parts[COUNT(PARTS)];
    bool ok = true;
    for (size_t i = 0; i < COUNT(PARTS); i++)
        parts[i] = buf_make(MRRT_TEXT_MAX);
    for (size_t s = 0; s < m->section_count && ok; s++) {
        int   part = part_of(m, s);
        Slice name = m->sections[s].name, text = m->sections[s].text;
        if (!slice_trim(text).len)
            continue;
        size_t to = 0;
        while (part < 0 ? strcmp(PARTS[to].part, RESULTS) != 0 : to < (size_t)part)
            to++;
        if (parts[to].len)
            buf_add_char(&parts[to], '\n');
        if (part < 0 && name.len) {
            ok = note_push(notes, "section", name, 1);
            buf_add(&parts[to], name);
            buf_add_char(&parts[to], '\n');
        }
        buf_add(&parts[to], text);
        ok = ok && buf_ok(&parts[to], err);
    }
    for (size_t i = 0; i < COUNT(PARTS); i++) {
        if (ok && parts[i].len)
            ok = json_put(texts, PARTS[i].part, json_slice(buf_slice(&parts[i])));
        buf_free(&parts[i]);
    }
    return ok;
}

static const char *modality_of_term(const MrrtTerm *t)
{
    for (size_t i = 0; i < COUNT(MODALITIES); i++)
        if ((slice_equal_text(t->scheme, "DCM") && slice_equal_text(t->value, MODALITIES[i].code)) || slice_equal_fold(t->meaning, slice_of(MODALITIES[i].meaning)) ||
            slice_equal_fold(t->meaning, slice_of(MODALITIES[i].also)))
            return MODALITIES[i].code;
    return NULL;
}

/* Two kinds of image are PT/CT or NM/CT; of others the first counts. What is no kind of image is told. */
static bool modality_of(const Mrrt *m, char ret[17], json_t *notes)
{
    const char *first = NULL, *second = NULL;
    int         others = 0;
    Slice       about  = SLICE_NONE;
    for (size_t t = 0; t < m->term_count; t++) {
        const MrrtTerm *term = &m->terms[t];
        const char     *code = term->section < 0 ? modality_of_term(term) : NULL;
        if (code && !first)
            first = code;
        else if (code && !second)
            second = code;
        else if (term->section < 0 && !others++)
            about = term->meaning;
    }
    bool pair = second && strcmp(second, "CT") == 0 && (strcmp(first, "PT") == 0 || strcmp(first, "NM") == 0);
    (void)snprintf(ret, 17, "%s%s", first ? first : "", pair ? "/CT" : "");
    return !others || note_push(notes, mrrt_note_name(MRRT_CODES), about, others);
}

/* One line of at most 'max' bytes. */
static json_t *line_of(Slice text, size_t max)
{
    OWNED_BUF line = buf_make(max);
    text           = slice_whole_letters(slice_part(slice_trim(text), 0, max));
    for (size_t i = 0; i < text.len; i++)
        buf_add_char(&line, text.at[i] == '\n' || text.at[i] == '\t' || text.at[i] == '\r' ? ' ' : text.at[i]);
    return json_slice(buf_slice(&line));
}

static bool notes_of(const Mrrt *m, json_t *notes)
{
    Slice language = slice_trim(m->language);
    bool  ok       = !language.len || slice_starts(language, SLICE("fr")) || note_push(notes, "language", language, 1);
    for (size_t i = 0; i < m->note_count && ok; i++)
        ok = note_push(notes, mrrt_note_name(m->notes[i].kind), m->notes[i].about, m->notes[i].count);
    return ok;
}

/* It could be kept as it is, but for its name, which may still be given. */
static bool could_be_kept(json_t *template, Err *err)
{
    Aid            a     = { 0 };
    OWNED(json_t) *named = json_deep_copy(template);
    if (!json_string_length(json_object_get(named, "name")))
        json_put(named, "name", json_string("-"));
    bool ok = aid_from_json(named, &a, err);
    aid_clear(&a);
    return ok;
}

bool aid_from_mrrt(Slice html, json_t **ret, Err *err)
{
    Mrrt          *m        = calloc(1, sizeof *m);
    OWNED(Arena) *arena     = arena_new(MRRT_ARENA_MAX);
    OWNED(json_t) *texts    = json_object(), *notes = json_array(), *template = NULL;
    char           modality[17];
    bool ok = m && arena && mrrt_read(html, arena, m, err) && texts_of(m, texts, notes, err) && modality_of(m, modality, notes) && notes_of(m, notes);
    if (ok)
        template = json_pack("{s:s, s:o, s:s, s:o, s:{s:O}}", "kind", aid_kind_name(AID_TEMPLATE), "name", line_of(m->title, AID_NAME_MAX), "modality", modality,
                             "region", line_of(m->subject, 80), "content", "texts", texts);
    ok = template && could_be_kept(template, err);
    free(m);
    if (ok)
        *ret = json_pack("{s:O, s:O}", "template", template, "notes", notes);
    return ok && *ret;
}

/* ---- written ---- */

static void section_put(Mrrt *m, const char *title, const char *part, const char *loinc, const char *meaning, Slice text)
{
    m->sections[m->section_count] = (MrrtSection) { .id = slice_of(part), .name = slice_of(title), .text = text };
    if (*loinc)
        m->terms[m->term_count++] = (MrrtTerm) { slice_of(loinc), SLICE(LOINC), slice_of(meaning), (int)m->section_count };
    m->section_count++;
}

/* "PT/CT" are two terms. */
static void modality_put(Mrrt *m, Slice modality)
{
    for (Slice rest = modality; rest.len;) {
        Slice code = slice_cut(&rest, '/'), meaning = code;
        for (size_t i = 0; i < COUNT(MODALITIES); i++)
            if (slice_equal_text(code, MODALITIES[i].code))
                meaning = slice_of(MODALITIES[i].meaning);
        if (code.len && m->term_count < MRRT_TERMS_MAX)
            m->terms[m->term_count++] = (MrrtTerm) { code, SLICE("DCM"), meaning, -1 };
    }
}

static bool written(const Aid *a, const char *address, const char *publisher, const char *creator, Buf *ret, Err *err)
{
    char day[CLOCK_ISO_SIZE];
    Mrrt m = { .title = slice_of(a->name), .language = SLICE("fr"), .identifier = slice_of(address), .subject = slice_of(a->region),
               .publisher = slice_of(publisher), .creator = slice_of(creator) };
    clock_iso(a->changed_at_ms, day);
    m.date = slice_part(slice_of(day), 0, 10);
    modality_put(&m, slice_of(a->modality));
    for (size_t i = 0; i < COUNT(PARTS); i++) {
        const json_t *text = json_object_get(json_object_get(a->content, "texts"), PARTS[i].part);
        if (json_string_length(text))
            section_put(&m, PARTS[i].title, PARTS[i].part, PARTS[i].loinc, PARTS[i].meaning, (Slice) { json_string_value(text), json_string_length(text) });
    }
    return mrrt_write(&m, ret, err);
}

bool aid_to_mrrt(Db *db, const Who *who, int64_t id, const char *address, Buf *ret, Err *err)
{
    Aid          a = { 0 };
    Organisation o = { 0 };
    char         name[160] = "";
    Err          gone      = { 0 };
    if (!aid_load(db, who, id, &a, err))
        return false;
    bool ok = a.kind == AID_TEMPLATE || err_set(err, ERR_INPUT, "Only templates leave as MRRT: phrases and words are no part of it.", "%s", aid_kind_name(a.kind));
    ok      = ok && (!a.organisation_id || organisation_load(db, a.organisation_id, &o, err));
    (void)(ok && person_name_load(db, a.changed_by, name, sizeof name, &gone));
    ok = ok && written(&a, address, a.organisation_id ? o.name : name, name, ret, err);
    aid_clear(&a);
    return ok;
}
