/*
 * The worklist: planned acts, with all that the modality must be told, and nothing else. E10, E15.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "act_world.h"

typedef struct Found {
    int          count;
    WorklistItem last;
} Found;

static bool found_one(const WorklistItem *item, void *arg)
{
    Found *f = arg;
    f->count++;
    f->last = *item;
    return true;
}

static Found ask_worklist(World *w, WorklistFilter filter)
{
    Found f       = { 0 };
    OWNED(Db) *db = NULL;
    MUST((db = db_read(w->host, fault)));
    MUST(worklist_each(db, &filter, found_one, &f, fault));
    return f;
}

static void a_planned_act_is_on_the_worklist_until_it_is_done(void **state)
{
    World *w = *state;
    ask(w);
    does(w, &w->imager, "accept", A_VERDICT);
    assert_int_equal(ask_worklist(w, (WorklistFilter) { 0 }).count, 0);
    plan(w);
    Found f = ask_worklist(w, (WorklistFilter) { 0 });
    assert_int_equal(f.count, 1);
    assert_string_equal(f.last.patient_name, "DUPONT-MOREAU^ELISE");
    assert_string_equal(f.last.patient_id, w->patient.ipp);
    assert_string_equal(f.last.patient_id_issuer, "BECLERE");
    assert_string_equal(f.last.birth_date, "19850314");
    assert_string_equal(f.last.sex, "F");
    assert_string_equal(f.last.ins, ""); /* the identity is not qualified: the number is not given out */
    assert_int_equal(f.last.pregnancy, 1);
    assert_true(f.last.weight_kg > 72.2 && f.last.weight_kg < 72.4);
    assert_string_equal(f.last.priority, "HIGH");
    assert_string_equal(f.last.modality, "CT");
    assert_string_equal(f.last.ae_title, "MODALITY1");
    assert_string_equal(f.last.sps_description, "Abdomen sans injection");
    assert_string_equal(f.last.requester, "DUBOIS^Camille^^Dr");
    assert_true(strlen(f.last.study_uid) > 10 && strlen(f.last.accession) > 0 && strlen(f.last.sps_id) <= 16);
    assert_int_equal(strlen(f.last.start_date), 8);
    does(w, &w->imager, "abandon", "{\"code\":\"technical\",\"text\":\"Panne\"}");
    assert_int_equal(ask_worklist(w, (WorklistFilter) { 0 }).count, 0);
}

static void each_key_filters(void **state)
{
    World *w = *state;
    ask(w);
    does(w, &w->imager, "accept", A_VERDICT);
    plan(w);
    WorklistItem it = ask_worklist(w, (WorklistFilter) { 0 }).last;
    assert_int_equal(
        ask_worklist(w, (WorklistFilter) { .ae_title = SLICE("MODALITY1"), .modality = SLICE("CT") }).count,
        1);
    assert_int_equal(ask_worklist(w, (WorklistFilter) { .ae_title = SLICE("MODALITY2") }).count, 0);
    assert_int_equal(ask_worklist(w, (WorklistFilter) { .modality = SLICE("MR") }).count, 0);
    assert_int_equal(ask_worklist(w, (WorklistFilter) { .accession = slice_of(it.accession) }).count, 1);
    assert_int_equal(ask_worklist(w, (WorklistFilter) { .sps_id = SLICE("X") }).count, 0);
    assert_int_equal(ask_worklist(w, (WorklistFilter) { .patient_id = slice_of(it.patient_id) }).count, 1);
    assert_int_equal(ask_worklist(w, (WorklistFilter) { .site_id = w->other_site }).count, 0);
    assert_int_equal(ask_worklist(w, (WorklistFilter) { .from_ms = it.start_ms, .to_ms = it.start_ms }).count,
                     1);
    assert_int_equal(ask_worklist(w, (WorklistFilter) { .from_ms = it.start_ms + 1 }).count, 0);
    assert_int_equal(ask_worklist(w, (WorklistFilter) { .to_ms = it.start_ms - 1 }).count, 0);
}

static void the_page_sees_the_slot_as_the_modality_does(void **state)
{
    World *w            = *state;
    OWNED(Db) *db       = NULL;
    OWNED(json_t) *slot = NULL;
    Err err             = { 0 };
    ask(w);
    does(w, &w->imager, "accept", A_VERDICT);
    MUST((db = db_read(w->host, fault)));
    assert_false(act_worklist_json(db, &w->technologist, w->act, &slot, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    db_read_end(GIVE(db));
    plan(w);
    MUST((db = db_read(w->host, fault)));
    MUST(act_worklist_json(db, &w->technologist, w->act, &slot, fault));
    assert_string_equal(json_string_value(json_object_get(slot, "modality")), "CT");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(a_planned_act_is_on_the_worklist_until_it_is_done),
        WITH_WORLD(each_key_filters),
        WITH_WORLD(the_page_sees_the_slot_as_the_modality_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
