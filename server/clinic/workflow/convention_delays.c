/*
 * The delays a clause may set, one row each: what is said of an act's path, in minutes. Pure. S3, E10.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/convention_delays.h"

#include <stddef.h>

#define AT(member) #member, offsetof(ConventionClause, member)
/* clang-format off */
const ConventionDelay CONVENTION_DELAYS[] = {
    { AT(assign_min),      false, "delay-assign",      "A clause lacks the delay in which the imager on duty answers." },
    { AT(verdict_min),     true,  "delay-verdict",     "A clause lacks the delay of the imager's verdict." },
    { AT(information_min), false, "delay-information", "A clause lacks the delay of the answer to a question." },
    { AT(planning_min),    false, "delay-planning",    "A clause lacks the delay of the planning." },
    { AT(exam_min),        true,  "delay-exam",        "A clause lacks the delay of the exam." },
    { AT(presence_min),    false, "delay-presence",    "A clause lacks the delay in which the local physician is present." },
    { AT(report_min),      true,  "delay-report",      "A clause lacks the delay of the report." },
    { AT(final_min),       false, "delay-final",       "", .optional = true },
    { AT(urgent_min),      false, "delay-urgent",      "A clause lacks the delay in which an urgent finding is told." },
    { AT(delivery_min),    false, "delay-delivery",    "A clause lacks the delay of the delivery." },
    { AT(acknowledge_min), true,  "delay-acknowledge", "A clause lacks the delay of the acknowledgement." },
    { AT(patient_min),     false, "delay-patient",     "A clause lacks the delay in which the patient is informed." },
    { AT(record_min),      false, "delay-record",      "A clause lacks the delay in which the record is checked." },
};
/* clang-format on */
const size_t CONVENTION_DELAY_COUNT = COUNT(CONVENTION_DELAYS);

int64_t *convention_delay(ConventionClause *clause, const ConventionDelay *which)
{
    return (int64_t *)((char *)clause + which->at);
}

bool convention_delays_read(const json_t *clause, ConventionClause *ret, Err *err)
{
    enum { MINUTES_MAX = 525600 };
    for (size_t i = 0; i < CONVENTION_DELAY_COUNT; i++)
        if (!json_may_int(clause, CONVENTION_DELAYS[i].member, 1, MINUTES_MAX,
                          convention_delay(ret, &CONVENTION_DELAYS[i]), err))
            return false;
    return true;
}

json_t *convention_delays_json(const ConventionClause *clause, bool all)
{
    json_t          *delays = json_object();
    ConventionClause copy   = *clause;
    for (size_t i = 0; i < CONVENTION_DELAY_COUNT; i++) {
        int64_t minutes = *convention_delay(&copy, &CONVENTION_DELAYS[i]);
        if (minutes && (all || !CONVENTION_DELAYS[i].column))
            json_put(delays, CONVENTION_DELAYS[i].member, json_integer(minutes));
    }
    return delays;
}
