/*
 * The proof file for people, in French: act, patient, parties, consents, every step with its author, who looked, images, report, seal.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>

#include "clinic/reports/local_time.h"
#include "clinic/reports/report_words.h"
#include "clinic/workflow/dossier_internal.h"
#include "formats/pdf/pdf.h"
#include "formats/texts/texts.h"

enum { ROWS_AT_ONCE = 40, CELL = 160 };

typedef struct Page {
    PdfDoc       *pdf;
    const json_t *all;
    const char   *zone;
} Page;

static const json_t *at(const json_t *object, const char *key)
{
    return json_object_get(object, key);
}

static const char *word(const json_t *object, const char *key)
{
    const char *text = json_string_value(at(object, key));
    return text ? text : "";
}

static int64_t number(const json_t *object, const char *key)
{
    return json_integer_value(at(object, key));
}

static void hour(const Page *p, const json_t *object, const char *key, char ret[48])
{
    local_time_shown(number(object, key), p->zone, ret, 48);
}

static void head(const Page *p)
{
    const json_t *act = at(p->all, "act"), *organisations = at(p->all, "organisations");
    const json_t *site = at(organisations, "site"), *imaging = at(organisations, "imaging");
    char          subtitle[200], made[48], left[320], right[320];
    hour(p, p->all, "made_at_ms", made);
    report_place(site, left, sizeof left);
    report_place(imaging, right, sizeof right);
    pdf_band(p->pdf, word(site, "name"), left, word(imaging, "name"), right);
    snprintf(subtitle, sizeof subtitle, "Acte %s — établi le %s pour %s", word(act, "number"), made, word(at(p->all, "made_for"), "name"));
    pdf_title(p->pdf, "Dossier de preuve", subtitle);
}

static const char *kind_word(const char *kind)
{
    return strcmp(kind, "tele-expertise") == 0 ? "Télé-expertise" : strcmp(kind, "tele-assistance") == 0 ? "Télé-assistance" : "Examen à distance";
}

/* As the national reference of identities names them. E15 */
static const char *status_word(const char *status)
{
    static const char *const WORDS[][2] = { { "PROV", "provisoire" }, { "RECUP", "récupérée" }, { "VALI", "validée" }, { "QUAL", "qualifiée" } };
    for (size_t i = 0; i < COUNT(WORDS); i++)
        if (strcmp(WORDS[i][0], status) == 0)
            return WORDS[i][1];
    return status;
}

static void panes(const Page *p)
{
    const json_t *act = at(p->all, "act"), *patient = at(p->all, "patient"), *conventions = at(p->all, "conventions"), *one;
    const json_t *requester = at(at(p->all, "organisations"), "requester");
    const char   *born      = word(patient, "birth_date");
    char          text[600], place[320];
    size_t        i;
    pdf_grid_begin(p->pdf, "ACTE");
    pdf_field(p->pdf, "Numéro", slice_of(word(act, "number")));
    pdf_field(p->pdf, "Nature", slice_of(kind_word(word(act, "kind"))));
    snprintf(text, sizeof text, "%s, %s", report_modality(word(act, "modality")), word(act, "region"));
    pdf_field(p->pdf, "Examen", slice_of(text));
    report_place(requester, place, sizeof place);
    snprintf(text, sizeof text, "%s\n%s", word(requester, "name"), place);
    pdf_field(p->pdf, "Demandeur", slice_of(text));
    json_array_foreach (conventions, i, one) {
        snprintf(text, sizeof text, "%s, version %" PRId64 " : %s", word(one, "number"), number(one, "version"), word(one, "title"));
        pdf_field(p->pdf, "Convention", slice_of(text));
    }
    pdf_grid_end(p->pdf);
    pdf_grid_begin(p->pdf, "PATIENT");
    snprintf(text, sizeof text, "%s %s", word(patient, "birth_name"), word(patient, "first_given"));
    pdf_field_strong(p->pdf, "Identité", slice_of(text));
    if (strlen(born) == 10) /* written as in France */
        snprintf(text, sizeof text, "%s %.2s/%.2s/%.4s", report_born(word(patient, "sex")), born + 8, born + 5, born);
    else
        snprintf(text, sizeof text, "%s %s", report_born(word(patient, "sex")), born);
    pdf_field(p->pdf, "Naissance", slice_of(text));
    pdf_field(p->pdf, "IPP", slice_of(word(patient, "ipp")));
    pdf_field(p->pdf, "Statut de l’identité", slice_of(status_word(word(patient, "status"))));
    pdf_grid_end(p->pdf);
}

