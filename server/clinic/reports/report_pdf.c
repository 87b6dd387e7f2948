/*
 * The printed report of a remote exam, in French: who, what, when, how, the results, the dose, the signature.
 * E29, L6, L10.
 *
 * 'frame' holds what the server filled in (clinic/workflow/act_frame.c):
 *   kind number modality region priority accession study_uid time_zone room station images outcome
 *   site imaging requester_org {name city finess}      requester technologist reader {name rpps speciality
 * phone} patient (patient_json)   request information consent_act consent_distance emergency_exception
 * protocol verdict identity quality reading not_interpretable incidents local_physician signature (facts)
 * times {asked started …} ms
 *   version {number kind follows {version signed_at_ms}} (absent: the first)      writer {…} of an addendum
 *   on_duty [{name phone to_ms}] at the signature      drugs [{product dose unit activity_mbq batch given_at_ms}]
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/reports/local_time.h"
#include "clinic/reports/report_pdf_internal.h"
#include "clinic/reports/report_words.h"

#define DRAFT "BROUILLON – non signé"
#define PRELIMINARY "PRÉLIMINAIRE"

static void hour_field(const ReportPage *p, const char *name, int64_t at_ms)
{
    char shown[48];
    local_time_shown(at_ms, p->zone, shown, sizeof shown);
    pdf_field(p->pdf, name, slice_of(shown));
}

/* ---- head ---- */

const char *report_title(const json_t *content, bool note, bool opinion, bool preliminary)
{
    const char *addendum = word_at(at(content, "addendum"), "kind");
    if (preliminary)
        return "Compte rendu préliminaire";
    if (strcmp(addendum, "correction") == 0)
        return "Compte rendu rectificatif";
    if (*addendum)
        return "Compte rendu complémentaire";
    if (opinion)
        return "Compte rendu de télé-expertise";
    return note ? "Examen non interprétable" : "Compte rendu d’imagerie";
}

static void head(const ReportPage *p)
{
    const json_t *site = at(p->frame, "site"), *imaging = at(p->frame, "imaging");
    char          left[320], right[320], title[200], subtitle[300], day[16];
    report_place(site, left, sizeof left);
    report_place(imaging, right, sizeof right);
    pdf_band(p->pdf, word_at(site, "name"), left, word_at(imaging, "name"), right);
    int64_t exam_ms = time_at(at(p->frame, "times"), "started");
    local_day_shown(exam_ms, p->zone, day, sizeof day);
    snprintf(title, sizeof title, "%s", report_title(p->content, p->note, p->opinion, p->preliminary));
    int used = snprintf(subtitle, sizeof subtitle, "%s — %s, %s%s%s — acte %s",
                        p->opinion ? "Télé-expertise" : "Téléimagerie", report_modality(word_at(p->frame, "modality")),
                        word_at(p->frame, "region"), *day ? " — examen du " : "", day, word_at(p->frame, "number"));
    int64_t version = time_at(at(p->frame, "version"), "number");
    if (version && used > 0 && (size_t)used < sizeof subtitle)
        snprintf(subtitle + used, sizeof subtitle - (size_t)used, " — version %lld", (long long)version);
    pdf_title(p->pdf, title, subtitle);
}

