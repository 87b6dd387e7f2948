/*
 * The printed report: what was found, and which version says so. E29, E32, L2, L6.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/reports/local_time.h"
#include "clinic/reports/report_pdf_internal.h"
#include "clinic/reports/report_words.h"

/* ---- what was found ---- */

static const char *section_name(const char *key)
{
    static const struct {
        const char *key, *name;
    } NAMES[] = { { "indication", "Indication" }, { "technique", "Technique" },   { "comparison", "Comparaison" }, { "results", "Résultats" },
                  { "conclusion", "Conclusion" }, { "follow_up", "Suivi" }, { "contact", "Joindre l’imageur" } };
    for (size_t i = 0; i < COUNT(NAMES); i++)
        if (strcmp(NAMES[i].key, key) == 0)
            return NAMES[i].name;
    return key;
}

void report_section(const ReportPage *p, const char *heading, Slice text)
{
    if (!slice_trim(text).len)
        return;
    pdf_heading(p->pdf, heading);
    pdf_paragraph(p->pdf, text);
}

static void said(const ReportPage *p, const char *heading, const json_t *value, const char *none)
{
    Slice text = text_at(value, "text");
    if (json_is_true(at(value, "none")))
        text = slice_of(none);
    report_section(p, heading, text);
}

static const char *decimal(char *ret, size_t size, const json_t *value, const char *unit)
{
    int used = snprintf(ret, size, "%.*f", json_number_value(value) >= 100 ? 1 : 2, json_number_value(value));
    for (char *c = ret; *c; c++)
        if (*c == '.')
            *c = ',';
    if (used > 0 && (size_t)used < size)
        snprintf(ret + used, size - (size_t)used, "\xC2\xA0%s", unit);
    return ret;
}

static void dose_ct(const ReportPage *p, const json_t *dose)
{
    enum { ROWS_MAX = 66 };
    static const double WIDTHS[] = { 0.40, 0.30, 0.30 };
    static char const  *HEAD[]   = { "Acquisition", "IDSV (CTDIvol)", "Fantôme de référence" };
    char                values[ROWS_MAX][2][48];
    const char         *cells[3 * ROWS_MAX] = { HEAD[0], HEAD[1], HEAD[2] };
    const json_t       *list                = at(dose, "ctdi");
    size_t              rows                = 1;
    for (size_t i = 0; i < json_array_size(list) && rows < ROWS_MAX; i++, rows++) {
        const json_t *item = json_array_get(list, i);
        decimal(values[rows][0], sizeof values[rows][0], at(item, "mgy"), "mGy");
        snprintf(values[rows][1], sizeof values[rows][1],
                 "%.0f\xC2\xA0"
                 "cm",
                 json_number_value(at(item, "phantom_cm")));
        cells[3 * rows]     = *word_at(item, "label") ? word_at(item, "label") : "—";
        cells[3 * rows + 1] = values[rows][0];
        cells[3 * rows + 2] = values[rows][1];
    }
    pdf_table(p->pdf, 3, WIDTHS, cells, rows);
    if (json_is_number(at(dose, "dlp_mgycm"))) {
        char dlp[48], line[160];
        snprintf(line, sizeof line, "Produit dose-longueur total (PDL) : %s",
                 decimal(dlp, sizeof dlp, at(dose, "dlp_mgycm"), "mGy·cm"));
        pdf_paragraph(p->pdf, slice_of(line));
    }
}

/* The activity given is the dose of nuclear medicine: false when nothing radioactive was given. Order of 22 September 2006, article 2. */
static bool activities(const ReportPage *p)
{
    size_t        i;
    const json_t *one;
    bool          any = false;
    json_array_foreach (at(p->frame, "drugs"), i, one) {
        OWNED_BUF line = buf_make(512);
        double    mbq  = json_number_value(at(one, "activity_mbq"));
        if (mbq <= 0 || at(one, "replaced_by"))
            continue;
        if (!any)
            pdf_heading(p->pdf, "Dose délivrée au patient");
        any = true;
        buf_addf(&line, "Activité administrée : %s, %s, %.4g MBq, voie %s.", word_at(one, "product"), word_at(one, "radionuclide"), mbq,
                 report_route(word_at(one, "route")));
        for (char *c = line.at; c && c < line.at + line.len; c++)
            if (*c == '.' && c > line.at && c[-1] >= '0' && c[-1] <= '9' && c[1] >= '0' && c[1] <= '9')
                *c = ',';
        pdf_paragraph(p->pdf, buf_slice(&line));
    }
    return any;
}

