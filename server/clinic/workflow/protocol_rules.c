/*
 * The rules of exam protocols: what one must say, for whom it is made, doses against its reference levels. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "base/own.h"
#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/protocol.h"
#include "formats/json/json_util.h"
#include "formats/texts/texts.h"

enum { TEXT_MAX = 4000, MONTHS_MAX = 1800, KG_MAX = 400, RENAL_DAYS_MAX = 365, MINUTES_MAX = 600 };

void protocol_clear(Protocol *p)
{
    json_decref(p->content);
    json_decref(p->review);
    *p = (Protocol) { 0 };
}

static bool wrong(const char *member, Err *err)
{
    return err_set(err, ERR_INPUT, "The protocol is not as it should be.", "%s", member);
}

static bool text_take(const json_t *body, const char *key, char *ret, size_t size, Err *err)
{
    Slice text = SLICE_NONE;
    if (!json_need_text(body, key, &text, err))
        return false;
    text = slice_trim(text);
    return (text.len && text_is_clean_utf8(text) && slice_copy(text, ret, size)) || wrong(key, err);
}

static bool kg_take(const json_t *body, const char *key, double *ret, Err *err)
{
    const json_t *value = json_object_get(body, key);
    if (!value || json_is_null(value))
        return true;
    *ret = json_number_value(value);
    return (json_is_number(value) && *ret >= 0 && *ret <= KG_MAX) || wrong(key, err);
}

/* Texts of the content: phases say what is acquired, steps what the technologist does. */
static bool content_texts(const json_t *body, json_t *content, Err *err)
{
    static const struct {
        const char *name;
        bool        needed;
    } TEXTS[] = { { "phases", true }, { "steps", true }, { "preparation", false }, { "optimisation", false } };
    for (size_t i = 0; i < COUNT(TEXTS); i++) {
        Slice text = SLICE_NONE;
        if (!json_may_text(body, TEXTS[i].name, &text, err))
            return false;
        text = slice_trim(text);
        if ((TEXTS[i].needed && !text.len) || text.len > TEXT_MAX || !text_is_clean_utf8(text))
            return wrong(TEXTS[i].name, err);
        if (text.len)
            json_put(content, TEXTS[i].name, json_slice(text));
    }
    return true;
}

/* {kind,product,dose_rule,renal_days}: what is injected, how much of it, how old the renal function may be. */
static bool contrast_take(const json_t *body, json_t *content, Err *err)
{
    const json_t *given = json_object_get(body, "contrast");
    Slice         kind = SLICE("none"), product = SLICE_NONE, rule = SLICE_NONE;
    int64_t       days = 0;
    if (given && !json_is_null(given) &&
        (!json_is_object(given) || !json_need_text(given, "kind", &kind, err) || !json_may_text(given, "product", &product, err) ||
         !json_may_text(given, "dose_rule", &rule, err) || !json_may_int(given, "renal_days", 0, RENAL_DAYS_MAX, &days, err)))
        return wrong("contrast", err);
    bool none = slice_equal_text(kind, "none");
    if (!code_known(CODES_CONTRAST, kind) || (!none && (!slice_trim(product).len || !slice_trim(rule).len)) ||
        product.len > TEXT_MAX || rule.len > TEXT_MAX || !text_is_clean_utf8(product) || !text_is_clean_utf8(rule))
        return err_set(err, ERR_INPUT, "A protocol with contrast names the product and the rule of its dose.", "contrast");
    json_t *contrast = json_pack("{s:o}", "kind", json_slice(kind));
    if (!none) {
        json_put(contrast, "product", json_slice(slice_trim(product)));
        json_put(contrast, "dose_rule", json_slice(slice_trim(rule)));
        json_put(contrast, "renal_days", json_integer(days));
    }
    return json_put(content, "contrast", contrast);
}

/* Numbers of a dose: {ctdi_mgy,dlp_mgycm,dap_mgycm2,activity_mbq}. */
static bool doses_take(const json_t *body, const char *key, json_t *content, Err *err)
{
    static const char *const DOSES[] = { "ctdi_mgy", "dlp_mgycm", "dap_mgycm2", "activity_mbq" };
    const json_t            *given   = json_object_get(body, key);
    if (!given || json_is_null(given))
        return true;
    if (!json_is_object(given))
        return wrong(key, err);
    json_t *kept = json_object();
    json_put(content, key, kept);
    for (size_t i = 0; i < COUNT(DOSES); i++) {
        const json_t *value = json_object_get(given, DOSES[i]);
        if (!value || json_is_null(value))
            continue;
        if (!json_is_number(value) || !(json_number_value(value) > 0 && json_number_value(value) < 1e7))
            return wrong(DOSES[i], err);
        json_put(kept, DOSES[i], json_real(json_number_value(value)));
    }
    return true;
}

