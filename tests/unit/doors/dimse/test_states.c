/*
 * The upper layer grid, walked whole.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "doors/dimse/states.h"

static void only_the_cells_that_the_standard_fills_do_something(void **state)
{
    (void)state;
    int acts = 0;
    for (int e = 0; e < UPPER_EVENTS; e++)
        for (int s = 0; s < UPPER_STATES; s++) {
            UpperState next = UPPER_STATES;
            UpperAct   act  = upper_step((UpperState)s, (UpperEvent)e, false, &next);
            acts += act != ACT_NONE;
            if (act == ACT_NONE)
                assert_int_equal(next, UPPER_STATES); /* nothing changes */
            else
                assert_in_range(next, 0, UPPER_STATES - 1);
        }
    /* 8 PDUs in 11 connected states; connection lost 12, ARTIM 2, our abort 10, our other 8 requests 11 cells
     */
    assert_int_equal(acts, 8 * 11 + 12 + 2 + 10 + 11);
}

static void whatever_a_peer_sends_while_it_is_connected_has_an_act(void **state)
{
    (void)state;
    static const UpperEvent FROM_PEER[] = { EVENT_AC,    EVENT_RJ,         EVENT_RQ,
                                            EVENT_DATA,  EVENT_RELEASE_RQ, EVENT_RELEASE_RP,
                                            EVENT_ABORT, EVENT_CLOSED,     EVENT_INVALID };
    for (size_t i = 0; i < sizeof FROM_PEER / sizeof FROM_PEER[0]; i++)
        for (int s = STA2; s < UPPER_STATES; s++) {
            UpperState next;
            if (s == STA4) /* not connected yet */
                continue;
            assert_int_not_equal(upper_step((UpperState)s, FROM_PEER[i], false, &next), ACT_NONE);
        }
}

static void a_lost_connection_always_ends_idle(void **state)
{
    (void)state;
    for (int s = STA2; s < UPPER_STATES; s++) {
        UpperState next = UPPER_STATES;
        upper_step((UpperState)s, EVENT_CLOSED, true, &next);
        assert_int_equal(next, STA1);
    }
}

static void data_flows_only_where_the_standard_lets_it(void **state)
{
    (void)state;
    for (int s = 0; s < UPPER_STATES; s++) {
        UpperState next;
        UpperAct   sends = upper_step((UpperState)s, EVENT_DATA_REQUEST, false, &next);
        UpperAct   takes = upper_step((UpperState)s, EVENT_DATA, false, &next);
        assert_int_equal(sends != ACT_NONE, s == STA6 || s == STA8);
        assert_int_equal(takes == DT_2 || takes == AR_6, s == STA6 || s == STA7);
    }
}

static void a_release_collision_parts_by_role(void **state)
{
    (void)state;
    UpperState next;
    assert_int_equal(upper_step(STA7, EVENT_RELEASE_RQ, true, &next), AR_8);
    assert_int_equal(next, STA9);
    assert_int_equal(upper_step(STA7, EVENT_RELEASE_RQ, false, &next), AR_8);
    assert_int_equal(next, STA10);
}

static void an_ordinary_association_walks_from_idle_to_idle(void **state)
{
    (void)state;
    static const struct {
        UpperEvent  event;
        const char *act;
    } ACCEPTOR[] = { { EVENT_CONNECTION_COMES, "AE-5" }, { EVENT_RQ, "AE-6" },
                     { EVENT_ACCEPT, "AE-7" },           { EVENT_DATA, "DT-2" },
                     { EVENT_DATA_REQUEST, "DT-1" },     { EVENT_RELEASE_RQ, "AR-2" },
                     { EVENT_RELEASE_RESPONSE, "AR-4" }, { EVENT_CLOSED, "AR-5" } };
    UpperState s = STA1;
    for (size_t i = 0; i < sizeof ACCEPTOR / sizeof ACCEPTOR[0]; i++)
        assert_string_equal(upper_act_name(upper_step(s, ACCEPTOR[i].event, false, &s)), ACCEPTOR[i].act);
    assert_int_equal(s, STA1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_cells_that_the_standard_fills_do_something),
        cmocka_unit_test(whatever_a_peer_sends_while_it_is_connected_has_an_act),
        cmocka_unit_test(a_lost_connection_always_ends_idle),
        cmocka_unit_test(data_flows_only_where_the_standard_lets_it),
        cmocka_unit_test(a_release_collision_parts_by_role),
        cmocka_unit_test(an_ordinary_association_walks_from_idle_to_idle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
