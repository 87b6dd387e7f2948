/*
 * The version of the folds says when a log that exists already is told otherwise: real logs, kept, must give what they gave.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "clinic/workflow/act_chapter.h"

/* Both change together: the version of the folds, and the digest of what they make of fold_logs.json. */
static const struct {
    int         version;
    const char *sha256;
} MADE = { 3, "a3e8a2d8a5a3ba5ae47fe0b89eddde213899fbfd7597bd111ed4f842c4fe8e91" };

static const char *text(const json_t *object, const char *key)
{
    const char *found = json_string_value(json_object_get(object, key));
    return found ? found : "";
}

static int64_t integer(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static void event_of(const json_t *kept, ActEvent *ret)
{
    *ret = (ActEvent) { .seq                = integer(kept, "seq"),
                        .at_ms              = integer(kept, "at_ms"),
                        .from               = act_state_from_name(slice_of(text(kept, "from"))),
                        .to                 = act_state_from_name(slice_of(text(kept, "to"))),
                        .person_id          = integer(kept, "person_id"),
                        .organisation_id    = integer(kept, "organisation_id"),
                        .convention_id      = integer(kept, "convention_id"),
                        .convention_version = integer(kept, "convention_version"),
                        .data               = json_object_get(kept, "data") };
    snprintf(ret->step, sizeof ret->step, "%s", text(kept, "step"));
    snprintf(ret->person_name, sizeof ret->person_name, "%s", text(kept, "person_name"));
    snprintf(ret->role, sizeof ret->role, "%s", text(kept, "role"));
    snprintf(ret->factors, sizeof ret->factors, "%s", text(kept, "factors"));
    snprintf(ret->why, sizeof ret->why, "%s", text(kept, "why"));
}

/* All that the projection keeps, as text. The caller's. */
static char *shown(const Act *a)
{
    json_t *all = json_pack("{s:s, s:s, s:s, s:I, s:[I, I, I, I, I, I, I, I, I], s:[s, s, s], s:[I, I], s:[s, I], s:[I, I], s:[s, s, s], s:O}",
                            "number", a->number, "kind", a->kind, "state", act_state_name(a->state), "version", (json_int_t)a->version, "ids",
                            (json_int_t)a->patient_id, (json_int_t)a->requester_org_id, (json_int_t)a->site_id, (json_int_t)a->imaging_id,
                            (json_int_t)a->convention_id, (json_int_t)a->requester_id, (json_int_t)a->imager_id,
                            (json_int_t)a->technologist_id, (json_int_t)a->reader_id, "what", a->modality, a->priority, a->region, "times",
                            (json_int_t)a->created_at_ms, (json_int_t)a->asked_at_ms, "deadline", a->deadline_what,
                            (json_int_t)a->deadline_at_ms, "slot", (json_int_t)a->slot_start_ms, (json_int_t)a->slot_room_id, "images",
                            a->accession, a->study_uid, a->sps_id, "facts", a->facts);
    json_t *clocks = json_object();
    assert_non_null(all);
    for (size_t i = 0; i < a->clocks.count; i++)
        json_object_set_new(clocks, a->clocks.items[i].what, json_integer(a->clocks.items[i].at_ms));
    json_object_set_new(all, "clocks", clocks);
    char *said = json_dumps(all, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(all);
    assert_non_null(said);
    return said;
}

/* After every event of every log: what stood between counts as much as the end. */
static void folds_digest(const json_t *logs, char ret[65])
{
    EVP_MD_CTX   *sum = EVP_MD_CTX_new();
    unsigned char bytes[32];
    size_t        i, k;
    json_t       *log, *kept;
    assert_true(sum && EVP_DigestInit_ex(sum, EVP_sha256(), NULL));
    json_array_foreach (logs, i, log) {
        OWNED_ACT a = { .id = (int64_t)i + 1 };
        json_array_foreach (json_object_get(log, "events"), k, kept) {
            ActEvent e;
            event_of(kept, &e);
            assert_true(act_apply(&a, &e));
            char *said = shown(&a);
            EVP_DigestUpdate(sum, said, strlen(said));
            free(said);
        }
    }
    EVP_DigestFinal_ex(sum, bytes, NULL);
    EVP_MD_CTX_free(sum);
    for (size_t n = 0; n < sizeof bytes; n++)
        snprintf(ret + 2 * n, 3, "%02x", bytes[n]);
}

static json_t *logs_kept(void)
{
    json_error_t why;
    json_t      *all = json_load_file(SOURCE_ROOT "/tests/unit/clinic/workflow/fold_logs.json", 0, &why);
    if (!all)
        fail_msg("fold_logs.json: %s", why.text);
    assert_true(json_array_size(all) > 0);
    return all;
}

static void the_version_grows_when_a_kept_log_is_told_otherwise(void **state) /* X3 */
{
    char    digest[65];
    json_t *logs = logs_kept();
    (void)state;
    folds_digest(logs, digest);
    json_decref(logs);
    if (strcmp(digest, MADE.sha256) != 0)
        fail_msg("the folds make something else of logs that exist already (%s).\nRaise ACT_FOLD_VERSION, then write both here."
                 " Only when fold_logs.json itself was changed, the version stays.",
                 digest);
    if (MADE.version != ACT_FOLD_VERSION)
        fail_msg("ACT_FOLD_VERSION is %d, the digest here is of version %d", ACT_FOLD_VERSION, MADE.version);
}

static bool has_step(const json_t *logs, const char *step)
{
    size_t  i, k;
    json_t *log, *kept;
    json_array_foreach (logs, i, log)
        json_array_foreach (json_object_get(log, "events"), k, kept)
            if (strcmp(text(kept, "step"), step) == 0)
                return true;
    return false;
}

/* Says it when no kept log has this step. */
static size_t unknown(const json_t *logs, const char *chapter, const char *step)
{
    if (has_step(logs, step))
        return 0;
    print_message("no kept log has the step %s of the chapter %s\n", step, chapter);
    return 1;
}

/* Without this the digest would say less and less as chapters come. */
static void the_kept_logs_know_every_step_of_the_tables(void **state) /* X3 */
{
    json_t *logs    = logs_kept();
    size_t  missing = 0, all = 0;
    (void)state;
    for (size_t c = 0; c < ACT_CHAPTER_COUNT; c++) {
        const ActChapter *chapter = ACT_CHAPTERS[c];
        for (const ActFold *f = chapter->folds; f && f->step; f++, all++)
            missing += unknown(logs, chapter->name, f->step);
        for (const ActStep *s = chapter->steps; s && s->step; s++, all++)
            missing += unknown(logs, chapter->name, s->step);
    }
    json_decref(logs);
    assert_true(all > 300); /* the tables were read */
    if (missing)
        fail_msg("%zu rows of the tables of steps and folds have no kept log: play them and add them with tools/keep-logs.py", missing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_version_grows_when_a_kept_log_is_told_otherwise),
        cmocka_unit_test(the_kept_logs_know_every_step_of_the_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
