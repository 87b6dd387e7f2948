/*
 * The earlier exams of a patient in this archive, with their dose.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/history.h"

#include <inttypes.h>
#include <stdio.h>

#include "clinic/archive/dose.h"
#include "formats/json/json_util.h"
#include "platform/clock.h"

enum { STUDIES_MAX = 200 };
#define YEAR_MS (365LL * 24 * 60 * 60 * 1000)

typedef struct Sum {
    int64_t studies;
    double  dlp_mgycm, dap_mgycm2;
} Sum;

static void sum_add(Sum *sum, const json_t *dose)
{
    sum->studies++;
    sum->dlp_mgycm += json_number_value(json_object_get(dose, "dlp_mgycm"));
    sum->dap_mgycm2 += json_number_value(json_object_get(dose, "dap_mgycm2"));
}

static json_t *sum_json(const Sum *sum)
{
    return json_pack("{s:I, s:f, s:f}", "studies", (json_int_t)sum->studies, "dlp_mgycm", sum->dlp_mgycm, "dap_mgycm2", sum->dap_mgycm2);
}

/* "20251128" of a year before that moment. */
static void a_year_before(int64_t now_ms, char ret[9])
{
    char iso[CLOCK_ISO_SIZE];
    clock_iso(now_ms - YEAR_MS, iso);
    snprintf(ret, 9, "%.4s%.2s%.2s", iso, iso + 5, iso + 8);
}

bool patient_history_json(Db *db, int64_t patient_id, int64_t but_act_id, int64_t now_ms, json_t **ret, Err *err)
{
    Sum  total = { 0 }, year = { 0 };
    char since[9];
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q   = db_query(db, "SELECT id, uid, study_date, modalities, description, instance_count FROM study"
                                       " WHERE patient_id = ?1 AND coalesce(act_id, 0) <> ?2 AND instance_count > 0 AND wrong_patient = 0"
                                       " ORDER BY study_date DESC, id DESC LIMIT ?3");
    a_year_before(now_ms, since);
    db_bind_int(q, 1, patient_id);
    db_bind_int(q, 2, but_act_id ? but_act_id : -1);
    db_bind_int(q, 3, STUDIES_MAX);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        json_t *dose = NULL;
        char    date[9];
        if (step == DB_FAILED || !dose_of_study(db, db_int(q, 0), &dose, err))
            return false;
        db_text(q, 2, date, sizeof date);
        if (json_is_object(dose)) {
            sum_add(&total, dose);
            if (strcmp(date, since) >= 0)
                sum_add(&year, dose);
        }
        json_push(list, json_pack("{s:o, s:s, s:o, s:o, s:I, s:o}", "study_uid", json_slice(db_slice(q, 1)), "date", date, "modalities",
                                  json_slice(db_slice(q, 3)), "description", json_slice(db_slice(q, 4)), "instances",
                                  (json_int_t)db_int(q, 5), "dose", dose));
    }
    *ret = json_pack("{s:O, s:o, s:o}", "studies", list, "total", sum_json(&total), "year", sum_json(&year));
    return *ret != NULL;
}
