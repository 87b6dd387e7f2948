/*
 * The log of acts: chained, replayed, shown to those who may see it; and the clocks that write into it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "act_world.h"

static void sql(World *w, const char *statement)
{
    char copy[400];
    snprintf(copy, sizeof copy, "%s", statement);
    MUST(db_write(w->host, run_sql, copy, fault));
}

static void verify(World *w, ActCheck *ret)
{
    OWNED(Db) *db = NULL;
    MUST((db = db_read(w->host, fault)));
    MUST(act_verify(db, 0, ret, fault));
}

static void every_change_to_the_log_is_found(void **state) /* X3 X4 */
{
    static const struct {
        const char *change, *undo;
        int64_t     seq;
        const char *why;
    } CHANGES[] = {
        { "UPDATE act_event SET data = replace(data, 'appendicite', 'gastrite') WHERE seq = 2",
          "UPDATE act_event SET data = replace(data, 'gastrite', 'appendicite') WHERE seq = 2", 2,
          "content altered" },
        { "UPDATE act_event SET at_ms = at_ms + 1 WHERE seq = 3",
          "UPDATE act_event SET at_ms = at_ms - 1 WHERE seq = 3", 3, "content altered" },
        { "UPDATE act_event SET person_id = person_id + 1 WHERE seq = 3",
          "UPDATE act_event SET person_id = person_id - 1 WHERE seq = 3", 3, "content altered" },
        { "UPDATE act_event SET role = 'imager' WHERE seq = 3",
          "UPDATE act_event SET role = 'requester' WHERE seq = 3", 3, "content altered" },
        { "UPDATE act_event SET seq = 1000 WHERE seq = 5", "UPDATE act_event SET seq = 5 WHERE seq = 1000", 6,
          "event removed before" },
        { "UPDATE act SET facts = replace(facts, 'appendicite', 'gastrite')",
          "UPDATE act SET facts = replace(facts, 'gastrite', 'appendicite')", -1,
          "projection differs from the log" },
        { "UPDATE act SET state = 'closed'", "UPDATE act SET state = 'running'", -1,
          "projection differs from the log" },
        { "UPDATE act SET imager_id = imager_id + 1", "UPDATE act SET imager_id = imager_id - 1", -1,
          "projection differs from the log" },
        { "DELETE FROM act_event WHERE seq = (SELECT max(seq) FROM act_event)", NULL, -1,
          "events removed at the end" },
    };
    World   *w = *state;
    ActCheck check;
    start(w);
    for (size_t i = 0; i < COUNT(CHANGES); i++) {
        verify(w, &check);
        assert_int_equal(check.broken_act, 0);
        sql(w, CHANGES[i].change);
        verify(w, &check);
        assert_int_equal(check.broken_act, w->act);
        if (CHANGES[i].seq > 0)
            assert_int_equal(check.broken_seq, CHANGES[i].seq);
        assert_string_equal(check.why, CHANGES[i].why);
        if (CHANGES[i].undo)
            sql(w, CHANGES[i].undo);
    }
}

static void a_forged_event_does_not_fit_even_with_its_own_hash(void **state) /* X3 */
{
    World      *w = *state;
    OWNED_EVENT e = { 0 };
    ActCheck    check;
    char        statement[200];
    start(w);
    {
        OWNED(Db) *db = NULL;
        MUST((db = db_read(w->host, fault)));
        OWNED(DbQuery) *q = db_query(db, "SELECT " ACT_EVENT_COLUMNS " FROM act_event WHERE seq = 3");
        assert_int_equal(db_next(q, NULL), DB_ROW);
        MUST(act_event_from_row(q, &e, fault));
    }
    e.person_id++;
    OWNED_BUF data = buf_make(1 << 20);
    MUST(json_dump_to_buf(e.data, &data, fault));
    act_event_hash(&e, buf_slice(&data), e.hash);
    snprintf(statement, sizeof statement,
             "UPDATE act_event SET person_id = %" PRId64 ", hash = '%s' WHERE seq = 3", e.person_id, e.hash);
    sql(w, statement);
    verify(w, &check);
    assert_int_equal(check.broken_seq, 4); /* the next one was chained to the true one */
}