static void patient_pane(const ReportPage *p)
{
    const json_t *patient = at(p->frame, "patient"), *ins = at(patient, "ins");
    const char   *born       = word_at(patient, "birth_date");
    char          birth[160] = "", number[80];
    if (strlen(born) == 10)
        snprintf(birth, sizeof birth, "%.2s/%.2s/%.4s", born + 8, born + 5, born);
    pdf_grid_begin(p->pdf, "PATIENT");
    pdf_field_strong(p->pdf, "Nom de naissance", text_at(patient, "birth_name"));
    pdf_field_strong(p->pdf, "Prénom de naissance", text_at(patient, "first_given"));
    pdf_field(p->pdf, "Prénoms", text_at(patient, "given_names"));
    pdf_field(p->pdf, "Nom utilisé", text_at(patient, "used_name"));
    pdf_field(p->pdf, "Sexe", slice_of(report_sex(word_at(patient, "sex"))));
    pdf_field_strong(p->pdf, "Date de naissance", slice_of(birth));
    snprintf(birth, sizeof birth, "%s%s%s%s", word_at(patient, "birth_place_name"),
             *word_at(patient, "birth_place_code") ? " (" : "", word_at(patient, "birth_place_code"),
             *word_at(patient, "birth_place_code") ? ")" : "");
    pdf_field(p->pdf, "Lieu de naissance", slice_of(birth));
    pdf_field(p->pdf, "IPP", text_at(patient, "ipp"));
    snprintf(number, sizeof number, "%s (%s)", word_at(ins, "value"), word_at(ins, "nature"));
    pdf_field(p->pdf, "Matricule INS", json_is_object(ins) ? slice_of(number) : SLICE_NONE);
    pdf_field(p->pdf, "Identité vérifiée",
              slice_of(report_document(word_at(at(p->frame, "identity"), "document"))));
    pdf_grid_end(p->pdf);
}

static void person_field(const ReportPage *p, const char *name, const json_t *person)
{
    char text[300];
    if (!json_is_object(person))
        return;
    snprintf(text, sizeof text, "%s%s%s", word_at(person, "name"), *word_at(person, "rpps") ? "\nRPPS " : "",
             word_at(person, "rpps"));
    pdf_field(p->pdf, name, slice_of(text));
}

/* The others who answered with the one who writes. */
static void experts_field(const ReportPage *p)
{
    OWNED_BUF     names  = buf_make(4096);
    const char   *writer = word_at(at(p->frame, "reader"), "name");
    const json_t *one;
    size_t        i;
    json_array_foreach (at(at(p->frame, "experts"), "list"), i, one)
        if (strcmp(word_at(one, "state"), "answered") == 0 && strcmp(word_at(one, "name"), writer) != 0)
            buf_addf(&names, "%s%s", buf_slice(&names).len ? ", " : "", word_at(one, "name"));
    pdf_field(p->pdf, "Avec", buf_slice(&names));
}

/* Every nuclear physician who stood by during the exam. E24 */
static void nuclear_field(const ReportPage *p)
{
    OWNED_BUF     names = buf_make(2048);
    const json_t *one;
    size_t        i, seen = 0;
    json_array_foreach (at(at(p->frame, "nuclear_presence"), "stood"), i, one) {
        for (seen = 0; seen < i && strcmp(word_at(json_array_get(at(at(p->frame, "nuclear_presence"), "stood"), seen), "name"), word_at(one, "name")) != 0;)
            seen++;
        if (seen == i) /* who left and came back is named once */
            buf_addf(&names, "%s%s", buf_slice(&names).len ? ", " : "", word_at(one, "name"));
    }
    pdf_field(p->pdf, "Médecin nucléaire", buf_slice(&names));
}

static void act_pane(const ReportPage *p)
{
    const json_t *times = at(p->frame, "times"), *protocol = at(p->frame, "protocol");
    char          equipment[160], prescribed[300];
    snprintf(equipment, sizeof equipment, "%s%s%s", word_at(p->frame, "room"),
             *word_at(p->frame, "station") ? " — " : "", word_at(p->frame, "station"));
    snprintf(prescribed, sizeof prescribed, "%s%s%s", word_at(protocol, "name"),
             *word_at(protocol, "version") ? ", version " : "", word_at(protocol, "version"));
    pdf_grid_begin(p->pdf, "ACTE");
    person_field(p, "Demandeur", at(p->frame, "requester"));
    pdf_field(p->pdf, "Organisation", text_at(at(p->frame, "requester_org"), "name"));
    person_field(p, p->opinion ? "Expert" : "Imageur", at(p->frame, "reader"));
    if (p->opinion)
        experts_field(p);
    pdf_field(p->pdf, "Manipulateur", text_at(at(p->frame, "technologist"), "name"));
    pdf_field(p->pdf, "Médecin sur place", text_at(at(p->frame, "local_physician"), "name"));
    nuclear_field(p);
    pdf_field(p->pdf, "Protocole", slice_of(prescribed));
    pdf_field(p->pdf, "Appareil", slice_of(equipment));
    hour_field(p, "Demande", time_at(times, "asked"));
    hour_field(p, "Validation", time_at(times, "validated"));
    hour_field(p, "Début d’examen", time_at(times, "started"));
    hour_field(p, "Fin d’acquisition", time_at(times, "ended"));
    hour_field(p, "Lecture", time_at(times, "read"));
    pdf_field(p->pdf, "N° d’examen", text_at(p->frame, "accession"));
    pdf_grid_end(p->pdf);
}