static void consents(const Page *p)
{
    static const struct {
        const char *fact, *name;
    } FACTS[] = { { "information", "Information du patient" },
                  { "consent_act", "Consentement à l’acte" },
                  { "consent_distance", "Consentement à la distance" },
                  { "emergency_exception", "Exception d’urgence attestée" } };
    pdf_heading(p->pdf, "Information et consentements");
    for (size_t i = 0; i < COUNT(FACTS); i++) {
        const json_t *fact = at(at(p->all, "facts"), FACTS[i].fact);
        char          text[400], when[48];
        if (!json_is_object(fact))
            continue;
        hour(p, fact, "at_ms", when);
        snprintf(text, sizeof text, "%s : le %s, par %s%s", FACTS[i].name, when, word(at(fact, "by"), "name"),
                 number(fact, "withdrawn_at_ms") ? " — RETIRÉ ensuite" : "");
        pdf_paragraph(p->pdf, slice_of(text));
    }
}

/* A table of any length, in pieces that a page bears. */
typedef void RowWrite(const Page *p, const json_t *row, char cells[4][CELL]);

static void table(const Page *p, const json_t *list, const char *const head4[4], const double widths[4], RowWrite *write)
{
    char        text[ROWS_AT_ONCE][4][CELL];
    const char *cells[4 * (ROWS_AT_ONCE + 1)];
    for (size_t from = 0; from < json_array_size(list); from += ROWS_AT_ONCE) {
        size_t rows = 0;
        for (size_t c = 0; c < 4; c++)
            cells[c] = head4[c];
        for (; rows < ROWS_AT_ONCE && from + rows < json_array_size(list); rows++) {
            write(p, json_array_get(list, from + rows), text[rows]);
            for (size_t c = 0; c < 4; c++)
                cells[4 * (rows + 1) + c] = text[rows][c];
        }
        pdf_table(p->pdf, 4, widths, cells, rows + 1);
    }
}

/* The label of a step, as its button says it. */
static const char *step_label(const char *step)
{
    for (size_t c = 0; c < ACT_CHAPTER_COUNT; c++)
        for (const ActStep *row = act_chapter_steps(c); row && row->step; row++)
            if (strcmp(row->step, step) == 0)
                return text_in(LANG_FR, row->label);
    return strcmp(step, "create") == 0 ? "Créer la demande" : step; /* in no table: it makes the act */
}

/* "password+totp" in words. */
static void factors_shown(const char *codes, char *ret, size_t size)
{
    Slice rest = slice_of(codes);
    *ret       = '\0';
    for (size_t used = 0; rest.len && used < size;) {
        char code[16];
        slice_copy(slice_cut(&rest, '+'), code, sizeof code);
        used += (size_t)snprintf(ret + used, size - used, "%s%s", used ? ", " : "", report_proof(code));
    }
}

static void event_row(const Page *p, const json_t *row, char cells[4][CELL])
{
    char when[48], factors[120];
    hour(p, row, "at_ms", when);
    factors_shown(word(row, "factors"), factors, sizeof factors);
    snprintf(cells[0], CELL, "%" PRId64 " — %s", number(row, "seq"), when);
    snprintf(cells[1], CELL, "%s", step_label(word(row, "step")));
    snprintf(cells[2], CELL, "%s%s%s", word(row, "person_name"), *factors ? " — " : "", factors);
    snprintf(cells[3], CELL, "%s", word(row, "why"));
}

/* What is no step, by the kind of the line. */
static const char *access_word(const char *event, const char *what)
{
    static const char *const WORDS[][2] = { { "read", "Lecture" }, { "create", "Création" }, { "change", "Modification" }, { "delete", "Suppression" },
                                            { "search", "Recherche" }, { "view-image", "Images consultées" }, { "store", "Image reçue" },
                                            { "send", "Envoi d’images" }, { "export", "Export" }, { "sign", "Signature" }, { "peer", "Appareil" },
                                            { "system", "Plateforme" } };
    for (size_t i = 0; i < COUNT(WORDS); i++)
        if (strcmp(WORDS[i][0], event) == 0)
            return WORDS[i][1];
    return what;
}