static void dose(const ReportPage *p)
{
    const json_t *value  = at(p->content, "dose");
    const char   *source = word_at(value, "source"), *modality = word_at(p->frame, "modality");
    char          line[200], dap[48];
    if (strcmp(modality, "MR") == 0 || strcmp(modality, "US") == 0)
        return report_section(p, "Dose", SLICE("Examen sans rayonnement ionisant."));
    bool nuclear = activities(p);
    if (!*source || (strcmp(source, "none") == 0 && nuclear))
        return;
    if (!nuclear)
        pdf_heading(p->pdf, "Dose délivrée au patient");
    if (strcmp(source, "not-supplied") == 0) {
        pdf_paragraph(p->pdf, SLICE("Dose non fournie par l’appareil. Motif :"));
        pdf_paragraph(p->pdf, text_at(value, "reason"));
        return;
    }
    bool rays = json_array_size(at(value, "ctdi")) || json_is_number(at(value, "dlp_mgycm")) || json_is_number(at(value, "dap_mgycm2"));
    if (nuclear && !rays)
        return; /* a source without a value */
    if (strcmp(modality, "CT") == 0 || strcmp(modality, "PT/CT") == 0 || strcmp(modality, "NM/CT") == 0)
        dose_ct(p, value);
    if (json_is_number(at(value, "dap_mgycm2"))) {
        snprintf(line, sizeof line, "Produit dose-surface (PDS) : %s",
                 decimal(dap, sizeof dap, at(value, "dap_mgycm2"), "mGy·cm²"));
        pdf_paragraph(p->pdf, slice_of(line));
    }
    snprintf(line, sizeof line, "Origine des valeurs : %s.", report_dose_source(source));
    pdf_small(p->pdf, slice_of(line));
}

/* ---- the question to the experts and their answers ---- */

static void asked(const ReportPage *p)
{
    OWNED_BUF     lines = buf_make(64 * 1024);
    const json_t *list  = at(at(p->frame, "chosen_images"), "series"), *one;
    size_t        i;
    report_section(p, "Question posée", text_at(at(p->frame, "request"), "question"));
    report_section(p, "Contexte clinique", text_at(at(p->frame, "request"), "context"));
    json_array_foreach (list, i, one) {
        const char *day = word_at(one, "study_date");
        buf_addf(&lines, "%s%s %s — %s, %lld images", i ? "\n" : "", report_modality(word_at(one, "modality")),
                 word_at(one, "study"), word_at(one, "description"), (long long)time_at(one, "instances"));
        if (strlen(day) == 8)
            buf_addf(&lines, ", %.2s/%.2s/%.4s", day + 6, day + 4, day);
    }
    report_section(p, "Images examinées", buf_slice(&lines));
    report_section(p, "Sans images", text_at(at(p->frame, "chosen_images"), "none_reason"));
}

static void opinions(const ReportPage *p)
{
    const json_t *one;
    size_t        i;
    json_array_foreach (at(p->frame, "opinions"), i, one) {
        char heading[240], hour[48];
        local_time_shown(time_at(one, "at_ms"), p->zone, hour, sizeof hour);
        snprintf(heading, sizeof heading, "Avis de %s, signé le %s", word_at(at(one, "by"), "name"), hour);
        report_section(p, heading, text_at(one, "results"));
        report_section(p, "Conclusion de cet avis", text_at(one, "conclusion"));
    }
}

/* ---- which version this is, and what it changes ---- */

static void preliminary_box(const ReportPage *p)
{
    char    text[300], due[48];
    int64_t due_ms = time_at(at(p->frame, "version"), "final_due_ms");
    local_time_shown(due_ms, p->zone, due, sizeof due);
    snprintf(text, sizeof text, "Ce compte rendu est provisoire : un compte rendu définitif le suivra%s%s. Il ne peut pas être remis au patient.",
             *due ? ", au plus tard le " : "", due);
    pdf_box(p->pdf, "Compte rendu préliminaire", slice_of(text));
}

static void difference(const ReportPage *p)
{
    const json_t *said  = at(p->content, "difference");
    OWNED_BUF     lines = buf_make(64 * 1024);
    if (!json_is_boolean(at(said, "significant")))
        return;
    if (!json_is_true(at(said, "significant"))) {
        report_section(p, "Différence avec la version précédente", SLICE("Aucune différence significative pour la prise en charge."));
        return;
    }
    buf_addf(&lines, "%s\nCe que cela change : %s", word_at(said, "what"), word_at(said, "why"));
    pdf_box(p->pdf, "Différence significative pour la prise en charge", buf_slice(&lines));
}

static void follows(const ReportPage *p)
{
    const json_t *version = at(p->frame, "version"), *before = at(version, "follows"), *addendum = at(p->content, "addendum");
    char          text[400], hour[48];
    if (!json_is_object(before))
        return;
    bool replaces = !json_is_object(addendum) || strcmp(word_at(addendum, "kind"), "correction") == 0;
    local_time_shown(time_at(before, "signed_at_ms"), p->zone, hour, sizeof hour);
    snprintf(text, sizeof text, "Cette version %lld %s la version %lld%s, signée le %s.", (long long)time_at(version, "number"),
             replaces ? "remplace" : "complète", (long long)time_at(before, "version"),
             strcmp(word_at(before, "kind"), "preliminary") == 0 ? " (préliminaire)" : "", hour);
    pdf_box(p->pdf, json_is_object(addendum) ? report_title(p->content, false, false, false) : "Compte rendu définitif", slice_of(text));
}