bool protocol_from_json(const json_t *body, Protocol *ret, Err *err)
{
    Protocol    p   = { 0 };
    const char *why = NULL;
    int64_t     minutes = 0;
    ret->content = p.content = json_object();
    if (!json_need_int(body, "imaging_id", 1, INT64_MAX, &p.imaging_id, err) ||
        !json_may_int(body, "site_id", 0, INT64_MAX, &p.site_id, err) || !text_take(body, "modality", p.modality, sizeof p.modality, err) ||
        !text_take(body, "region", p.region, sizeof p.region, err) || !text_take(body, "name", p.name, sizeof p.name, err) ||
        !json_may_int(body, "age_from_months", 0, MONTHS_MAX, &p.age_from_months, err) ||
        !json_may_int(body, "age_to_months", 0, MONTHS_MAX, &p.age_to_months, err) ||
        !json_may_int(body, "minutes", 0, MINUTES_MAX, &minutes, err) || !kg_take(body, "weight_from_kg", &p.weight_from_kg, err) ||
        !kg_take(body, "weight_to_kg", &p.weight_to_kg, err) || !content_texts(body, p.content, err) ||
        !contrast_take(body, p.content, err) || !doses_take(body, "dose_target", p.content, err) || !doses_take(body, "drl", p.content, err))
        return false;
    if (!modality_of_opinion(slice_of(p.modality), &why))
        return wrong("modality", err);
    if ((p.age_to_months && p.age_to_months <= p.age_from_months) || (p.weight_to_kg > 0 && p.weight_to_kg <= p.weight_from_kg))
        return err_set(err, ERR_INPUT, "The limits of age or weight of the protocol are the wrong way round.", "limits");
    if (minutes)
        json_put(p.content, "minutes", json_integer(minutes));
    *ret = p;
    return true;
}

bool protocol_fits(const Protocol *p, int age_months, double weight_kg)
{
    bool by_age    = p->age_from_months || p->age_to_months;
    bool by_weight = p->weight_from_kg > 0 || p->weight_to_kg > 0;
    if (by_age && (age_months < 0 || age_months < p->age_from_months || (p->age_to_months && age_months >= p->age_to_months)))
        return false;
    return !by_weight || (weight_kg > 0 && weight_kg >= p->weight_from_kg && (p->weight_to_kg <= 0 || weight_kg < p->weight_to_kg));
}

static json_t *limit(const char *what, double from, double to, bool is_known, double value)
{
    bool fits = is_known && value >= from && (to <= 0 || value < to);
    return json_pack("{s:s, s:b, s:f, s:f, s:o}", "what", what, "fits", fits, "from", from, "to", to, "value", is_known ? json_real(value) : json_null());
}

json_t *protocol_why(const Protocol *p, int age_months, double weight_kg)
{
    json_t *list = json_array();
    if (p->age_from_months || p->age_to_months)
        json_push(list, limit("age", (double)p->age_from_months, (double)p->age_to_months, age_months >= 0, age_months));
    if (p->weight_from_kg > 0 || p->weight_to_kg > 0)
        json_push(list, limit("weight", p->weight_from_kg, p->weight_to_kg, weight_kg > 0, weight_kg));
    return list;
}

bool protocol_asks_physicist(const Protocol *p)
{
    return modality_irradiates(p->modality) &&
           (json_object_size(json_object_get(p->content, "dose_target")) || json_object_size(json_object_get(p->content, "drl")));
}

static void text_line(Buf *ret, const char *title, const char *text)
{
    if (text && *text)
        buf_addf(ret, "%s : %s\n", title, text);
}

