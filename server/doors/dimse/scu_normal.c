/*
 * Normalised services asked by us: performed steps, storage commitment. DICOM PS3.7 §10.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/dimse/scu_internal.h"

static void drop(Slice bytes, void *arg)
{
    (void)bytes;
    (void)arg;
}

bool scu_normal(Scu *s, ScuNormal what, const char *sop_class, const char *sop_instance, uint16_t type,
                Slice data_set, uint16_t *ret_status, Err *err)
{
    static const uint16_t     FIELDS[] = { [SCU_CREATE] = COMMAND_N_CREATE_RQ,
                                           [SCU_SET]    = COMMAND_N_SET_RQ,
                                           [SCU_ACTION] = COMMAND_N_ACTION_RQ,
                                           [SCU_REPORT] = COMMAND_N_EVENT_REPORT_RQ };
    const AssociationContext *context  = scu_agreed(s, sop_class, NULL, err);
    if (!context)
        return false;
    Command request     = scu_request(s, FIELDS[what], sop_class, 0), answer;
    request.action_type = what == SCU_ACTION ? type : 0;
    request.event_type  = what == SCU_REPORT ? type : 0;
    (void)slice_copy(slice_of(sop_instance), request.sop_instance, sizeof request.sop_instance);
    if (!message_send(s->association, context->id, &request, data_set, err) ||
        !scu_read_answer(s, context, &request, &answer, err))
        return false;
    if (command_has_data(&answer) && !message_data(s->association, context->id, drop, NULL, err))
        return false;
    *ret_status = answer.status;
    return true;
}

bool scu_event(Scu *s, const char *sop_class, uint16_t *ret_type, Buf *ret_data, Err *err)
{
    Command request;
    uint8_t id = 0;
    if (!scu_next(s, &request, &id, err))
        return false;
    if (request.field != COMMAND_N_EVENT_REPORT_RQ ||
        !slice_equal_text(slice_of(request.sop_class), sop_class))
        return scu_unexpected(s, &request, err);
    if (command_has_data(&request) && !message_data_gather(s->association, id, ret_data, err))
        return false;
    Command answer = command_answer(&request, STATUS_SUCCESS, "");
    *ret_type      = request.event_type;
    return buf_ok(ret_data, err) && message_send(s->association, id, &answer, SLICE_NONE, err);
}