static void a_refusal_is_traced_and_changes_nothing(void **state) /* X3 */
{
    World *w = *state;
    create(w, "CT");
    int64_t before = number_of(w, "SELECT count(*) FROM audit_line WHERE outcome = 'refused'");
    refused(w, &w->requester, "send", NULL, ERR_CONFLICT, "reason");
    assert_int_equal(number_of(w, "SELECT count(*) FROM audit_line WHERE outcome = 'refused'"), before + 1);
    assert_int_equal(number_of(w, "SELECT count(*) FROM audit_line WHERE outcome = 'refused' AND what = "
                                  "'step send'"
                                  " AND detail LIKE 'conflict: reason%' AND patient_id > 0"),
                     1);
    refused(w, &w->stranger, "send", NULL, ERR_NOT_FOUND,
            NULL); /* the stranger learns nothing, the trace says no patient */
    assert_int_equal(number_of(w, "SELECT count(*) FROM audit_line WHERE outcome = 'refused' AND actor = "
                                  "'etranger'"
                                  " AND patient_id = 0"),
                     1);
    Who half  = w->requester;
    half.full = false;
    refused(w, &half, "send", NULL, ERR_SIGN_IN, NULL);
}

/* ---- what a page sees ---- */

static bool count_event(int64_t event_id, const json_t *event, void *arg)
{
    (void)event_id;
    assert_true(json_is_object(json_object_get(event, "by")));
    ++*(int *)arg;
    return true;
}

static int events_for(World *w, const Who *who, int64_t after, int64_t *ret_last)
{
    OWNED(Db) *db = NULL;
    int count     = 0;
    MUST((db = db_read(w->host, fault)));
    MUST(act_events_since(db, who->person_id, after, 1000, count_event, &count, ret_last, fault));
    return count;
}

static void events_come_in_order_to_those_who_may_see_them(void **state) /* E1 S2 */
{
    World  *w    = *state;
    int64_t last = 0, again = 0;
    create(w, "CT");
    assert_int_equal(events_for(w, &w->requester, 0, &last), 1);
    assert_int_equal(events_for(w, &w->imager, 0, &again), 0); /* a draft */
    does(w, &w->requester, "edit-request", A_REQUEST);
    does(w, &w->requester, "send", NULL);
    assert_int_equal(events_for(w, &w->requester, last, &again), 2);
    assert_true(again > last);
    assert_int_equal(events_for(w, &w->requester, again, &last), 0);
    assert_int_equal(events_for(w, &w->technologist, 0, &last), 3);
    assert_int_equal(events_for(w, &w->stranger, 0, &last), 0);
    assert_int_equal(events_for(w, &w->admin, 0, &last), 0);
    assert_true(last == again);
}

static json_t *act_of(World *w, const Who *who)
{
    OWNED(Db) *db = NULL;
    json_t *act   = NULL;
    MUST((db = db_read(w->host, fault)));
    MUST(act_json(db, who, LANG_FR, w->act, &act, fault));
    return act;
}

static const json_t *offer(const json_t *act, const char *step)
{
    size_t  i;
    json_t *one;
    json_array_foreach (json_object_get(act, "steps"), i, one)
        if (strcmp(json_string_value(json_object_get(one, "step")), step) == 0)
            return one;
    return NULL;
}