static void actor_shown(const json_t *row, char *ret, size_t size)
{
    const char *actor = word(row, "actor");
    if (*word(row, "name"))
        snprintf(ret, size, "%s", word(row, "name"));
    else if (strncmp(actor, "peer:", 5) == 0)
        snprintf(ret, size, "Appareil %s", actor + 5);
    else
        snprintf(ret, size, "%s", strncmp(actor, "system:", 7) == 0 ? "Béclère" : actor);
}

static bool same_access(const json_t *a, const json_t *b)
{
    static const char *const KEYS[] = { "event", "outcome", "actor", "what" };
    bool                     same   = a != NULL;
    for (size_t i = 0; same && i < COUNT(KEYS); i++)
        same = strcmp(word(a, KEYS[i]), word(b, KEYS[i])) == 0;
    return same;
}

/* Lines that follow one another and say the same are one: an exam of a thousand images is no thousand lines. The caller's. */
static json_t *trace_folded(const json_t *lines)
{
    json_t *list = json_array(), *last = NULL, *one;
    size_t  i;
    json_array_foreach (lines, i, one) {
        if (same_access(last, one)) {
            json_put(last, "times", json_integer(number(last, "times") + 1));
            json_put(last, "until_ms", json_integer(number(one, "at_ms")));
            continue;
        }
        last = json_copy(one);
        json_put(last, "times", json_integer(1));
        json_push(list, last);
    }
    return list;
}

static void trace_row(const Page *p, const json_t *row, char cells[4][CELL])
{
    const char *what = word(row, "what"), *outcome = word(row, "outcome");
    bool        step = strncmp(what, "step ", 5) == 0;
    int64_t     times = number(row, "times");
    char        until[48];
    hour(p, row, "at_ms", cells[0]);
    snprintf(cells[1], CELL, "%s", step ? step_label(what + 5) : access_word(word(row, "event"), what));
    if (times > 1) {
        hour(p, row, "until_ms", until);
        snprintf(cells[1], CELL, "%s (%" PRId64 " fois, jusqu’au %s)", step ? step_label(what + 5) : access_word(word(row, "event"), what), times, until);
    }
    actor_shown(row, cells[2], CELL);
    snprintf(cells[3], CELL, "%s %s", strcmp(outcome, "ok") == 0 ? "fait" : strcmp(outcome, "refused") == 0 ? "refusé" : strcmp(outcome, "failed") == 0 ? "échoué" : outcome,
             times > 1 ? "" : word(row, "detail"));
}

static void images(const Page *p)
{
    char   text[200];
    size_t count = json_array_size(at(p->all, "images"));
    snprintf(text, sizeof text, "%zu objets reçus ; l’empreinte de chacun figure dans dossier.json.", count);
    pdf_heading(p->pdf, "Images");
    pdf_paragraph(p->pdf, slice_of(text));
}

static void report(const Page *p)
{
    const json_t *signed_one = at(p->all, "report");
    const json_t *one;
    size_t        i;
    char          text[300], when[48];
    pdf_heading(p->pdf, "Compte rendu");
    if (!json_is_object(signed_one)) {
        pdf_paragraph(p->pdf, SLICE("Aucun compte rendu signé à cette date."));
        return;
    }
    json_array_foreach (at(p->all, "report_versions"), i, one) {
        hour(p, one, "signed_at_ms", when);
        snprintf(text, sizeof text, "Version %" PRId64 " (%s), signée le %s, second facteur : %s.\nEmpreinte SHA-256 : %s", number(one, "version"),
                 strcmp(word(one, "kind"), "preliminary") == 0 ? "préliminaire" : strcmp(word(one, "kind"), "addendum") == 0 ? "complément ou rectification" : "définitive",
                 when, report_proof(word(one, "proof")), word(one, "sha256"));
        pdf_paragraph(p->pdf, slice_of(text));
    }
}

/* Of the last signature: what its author was shown, and what not. E25 */
static void shown_row(const Page *p, const json_t *row, char cells[4][CELL])
{
    int64_t seconds = number(row, "full_ms") / 1000;
    (void)p;
    snprintf(cells[0], CELL, "%s %" PRId64 " %s", word(row, "modality"), number(row, "number"), word(row, "description"));
    snprintf(cells[1], CELL, "%" PRId64 " sur %" PRId64 "%s", number(row, "seen"), number(row, "images"),
             number(row, "incomplete") ? ", certaines jamais complètes" : "");
    snprintf(cells[2], CELL, "%" PRId64 " min %02" PRId64 " s", seconds / 60, seconds % 60);
    snprintf(cells[3], CELL, "%s", *word(row, "unseen") ? word(row, "unseen") : "—");
}

