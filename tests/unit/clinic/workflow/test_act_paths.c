/*
 * Paths through the table of steps: what no walk from the draft reaches without passing its condition. Each condition is
 * taken as one that never holds; the state behind it must then be out of reach, whatever the order of steps, for every kind of act.
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

#include "clinic/workflow/act_chapter.h"

static const char *const KINDS[] = { "remote-exam", "tele-expertise", "tele-assistance" };

static bool needs_code(const ActStep *row, const char *code)
{
    for (size_t n = 0; row->needs && row->needs[n]; n++)
        if (strcmp(row->needs[n]->code, code) == 0)
            return true;
    return false;
}

/* States reached from the draft by the rows of a kind, when no row that asks for 'code' may be taken (NULL: all may). What adds to a
 * signed report comes after a signature. */
static uint32_t reached(const char *kind, const char *code)
{
    Act act = { 0 };
    snprintf(act.kind, sizeof act.kind, "%s", kind);
    uint32_t states = S(DRAFT), before = 0;
    while (states != before) {
        before         = states;
        ActStepWalk at = { 0 };
        for (const ActStep *row; (row = act_step_next(&act, &at));)
            if (row->to != ACT_STATES && (row->from & states) && !(code && needs_code(row, code)) &&
                (!needs_code(row, "report-signed") || (states & S(SIGNED))))
                states |= 1u << row->to;
    }
    return states;
}

static void no_path_avoids_its_condition(void **state)
{
    (void)state;
    static const struct {
        const char *why, *kind, *code;
        ActState    behind;
    } CUTS[] = {
        /* the exam does not start without… */
        { "E3", "remote-exam", "information", ACT_RUNNING },
        { "E3", "remote-exam", "consent-act", ACT_RUNNING },
        { "E3", "remote-exam", "consent-distance", ACT_RUNNING },
        { "L8", "remote-exam", "consent-withdrawn", ACT_RUNNING },
        { "E15", "remote-exam", "identity", ACT_RUNNING },
        { "E1", "remote-exam", "imager-present", ACT_RUNNING },
        { "E23", "remote-exam", "local-physician", ACT_RUNNING },
        { "E19", "remote-exam", "protocol-read", ACT_RUNNING },
        { "E6", "remote-exam", "verdict-indication", ACT_RUNNING },
        { "E6", "remote-exam", "verdict-distance", ACT_RUNNING },
        { "E2", "remote-exam", "benefit-confirmed", ACT_RUNNING },
        { "S3", "remote-exam", "convention", ACT_RUNNING },
        { "L4", "remote-exam", "reason", ACT_RUNNING },
        { "L4", "remote-exam", "purpose", ACT_RUNNING },
        { "L4", "remote-exam", "circumstances", ACT_RUNNING },
        { "L4", "remote-exam", "earlier-exams", ACT_RUNNING },
        { "L4", "remote-exam", "optimisation", ACT_RUNNING },
        { "E11", "remote-exam", "pregnancy", ACT_RUNNING },
        { "E11", "remote-exam", "dose-decision", ACT_RUNNING },
        /* the patient does not leave without… */
        { "E18", "remote-exam", "quality", ACT_LEFT },
        { "E18", "remote-exam", "images", ACT_LEFT },
        { "E22", "remote-exam", "acquisition-over", ACT_LEFT },
        { "E22", "remote-exam", "images-missing", ACT_LEFT },
        { "E15", "remote-exam", "wrong-patient", ACT_LEFT },
        /* the report is not signed without… */
        { "E29", "remote-exam", "same-reader", ACT_SIGNED },
        { "E29", "remote-exam", "report", ACT_SIGNED },
        { "E16", "remote-exam", "proof", ACT_SIGNED },
        { "E16", "remote-exam", "report-seen", ACT_SIGNED },
        { "E18", "remote-exam", "quality", ACT_SIGNED },
        { "E29", "remote-exam", "final-by-another", ACT_SIGNED },
        /* nothing is closed without… */
        { "E31", "remote-exam", "report", ACT_DELIVERED },
        /* a tele-expertise */
        { "T1", "tele-expertise", "consent-act", ACT_ASKED },
        { "T1", "tele-expertise", "medical", ACT_ASKED },
        { "T2", "tele-expertise", "identity-trusted", ACT_ASKED },
        { "T1", "tele-expertise", "question", ACT_ASKED },
        { "T1", "tele-expertise", "experts", ACT_ASKED },
        { "T2", "tele-expertise", "checklist", ACT_SIGNED },
        { "T4", "tele-expertise", "delay-agreed", ACT_SIGNED },
        { "T5", "tele-expertise", "report", ACT_SIGNED },
        { "E16", "tele-expertise", "proof", ACT_SIGNED },
        { "R.6316-1", "tele-expertise", "experts-answered", ACT_SIGNED },
        /* a tele-assistance */
        { "L8", "tele-assistance", "consent-act", ACT_ASKED },
        { "L8", "tele-assistance", "information", ACT_ASKED },
        { "L10", "tele-assistance", "advice", ACT_DELIVERED },
        { "L10", "tele-assistance", "summary", ACT_DELIVERED },
    };
    for (size_t i = 0; i < COUNT(CUTS); i++) {
        if (!(reached(CUTS[i].kind, NULL) & (1u << CUTS[i].behind)))
            fail_msg("%s: %s is never reached", CUTS[i].kind, act_state_name(CUTS[i].behind));
        if (reached(CUTS[i].kind, CUTS[i].code) & (1u << CUTS[i].behind))
            fail_msg("%s %s: %s is reached without '%s'", CUTS[i].why, CUTS[i].kind, act_state_name(CUTS[i].behind), CUTS[i].code);
    }
}

