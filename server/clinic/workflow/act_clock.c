/*
 * The clocks of an act: until when the verdict, the exam, the report and the acknowledgement are due. Pure.
 * E10, E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/expertise.h"

enum { MINUTE_MS = 60 * 1000 };

static int64_t delay_ms(const Act *a, const char *which)
{
    return act_fact_int(a, "delays", which) * MINUTE_MS;
}

/* Requester and imager may ask for less than the convention allows; never for more (E10). */
static int64_t exam_delay_ms(const Act *a)
{
    int64_t delay     = delay_ms(a, "exam_min");
    int64_t shorter[] = { act_fact_int(a, "request", "exam_within_min") * MINUTE_MS,
                          act_fact_int(a, "verdict", "exam_within_min") * MINUTE_MS };
    for (size_t i = 0; i < COUNT(shorter); i++)
        if (shorter[i] > 0 && (delay == 0 || shorter[i] < delay))
            delay = shorter[i];
    return delay;
}

int64_t act_exam_limit_ms(const Act *a)
{
    int64_t delay = exam_delay_ms(a);
    return delay && a->asked_at_ms ? a->asked_at_ms + delay + act_fact_int(a, "paused_ms", NULL) : 0;
}

/* The exam is over for the reader when the machine has made its last image, or when the patient is gone. */
static int64_t exam_ended_ms(const Act *a)
{
    const json_t *ended = act_fact(a, "acquisition", "ended");
    if (ended)
        return json_integer_value(json_object_get(ended, "at_ms"));
    int64_t released = act_fact_int(a, "release", "at_ms");
    return released ? released : act_fact_int(a, "departure", "at_ms");
}

bool act_deadline(const Act *a, const char **ret_what, int64_t *ret_at_ms)
{
    int64_t from = 0, delay = 0;
    switch (a->state) {
    case ACT_ASKED:
        *ret_what = "verdict";
        from      = a->asked_at_ms + act_fact_int(a, "paused_ms", NULL);
        delay     = delay_ms(a, "verdict_min");
        break;
    case ACT_VALIDATED:
        if (act_is_expertise(a)) {
            *ret_what  = "report";
            *ret_at_ms = act_fact(a, "paused_since_ms", NULL) ? 0 : expertise_answer_limit_ms(a);
            return *ret_at_ms != 0;
        }
        *ret_what  = "exam";
        *ret_at_ms = act_exam_limit_ms(a);
        return *ret_at_ms != 0;
    case ACT_PLANNED:
        *ret_what  = "exam";
        *ret_at_ms = act_exam_limit_ms(a);
        return *ret_at_ms != 0;
    case ACT_RUNNING:
    case ACT_GONE:
    case ACT_RELEASED:
    case ACT_LEFT:
        *ret_what = "report";
        from      = exam_ended_ms(a);
        delay     = delay_ms(a, "report_min");
        break;
    case ACT_DELIVERED:
        *ret_what = "acknowledge";
        from      = act_fact_int(a, "delivered_at_ms", NULL);
        delay     = delay_ms(a, "acknowledge_min");
        break;
    default:
        return false;
    }
    *ret_at_ms = from + delay;
    return from && delay;
}