static void shown(const Page *p)
{
    static const char *const HEAD[4] = { "Série", "Vues en fidélité complète", "Durée", "Non vues (numéros)" };
    static const double      WIDE[4] = { 0.38, 0.22, 0.14, 0.26 };
    const json_t            *facts = at(p->all, "facts"), *summary = at(at(facts, "signature"), "shown");
    char                     text[300];
    if (!json_is_object(summary))
        summary = at(at(facts, "preliminary"), "shown");
    if (!json_is_object(summary))
        return;
    int64_t seconds = number(summary, "full_ms") / 1000;
    pdf_heading(p->pdf, "Images montrées avant la signature");
    snprintf(text, sizeof text, "%" PRId64 " sur %" PRId64 " en fidélité complète, %" PRId64 " min %02" PRId64 " s en tout ; %" PRId64 " jamais complètes.",
             number(summary, "seen"), number(summary, "images"), seconds / 60, seconds % 60, number(summary, "incomplete"));
    pdf_paragraph(p->pdf, slice_of(text));
    table(p, at(summary, "series"), HEAD, WIDE, shown_row);
    if (number(summary, "more")) {
        snprintf(text, sizeof text, "Et %" PRId64 " autres séries, comprises dans ces nombres.", number(summary, "more"));
        pdf_paragraph(p->pdf, slice_of(text));
    }
}

static void seal(const Page *p, const char *sha256, const char *fingerprint)
{
    OWNED_BUF     lines = buf_make(4096);
    const json_t *events = at(p->all, "events");
    char          qr[200];
    buf_addf(&lines, "Empreinte SHA-256 de dossier.json :\n%.32s\n%.32s\n", sha256, sha256 + 32);
    buf_addf(&lines, "Dernier maillon de la chaîne des étapes :\n%.32s\n",
             word(json_array_get(events, json_array_size(events) - 1), "hash"));
    buf_addf(&lines, "Clé de signature (Ed25519) :\n%.32s\n%.32s", fingerprint, fingerprint + 32);
    snprintf(qr, sizeof qr, "BECLERE-DOSSIER:%s:%s", word(at(p->all, "act"), "number"), sha256);
    pdf_signature(p->pdf, "Sceau", buf_slice(&lines), qr);
}

bool dossier_pdf(const json_t *dossier, const char *sha256, const char *key_fingerprint, Buf *ret, Err *err)
{
    static const char *const STEPS[4] = { "Étape", "Quoi", "Qui, comment authentifié", "Exigences" };
    static const char *const TRACE[4] = { "Quand", "Accès", "Qui", "Issue" };
    static const double      WIDE[4]  = { 0.26, 0.28, 0.30, 0.16 };
    const char              *name     = word(at(dossier, "act"), "number");
    char                     footer[160];
    snprintf(footer, sizeof footer, "Dossier de preuve — acte %s — document confidentiel, secret médical", name);
    PdfSetup setup     = { .title         = "Dossier de preuve",
                           .author        = "Béclère",
                           .subject       = name,
                           .created_at_s  = number(dossier, "made_at_ms") / 1000,
                           .running_title = "Dossier de preuve",
                           .footer        = footer };
    OWNED(PdfDoc) *pdf = pdf_new(&setup, err);
    if (!pdf)
        return false;
    Page page = { pdf, dossier, word(at(at(dossier, "organisations"), "site"), "time_zone") };
    head(&page);
    panes(&page);
    consents(&page);
    pdf_heading(pdf, "Étapes");
    table(&page, at(dossier, "events"), STEPS, WIDE, event_row);
    images(&page);
    report(&page);
    shown(&page);
    pdf_heading(pdf, "Accès et refus tracés");
    OWNED(json_t) *trace = trace_folded(at(dossier, "trace"));
    table(&page, trace, TRACE, WIDE, trace_row);
    seal(&page, sha256, key_fingerprint);
    return pdf_finish(pdf, ret, err);
}