/* ---- distance, consents, contact ---- */

/* How to talk about it: the imager's own window, and who is on duty when this was signed. E32 */
static void contact(const ReportPage *p)
{
    OWNED_BUF     lines = buf_make(16 * 1024);
    const json_t *one;
    size_t        i;
    buf_addf(&lines, "%s", word_at(p->content, "contact"));
    json_array_foreach (at(p->frame, "on_duty"), i, one) {
        char until[48];
        local_time_shown(time_at(one, "to_ms"), p->zone, until, sizeof until);
        buf_addf(&lines, "%sDe garde à la signature : %s%s%s%s%s.", buf_slice(&lines).len ? "\n" : "", word_at(one, "name"),
                 *word_at(one, "phone") ? ", " : "", word_at(one, "phone"), *until ? ", jusqu’au " : "", until);
    }
    if (json_is_array(at(p->frame, "on_duty")) && json_array_size(at(p->frame, "on_duty")) == 0)
        buf_addf(&lines, "\nAucune garde inscrite à la signature : appeler le groupe d’imagerie.");
    if (json_is_array(at(p->frame, "on_duty")))
        buf_addf(&lines, "\nLe demandeur peut aussi poser une question sur la page de l’acte %s : elle y est gardée avec sa réponse.", word_at(p->frame, "number"));
    report_section(p, "Joindre l’imageur", buf_slice(&lines));
}

static void consent_line(const ReportPage *p, Buf *line, const char *what, const json_t *fact)
{
    char        hour[48];
    const char *how = word_at(fact, "how");
    if (!json_is_object(fact))
        return;
    local_time_shown(time_at(fact, "at_ms"), p->zone, hour, sizeof hour);
    buf_addf(line, "%s le %s%s%s, par %s. ", what, hour, *how ? ", " : "", *how ? report_consent(how) : "",
             word_at(at(fact, "by"), "name"));
}

static void distance(const ReportPage *p)
{
    OWNED_BUF     line    = buf_make(64 * 1024);
    const json_t *request = at(p->frame, "request");
    buf_addf(&line, "%s",
             p->opinion ? "Avis donné à distance par un expert sur des images déjà réalisées, en télé-expertise. "
                        : "Examen réalisé sur place par le manipulateur et interprété à distance par l’imageur, en "
                          "téléimagerie. ");
    Slice reason = slice_trim(text_at(request, "distance_reason"));
    if (reason.len)
        buf_addf(&line, "Motif de la distance : %.*s%s ", (int)reason.len, reason.at,
                 reason.at[reason.len - 1] == '.' ? "" : ".");
    consent_line(p, &line, "Patient informé", at(p->frame, "information"));
    consent_line(p, &line, p->opinion ? "Consentement à cet avis recueilli" : "Consentement à l’examen recueilli", at(p->frame, "consent_act"));
    consent_line(p, &line, "Consentement à la distance recueilli", at(p->frame, "consent_distance"));
    const json_t *exception = at(p->frame, "emergency_exception");
    if (json_is_object(exception))
        buf_addf(&line, "Urgence : information et consentement impossibles, attesté par %s ; motif : %s.",
                 word_at(at(exception, "by"), "name"), word_at(exception, "reason"));
    pdf_heading(p->pdf, "Téléimagerie et consentement");
    pdf_paragraph(p->pdf, buf_slice(&line));
    contact(p);
}

