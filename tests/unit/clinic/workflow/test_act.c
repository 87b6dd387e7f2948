/*
 * Acts told as stories, from the draft to the closed act, with each refused path on the way.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "act_world.h"

static void an_act_goes_from_draft_to_closed(void **state) /* E2…E35 */
{
    World *w = *state;
    start(w);
    is_now(w, ACT_RUNNING);
    release(w);
    does(w, &w->technologist, "patient-left", NULL);
    is_now(w, ACT_LEFT);
    read_and_sign(w);
    is_now(w, ACT_SIGNED);
    assert_int_equal(run_jobs(w, "act.deliver"), 1);
    is_now(w, ACT_DELIVERED);
    does(w, &w->requester, "acknowledge", NULL);
    does(w, &w->requester, "inform-patient", "{\"how\":\"in-person\",\"content_given\":\"Résultat normal expliqué\"}");
    does(w, &w->requester, "patient-copy", "{\"how\":\"paper\"}");
    does(w, &w->requester, "check-dmp", "{\"record_checked\":true,\"dmp\":\"none\"}");
    does(w, &w->requester, "close", NULL);
    is_now(w, ACT_CLOSED);
    is_whole(w);
}

const struct CMUnitTest TESTS[] = {
    WITH_WORLD(an_act_goes_from_draft_to_closed),
};

int main(void)
{
    return cmocka_run_group_tests(TESTS, NULL, NULL);
}