static void a_page_is_offered_what_the_table_allows(void **state)
{
    World *w = *state;
    create(w, "CT");
    OWNED(json_t) *draft = act_of(w, &w->requester);
    assert_false(json_is_true(json_object_get(offer(draft, "send"), "allowed")));
    assert_true(json_array_size(json_object_get(offer(draft, "send"), "missing")) > 8);
    assert_null(offer(draft, "accept"));
    does(w, &w->requester, "edit-request", A_REQUEST);
    OWNED(json_t) *filled = act_of(w, &w->requester);
    assert_true(json_is_true(json_object_get(offer(filled, "send"), "allowed")));
    does(w, &w->requester, "send", NULL);
    OWNED(json_t) *asked = act_of(w, &w->imager);
    assert_true(json_is_true(json_object_get(offer(asked, "accept"), "allowed")));
    assert_null(offer(asked, "send"));
    assert_string_equal(json_string_value(json_object_get(offer(asked, "accept"), "label")), "Accepter");
    assert_string_equal(json_string_value(json_object_get(json_object_get(asked, "deadline"), "what")), "verd"
                                                                                                        "ic"
                                                                                                        "t");
    assert_true(json_is_object(json_object_get(asked, "convention")));
    assert_true(json_is_object(json_object_get(asked, "images")));
    Err     err   = { 0 };
    json_t *no    = NULL;
    OWNED(Db) *db = NULL;
    MUST((db = db_read(w->host, fault)));
    assert_false(act_json(db, &w->stranger, LANG_FR, w->act, &no, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
}

static size_t listed(World *w, const Who *who, const char *view, const char *states, const char *q)
{
    OWNED(Db) *db       = NULL;
    OWNED(json_t) *list = NULL;
    ActsWanted wanted   = { .view = slice_of(view), .state = slice_of(states), .q = slice_of(q) };
    MUST((db = db_read(w->host, fault)));
    MUST(acts_json(db, who, &wanted, &list, fault));
    return json_array_size(json_object_get(list, "acts"));
}

static void lists_are_by_part_state_and_name(void **state)
{
    World *w = *state;
    ask(w);
    create(w, "MR");
    assert_int_equal(listed(w, &w->requester, "requests", "", ""), 2);
    assert_int_equal(listed(w, &w->requester, "imaging", "", ""), 0);
    assert_int_equal(listed(w, &w->requester, "all", "draft", ""), 1);
    assert_int_equal(listed(w, &w->requester, "all", "draft,asked", "moreau"), 2);
    assert_int_equal(listed(w, &w->requester, "all", "", "durand"), 0);
    assert_int_equal(listed(w, &w->imager, "imaging", "", ""), 1);
    assert_int_equal(listed(w, &w->technologist, "site", "asked", "élise"), 1);
    assert_int_equal(listed(w, &w->stranger, "all", "", ""), 0);
    sql(w, "UPDATE patient SET ins_value = '180067511400146', ins_oid = '1.2.250.1.213.1.4.10'");
    assert_int_equal(listed(w, &w->requester, "all", "", "-00000"), 2); /* a part of the number */
    assert_int_equal(listed(w, &w->requester, "all", "", "b99-"), 0);
    assert_int_equal(listed(w, &w->imager, "imaging", "", "1 80 06 75 114 001"), 1); /* without its key */
    assert_int_equal(listed(w, &w->requester, "all", "asked", "180067511400146"), 1);
    assert_int_equal(listed(w, &w->requester, "all", "", "1800675114002"), 0);
    assert_int_equal(listed(w, &w->requester, "all", "", "18006751"), 0); /* no part of an identity number */
    assert_int_equal(listed(w, &w->stranger, "all", "", "180067511400146"), 0);
    assert_int_equal(listed(w, &w->stranger, "all", "", "-00000"), 0);
    OWNED(Db) *db = NULL;
    json_t *none  = NULL;
    Err     err   = { 0 };
    MUST((db = db_read(w->host, fault)));
    assert_false(
        acts_json(db, &w->imager, &(ActsWanted) { .view = SLICE("mine") }, &none, &err));
    assert_int_equal(err.kind, ERR_INPUT);
}

static void messages_are_unread_until_the_act_is_looked_at(void **state) /* E7 E12 */
{
    World *w = *state;
    ask(w);
    does(w, &w->imager, "message", "{\"text\":\"Clairance ?\"}");
    does(w, &w->imager, "message", "{\"text\":\"Et l’allergie ?\"}");
    refused(w, &w->imager, "message", "{\"text\":\"  \"}", ERR_CONFLICT, "text");
    OWNED(json_t) *before = act_of(w, &w->requester);
    assert_int_equal(json_integer_value(json_object_get(before, "unread_messages")), 2);
    MUST(act_seen(w->house, &w->requester, w->act, fault));
    OWNED(json_t) *after = act_of(w, &w->requester);
    assert_int_equal(json_integer_value(json_object_get(after, "unread_messages")), 0);
    OWNED(json_t) *own = act_of(w, &w->imager);
    assert_int_equal(json_integer_value(json_object_get(own, "unread_messages")), 0);
}

/* ---- clocks ---- */

static void a_passed_delay_is_said_once(void **state) /* E10 */
{
    World    *w = *state;
    OWNED_ACT a = { 0 };
    ask(w);
    assert_int_equal(run_jobs(w, "act.deadline"), 0); /* not due yet */
    clock_advance(31 * 60000);
    char payload[120];
    load_act(w, &a);
    snprintf(payload, sizeof payload, "{\"act_id\":%" PRId64 ",\"what\":\"verdict\",\"at_ms\":%" PRId64 "}",
             w->act, a.deadline_at_ms);
    assert_int_equal(run_jobs(w, "act.deadline"), 1);
    Job again = { .kind = "act.deadline", .payload = slice_of(payload), .attempt = 2 };
    MUST(ACT_JOBS[1].run(&again, w->house, fault));
    assert_int_equal(number_of(w, "SELECT count(*) FROM act_event WHERE step = 'overdue'"), 1);
    is_whole(w);
}

static void a_delay_that_was_met_is_not_overdue(void **state) /* E10 */
{
    World *w = *state;
    ask(w);
    does(w, &w->imager, "accept", A_VERDICT);
    clock_advance(31 * 60000);
    assert_int_equal(run_jobs(w, "act.deadline"), 1);
    assert_int_equal(number_of(w, "SELECT count(*) FROM act_event WHERE step = 'overdue'"), 0);
}

static void an_order_without_answer_goes_to_the_next_contact(void **state) /* E13 */
{
    World    *w = *state;
    OWNED_ACT a = { 0 };
    char      answer[80];
    start(w);
    refused(w, &w->imager, "order", "{\"to\":\"requester\",\"kind\":\"information\"}", ERR_CONFLICT, "text");
    refused(w, &w->imager, "order", "{\"to\":\"everybody\",\"kind\":\"information\",\"text\":\"x\"}",
            ERR_INPUT, NULL);
    does(w, &w->imager, "order",
         "{\"to\":\"requester\",\"kind\":\"information\",\"text\":\"Défense ?\",\"due_min\":5}");
    load_act(w, &a);
    snprintf(answer, sizeof answer, "{\"id\":%" PRId64 ",\"text\":\"Défense présente\"}", a.last_seq);
    refused(w, &w->local, "answer-order", answer, ERR_CONFLICT, "order-mine");
    clock_advance(6 * 60000);
    assert_int_equal(run_jobs(w, "act.order-due"), 1);
    does(w, &w->local, "answer-order", answer); /* the next contact may answer now */
    clock_advance(60 * 60000);
    run_jobs(w, "act.order-due");
    assert_int_equal(number_of(w, "SELECT count(*) FROM act_event WHERE step = 'escalate-order'"), 1);
    is_whole(w);
}

static void an_act_shows_the_same_from_the_log_after_a_whole_story(void **state)
{
    World *w = *state;
    start(w);
    does(w, &w->imager, "imager-absent", NULL);
    does(w, &w->imager, "imager-present", NULL);
    does(w, &w->imager, "more-images", "{\"text\":\"Un passage tardif\"}");
    does(w, &w->technologist, "report-incident", "{\"kind\":\"technical\",\"text\":\"Panne courte\"}");
    release(w);
    does(w, &w->technologist, "patient-left", NULL);
    read_and_sign_as(w, A_REPORT_WITH("{\"text\":\"Panne courte, sans suite\"}"));
    run_jobs(w, "act.deliver");
    does(w, &w->requester, "acknowledge", NULL);
    is_whole(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(every_change_to_the_log_is_found),
        WITH_WORLD(a_forged_event_does_not_fit_even_with_its_own_hash),
        WITH_WORLD(a_refusal_is_traced_and_changes_nothing),
        WITH_WORLD(events_come_in_order_to_those_who_may_see_them),
        WITH_WORLD(a_page_is_offered_what_the_table_allows),
        WITH_WORLD(lists_are_by_part_state_and_name),
        WITH_WORLD(messages_are_unread_until_the_act_is_looked_at),
        WITH_WORLD(a_passed_delay_is_said_once),
        WITH_WORLD(a_delay_that_was_met_is_not_overdue),
        WITH_WORLD(an_order_without_answer_goes_to_the_next_contact),
        WITH_WORLD(an_act_shows_the_same_from_the_log_after_a_whole_story),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
