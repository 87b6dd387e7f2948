/*
 * The injection of an act, read for the demonstration's PET scanner.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "demo/injection.h"

#include <stdio.h>
#include <unistd.h>

#include "clinic/reports/local_time.h"
#include "clinic/workflow/act_store.h"
#include "platform/db/db.h"

enum { MINUTE_MS = 60 * 1000, UPTAKE_MS = 60 * MINUTE_MS }; /* rest between injection and images: EANM guideline for FDG, 2015 */

/* The last one that stands: what was put right is not told. */
static const json_t *last_given(const Act *a)
{
    size_t        i;
    const json_t *one, *last = NULL;
    json_array_foreach (act_fact(a, "drugs", NULL), i, one) {
        const char *kind = json_string_value(json_object_get(one, "kind"));
        if (kind && strcmp(kind, "radiopharmaceutical") == 0 && !json_object_get(one, "replaced_by"))
            last = one;
    }
    return last;
}

static void local_text(int64_t at_ms, const char *zone, char ret[15])
{
    LocalTime t = local_time(at_ms, zone);
    char      text[96];
    (void)snprintf(text, sizeof text, "%04d%02d%02d%02d%02d%02d", t.year, t.month, t.day, t.hour, t.minute, t.second);
    slice_copy(slice_of(text), ret, 15);
}

static void fill(const json_t *drug, const char *zone, int clock_off_min, PhantomOrder *order)
{
    int64_t given_ms = json_integer_value(json_object_get(drug, "given_at_ms"));
    double  activity = json_number_value(json_object_get(drug, "activity_mbq"));
    char    scan[15], slot[15];
    if (!given_ms || activity <= 0)
        return;
    local_text(given_ms + (int64_t)clock_off_min * MINUTE_MS, zone, order->injected);
    order->activity_bq = activity * 1e6;
    local_text(given_ms + UPTAKE_MS, zone, scan);
    (void)snprintf(slot, sizeof slot, "%.8s%.6s", order->date, order->time);
    if (strcmp(slot, scan) < 0) {
        slice_copy(slice_part(slice_of(scan), 0, 8), order->date, sizeof order->date);
        slice_copy(slice_part(slice_of(scan), 8, 6), order->time, sizeof order->time);
    }
}

bool injection_from_act(const Config *config, const char *number, int clock_off_min, PhantomOrder *order, Err *err)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/beclere.db", config_text(config, "data"));
    if (access(path, R_OK) != 0)
        return true;
    OWNED(DbHost) *host = db_open_snapshot(path, err);
    OWNED(Db)     *db   = host ? db_read(host, err) : NULL;
    if (!db)
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT act.id, organisation.time_zone FROM act JOIN organisation ON organisation.id = act.site_id "
                                     "WHERE replace(act.number, '-', '') = replace(?1, '-', '')");
    char zone[64];
    db_bind_text(q, 1, slice_of(number));
    DbStep step = db_next(q, err);
    if (step != DB_ROW)
        return step != DB_FAILED;
    db_text(q, 1, zone, sizeof zone);
    OWNED_ACT     a    = { 0 };
    const json_t *drug = act_load(db, db_int(q, 0), &a, err) ? last_given(&a) : NULL;
    if (drug)
        fill(drug, zone, clock_off_min, order);
    return err->kind == ERR_NONE;
}