/* What the addendum says, and what stood there before when it puts that right. */
static void addendum(const ReportPage *p)
{
    static const char *const KEYS[] = { "indication", "technique", "comparison", "results", "conclusion", "follow_up", "contact" };
    const json_t *one = at(p->content, "addendum"), *sections = at(one, "sections");
    bool          correction = strcmp(word_at(one, "kind"), "correction") == 0;
    if (!json_is_object(one))
        return;
    report_section(p, correction ? "Ce qui était inexact" : "Motif", text_at(one, "reason"));
    for (size_t i = 0; i < COUNT(KEYS); i++) {
        char  heading[96];
        Slice before = text_at(at(one, "before"), KEYS[i]);
        if (!slice_trim(text_at(sections, KEYS[i])).len)
            continue;
        snprintf(heading, sizeof heading, "%s : %s", section_name(KEYS[i]), correction ? "texte rectifié" : "ajout");
        pdf_box(p->pdf, heading, text_at(sections, KEYS[i]));
        if (correction && before.len) {
            OWNED_BUF lines = buf_make(REPORT_BYTES_MAX);
            buf_addf(&lines, "Texte de la version précédente : %s", json_string_value(at(at(one, "before"), KEYS[i])));
            pdf_small(p->pdf, buf_slice(&lines));
        }
    }
    pdf_heading(p->pdf, "Compte rendu tel qu’il est désormais");
}

/* What was given in the act: product, radionuclide and activity or dose, batch, route, hour. Order of 22 September 2006, L2, S5. */
static void drugs_given(const ReportPage *p)
{
    size_t        i;
    const json_t *one;
    bool          any = false;
    json_array_foreach (at(p->frame, "drugs"), i, one) {
        OWNED_BUF line = buf_make(2048);
        char      hour[48];
        double    mbq = json_number_value(at(one, "activity_mbq")), amount = json_number_value(at(one, "dose"));
        if (at(one, "replaced_by"))
            continue; /* corrected since: the one that counts stands in the list too */
        if (!any)
            pdf_heading(p->pdf, "Produits administrés");
        any = true;
        local_time_shown(json_integer_value(at(one, "given_at_ms")), p->zone, hour, sizeof hour);
        buf_addf(&line, "%s", word_at(one, "product"));
        if (mbq > 0)
            buf_addf(&line, ", %s, %.4g MBq", word_at(one, "radionuclide"), mbq);
        if (amount > 0)
            buf_addf(&line, ", %.5g %s", amount, word_at(one, "unit"));
        buf_addf(&line, ", voie %s, lot %s, le %s, par %s, sur prescription de %s%s.", report_route(word_at(one, "route")), word_at(one, "batch"), hour,
                 word_at(at(one, "by"), "name"), word_at(at(one, "prescriber"), "name"),
                 strcmp(word_at(one, "source"), "images") == 0 ? " (repris des images)" : "");
        pdf_paragraph(p->pdf, buf_slice(&line));
    }
}

void report_findings(const ReportPage *p)
{
    const json_t *c = p->content;
    if (p->preliminary)
        preliminary_box(p);
    follows(p);
    difference(p);
    addendum(p);
    if (json_is_true(at(c, "urgent")))
        pdf_box(p->pdf, "Résultat urgent", SLICE("Ce résultat demande une prise en compte sans délai."));
    if (p->opinion)
        asked(p);
    report_section(p, "Indication", text_at(c, "indication"));
    report_section(p, "Technique", text_at(c, "technique"));
    if (!p->opinion)
        dose(p);
    report_section(p, "Comparaison", text_at(c, "comparison"));
    if (p->note) {
        const json_t *note = at(p->frame, "not_interpretable");
        pdf_box(p->pdf, "Les images ne permettent pas d’interprétation", text_at(note, "reason"));
        report_section(p, "Procédure appliquée", text_at(note, "procedure"));
        report_section(p, "Suite organisée", text_at(note, "follow_up"));
    }
    report_section(p, "Résultats", text_at(c, "results"));
    if (slice_trim(text_at(c, "conclusion")).len)
        pdf_box(p->pdf, "Conclusion", text_at(c, "conclusion"));
    said(p, "Incidents", at(c, "incidents"), "Aucun incident.");
    said(p, "Actes et prescriptions médicamenteuses", at(c, "prescriptions"),
         "Aucun acte ni prescription associés.");
    drugs_given(p);
    report_section(p, "Suivi", text_at(c, "follow_up"));
    if (p->opinion)
        opinions(p);
}