/* Every row that closes an act asks for what was owed: a result told, or care offered instead. E9 E27 E30 E31 E33 E34 E35 L10 */
static void nothing_is_closed_before_its_duties(void **state)
{
    (void)state;
    for (size_t k = 0; k < COUNT(KINDS); k++) {
        Act act = { 0 };
        snprintf(act.kind, sizeof act.kind, "%s", KINDS[k]);
        ActStepWalk at = { 0 };
        for (const ActStep *row; (row = act_step_next(&act, &at));) {
            if (row->to != ACT_CLOSED)
                continue;
            bool undone = (row->from & ~(uint32_t)NOT_DONE_YET) == 0;
            assert_true(needs_code(row, "records"));
            assert_true(undone || (needs_code(row, "deliveries") && needs_code(row, "announcement") && needs_code(row, "follow-ups") &&
                                   needs_code(row, "site-check")));
            assert_true(undone ? needs_code(row, "alternative")
                               : needs_code(row, "patient-informed") && needs_code(row, "dmp-checked") && needs_code(row, "acknowledged"));
        }
    }
}

/* No state but the ends holds an act for ever: some row leads on, a person's or the system's. */
static void no_state_is_a_dead_end(void **state)
{
    (void)state;
    for (size_t k = 0; k < COUNT(KINDS); k++) {
        Act act = { 0 };
        snprintf(act.kind, sizeof act.kind, "%s", KINDS[k]);
        uint32_t states = reached(KINDS[k], NULL);
        assert_true(states & (1u << ACT_CLOSED));
        for (int s = 0; s < ACT_STATES; s++) {
            if (!(states & (1u << s)) || s == ACT_CLOSED)
                continue;
            bool           leads = false;
            ActStepWalk    at    = { 0 };
            for (const ActStep *row; (row = act_step_next(&act, &at));)
                leads |= (row->from & (1u << s)) && row->to != ACT_STATES && (int)row->to != s;
            if (!leads)
                fail_msg("%s: nothing leads out of %s", KINDS[k], act_state_name((ActState)s));
        }
    }
}

/* A signature is always a fresh proof, and what proves is never quiet for others. E16 */
static void every_signature_is_proved_afresh(void **state)
{
    (void)state;
    for (size_t k = 0; k < COUNT(KINDS); k++) {
        Act act = { 0 };
        snprintf(act.kind, sizeof act.kind, "%s", KINDS[k]);
        ActStepWalk at = { 0 };
        for (const ActStep *row; (row = act_step_next(&act, &at));)
            if (row->to == ACT_SIGNED || needs_code(row, "proof")) {
                assert_true(row->flags & STEP_PROOF);
                assert_true(needs_code(row, "proof"));
                assert_false(row->flags & STEP_QUIET);
            }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_path_avoids_its_condition),
        cmocka_unit_test(nothing_is_closed_before_its_duties),
        cmocka_unit_test(no_state_is_a_dead_end),
        cmocka_unit_test(every_signature_is_proved_afresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