static void signature(const ReportPage *p)
{
    const json_t *s = at(p->frame, "signature"), *reader = at(p->frame, json_is_object(at(p->frame, "writer")) ? "writer" : "reader");
    OWNED_BUF     lines = buf_make(8192);
    char          hour[48], qr[200];
    if (p->draft || !json_is_object(s)) {
        pdf_small(p->pdf, SLICE("Brouillon : ce document n’est pas signé et n’a pas de valeur."));
        return;
    }
    local_time_shown(time_at(s, "at_ms"), p->zone, hour, sizeof hour);
    buf_addf(&lines, "%s%s%s\n", word_at(reader, "name"), *word_at(reader, "speciality") ? ", " : "",
             word_at(reader, "speciality"));
    if (*word_at(reader, "rpps"))
        buf_addf(&lines, "RPPS %s — %s\n", word_at(reader, "rpps"), word_at(at(p->frame, "imaging"), "name"));
    buf_addf(&lines, "Signé électroniquement le %s\n", hour);
    buf_addf(&lines, "Second facteur présenté pour cette signature : %s\n",
             report_proof(word_at(s, "proof")));
    buf_addf(&lines, "Empreinte SHA-256 du contenu signé (version %lld) :\n%.32s\n%.32s",
             (long long)(time_at(at(p->frame, "version"), "number") ? time_at(at(p->frame, "version"), "number") : time_at(s, "revision")),
             word_at(s, "sha256"),
             strlen(word_at(s, "sha256")) == 64 ? word_at(s, "sha256") + 32 : "");
    snprintf(qr, sizeof qr, "BECLERE:%s:%s", word_at(p->frame, "number"), word_at(s, "sha256"));
    pdf_signature(p->pdf, p->preliminary ? "Compte rendu préliminaire signé électroniquement" : "Signé électroniquement", buf_slice(&lines), qr);
}

bool report_pdf(const json_t *content, const json_t *frame, bool draft, Buf *ret, Err *err)
{
    const json_t *patient = at(frame, "patient");
    char          running[400], footer[260];
    bool          preliminary = strcmp(word_at(at(frame, "version"), "kind"), "preliminary") == 0;
    const char   *born    = word_at(patient, "birth_date");
    char          day[32] = "";
    if (strlen(born) == 10)
        snprintf(day, sizeof day, ", %s %.2s/%.2s/%.4s", report_born(word_at(patient, "sex")), born + 8, born + 5, born);
    snprintf(running, sizeof running, "%s%s %s%s — acte %s", preliminary ? PRELIMINARY " — " : "", word_at(patient, "birth_name"),
             word_at(patient, "first_given"), day, word_at(frame, "number"));
    snprintf(footer, sizeof footer, "%s%s%s — acte %s — document confidentiel, secret médical",
             draft ? DRAFT " — " : "", preliminary ? "Compte rendu " PRELIMINARY " — " : "", word_at(at(frame, "site"), "name"), word_at(frame, "number"));
    bool    note  = strcmp(word_at(frame, "outcome"), "not-interpretable") == 0;
    bool    opinion = strcmp(word_at(frame, "kind"), "tele-expertise") == 0;
    int64_t at_ms = draft ? time_at(at(frame, "times"), "started") : time_at(at(frame, "signature"), "at_ms");
    PdfSetup setup     = { .title         = report_title(content, note, opinion, preliminary),
                           .author        = word_at(at(frame, json_is_object(at(frame, "writer")) ? "writer" : "reader"), "name"),
                           .subject       = word_at(frame, "number"),
                           .created_at_s  = at_ms / 1000,
                           .running_title = running,
                           .footer        = footer,
                           .watermark     = draft ? DRAFT : preliminary ? PRELIMINARY : NULL };
    OWNED(PdfDoc) *pdf = pdf_new(&setup, err);
    if (!pdf)
        return false;
    ReportPage page = { pdf, content, frame, word_at(frame, "time_zone"), draft, note, opinion, preliminary };
    head(&page);
    patient_pane(&page);
    act_pane(&page);
    report_findings(&page);
    distance(&page);
    signature(&page);
    return pdf_finish(pdf, ret, err);
}
