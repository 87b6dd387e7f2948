/*
 * The dose of images and of performed steps, put together.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_dose.h"

#include <stdlib.h>

#include "formats/json/json_util.h"

enum { MGYCM2_IN_DGYCM2 = 100 };

/* A decimal string, as DICOM writes it; a step that did not say it counts as nothing. */
static double said(const json_t *step, const char *key)
{
    const char *text = json_string_value(json_object_get(step, key));
    char       *end  = NULL;
    double      v    = text ? strtod(text, &end) : json_number_value(json_object_get(step, key));
    bool        ok   = !text || (end != text && !*end);
    return ok && v > 0 && v < 1e9 ? v : 0;
}

static bool has_number(const json_t *dose, const char *key)
{
    return json_is_number(json_object_get(dose, key));
}

static void add_missing(json_t *dose, const char *key, double value)
{
    if (value > 0 && !has_number(dose, key))
        json_put(dose, key, json_real(value));
}

json_t *act_dose_merged(const json_t *images, const json_t *performed)
{
    double        dap = 0, fluoroscopy = 0;
    size_t        i;
    const json_t *step;
    json_array_foreach (performed, i, step) {
        dap += said(step, "dap_dgycm2") * MGYCM2_IN_DGYCM2;
        fluoroscopy += said(step, "fluoroscopy_s");
    }
    bool    known = json_is_object(images);
    json_t *dose  = known ? json_deep_copy(images) : json_object();
    if (!known && dap <= 0 && fluoroscopy <= 0) {
        json_decref(dose);
        return json_null();
    }
    bool told = has_number(dose, "dap_mgycm2") || has_number(dose, "dlp_mgycm") ||
                json_array_size(json_object_get(dose, "ctdi"));
    add_missing(dose, "dap_mgycm2", dap);
    add_missing(dose, "fluoroscopy_s", fluoroscopy);
    if (!told && dap > 0)
        json_put(dose, "source", json_string("mpps"));
    else if (!known)
        json_put(dose, "source", json_string("none"));
    return dose;
}

bool act_dose(Db *db, const Act *a, json_t **ret, Err *err)
{
    json_t *images = NULL;
    if (!dose_of_act(db, a->id, &images, err))
        return false;
    *ret = act_dose_merged(images, json_object_get(a->facts, "performed"));
    json_decref(images);
    return *ret || err_set(err, ERR_UNAVAILABLE, "Memory is out.", "the dose of an act");
}