static void text_limits(const Protocol *p, Buf *ret)
{
    if (p->age_from_months || p->age_to_months)
        buf_addf(ret, "Âge : de %d mois%s", (int)p->age_from_months, p->age_to_months ? "" : "\n");
    if (p->age_to_months)
        buf_addf(ret, " à moins de %d mois\n", (int)p->age_to_months);
    if (p->weight_from_kg > 0 || p->weight_to_kg > 0)
        buf_addf(ret, "Poids : de %.1f kg%s", p->weight_from_kg, p->weight_to_kg > 0 ? "" : "\n");
    if (p->weight_to_kg > 0)
        buf_addf(ret, " à moins de %.1f kg\n", p->weight_to_kg);
}

bool protocol_text(const Protocol *p, Buf *ret, Err *err)
{
    static const struct {
        const char *member, *title;
    } DOSES[] = { { "ctdi_mgy", "IDSV (mGy)" }, { "dlp_mgycm", "PDL (mGy·cm)" }, { "dap_mgycm2", "PDS (mGy·cm²)" }, { "activity_mbq", "Activité (MBq)" } };
    const json_t *contrast = json_object_get(p->content, "contrast");
    const char   *kind     = json_string_value(json_object_get(contrast, "kind"));
    buf_addf(ret, "%s, version %d\nModalité : %s\nRégion : %s\n", p->name, (int)p->version, p->modality, p->region);
    text_limits(p, ret);
    text_line(ret, "Acquisitions", json_string_value(json_object_get(p->content, "phases")));
    text_line(ret, "Étapes", json_string_value(json_object_get(p->content, "steps")));
    text_line(ret, "Préparation du patient", json_string_value(json_object_get(p->content, "preparation")));
    text_line(ret, "Optimisation", json_string_value(json_object_get(p->content, "optimisation")));
    if (kind && strcmp(kind, "none") != 0)
        buf_addf(ret, "Produit : %s (%s)\n", json_string_value(json_object_get(contrast, "product")), json_string_value(json_object_get(contrast, "dose_rule")));
    for (int level = 0; level < 2; level++)
        for (size_t i = 0; i < COUNT(DOSES); i++) {
            double value = json_number_value(json_object_get(json_object_get(p->content, level ? "drl" : "dose_target"), DOSES[i].member));
            if (value > 0)
                buf_addf(ret, "%s, %s : %.6g\n", level ? "Niveau de référence" : "Dose visée", DOSES[i].title, value);
        }
    return buf_ok(ret, err);
}

json_t *protocol_json(const Protocol *p)
{
    json_t *one = json_pack("{s:I, s:I, s:I, s:I, s:I, s:s, s:s, s:s, s:I, s:I, s:f, s:f, s:b, s:b}", "id", (json_int_t)p->id, "root_id",
                            (json_int_t)p->root_id, "version", (json_int_t)p->version, "imaging_id", (json_int_t)p->imaging_id, "site_id",
                            (json_int_t)p->site_id, "modality", p->modality, "region", p->region, "name", p->name, "age_from_months",
                            (json_int_t)p->age_from_months, "age_to_months", (json_int_t)p->age_to_months, "weight_from_kg",
                            p->weight_from_kg, "weight_to_kg", p->weight_to_kg, "approved", p->approved_at_ms != 0, "retired",
                            p->retired_at_ms != 0);
    if (one && p->content)
        json_object_update_missing(one, p->content);
    return one;
}

/* The highest CTDIvol: values of several series are never added. */
static double ctdi_of(const json_t *dose)
{
    size_t        i;
    const json_t *one;
    double        most = 0;
    json_array_foreach (json_object_get(dose, "ctdi"), i, one) {
        double mgy = json_number_value(json_object_get(one, "mgy"));
        most       = mgy > most ? mgy : most;
    }
    return most;
}

json_t *protocol_dose_compared(const json_t *levels, const json_t *dose)
{
    static const char *const WHAT[] = { "ctdi_mgy", "dlp_mgycm", "dap_mgycm2", "activity_mbq" };
    json_t                  *list   = json_array();
    for (size_t i = 0; i < COUNT(WHAT); i++) {
        double reference = json_number_value(json_object_get(levels, WHAT[i]));
        double measured  = i == 0 ? ctdi_of(dose) : json_number_value(json_object_get(dose, WHAT[i]));
        if (reference > 0 && measured > 0)
            json_push(list, json_pack("{s:s, s:f, s:f, s:b}", "what", WHAT[i], "measured", measured, "reference", reference, "above",
                                      measured > reference));
    }
    return list;
}
