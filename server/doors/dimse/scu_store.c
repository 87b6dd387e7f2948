/*
 * Objects sent, several under way at once where the peer agreed to that.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/dimse/scu_internal.h"
#include "formats/dicom/part10.h"

/* One answer, to whichever of those under way it belongs. */
static bool read_one(Scu *s, ScuDone *done, void *arg, Err *err)
{
    Command answer;
    uint8_t context;
    if (!scu_next(s, &answer, &context, err))
        return false;
    for (int i = 0; i < OPERATIONS_MAX; i++) {
        if (!s->under_way[i].message_id || s->under_way[i].message_id != answer.replied_id ||
            answer.field != (COMMAND_C_STORE_RQ | COMMAND_RESPONSE))
            continue;
        s->under_way[i].message_id = 0;
        s->under_way_count--;
        done(s->under_way[i].number, answer.status, arg);
        return true;
    }
    return scu_unexpected(s, &answer, err);
}

static void note(Scu *s, uint16_t message_id, int64_t number)
{
    int place = 0;
    while (s->under_way[place].message_id)
        place++; /* never more than the window, which has room */
    s->under_way[place].message_id = message_id;
    s->under_way[place].number     = number;
    s->under_way_count++;
}

bool scu_send(Scu *s, const ScuObject *object, ScuDone *done, void *arg, Err *err)
{
    const AssociationContext *context = scu_agreed(s, object->sop_class, object->syntax_uid, err);
    if (!context)
        return false;
    while (s->under_way_count >= association_window(s->association))
        if (!read_one(s, done, arg, err))
            return false;
    Command request = scu_request(s, COMMAND_C_STORE_RQ, object->sop_class, 0);
    (void)slice_copy(slice_of(object->sop_instance), request.sop_instance, sizeof request.sop_instance);
    (void)slice_copy(slice_of(object->originator), request.originator, sizeof request.originator);
    request.originator_id = object->originator_id;
    if (!message_send_from(s->association, context->id, &request, &object->data_set, err))
        return false;
    note(s, request.message_id, object->number);
    while (s->under_way_count && association_has_news(s->association))
        if (!read_one(s, done, arg, err))
            return false;
    return true;
}

bool scu_settle(Scu *s, ScuDone *done, void *arg, Err *err)
{
    while (s->under_way_count)
        if (!read_one(s, done, arg, err))
            return false;
    return true;
}

static void keep_status(int64_t number, uint16_t status, void *arg)
{
    (void)number;
    *(uint16_t *)arg = status;
}

bool scu_store(Scu *s, const char *sop_class, const char *sop_instance, const char *syntax_uid,
               Slice data_set, uint16_t *ret_status, Err *err)
{
    ScuObject object = { .sop_class    = sop_class,
                         .sop_instance = sop_instance,
                         .syntax_uid   = syntax_uid,
                         .data_set     = { .bytes = data_set } };
    uint16_t  status = STATUS_PROCESSING_FAILURE;
    if (!scu_send(s, &object, keep_status, &status, err) || !scu_settle(s, keep_status, &status, err))
        return false;
    *ret_status = status;
    return true;
}

bool scu_store_file(Scu *s, Slice file, uint16_t *ret_status, Err *err)
{
    Part10 head;
    return part10_read(file, &head, err) &&
           scu_store(s, head.sop_class, head.sop_instance, head.syntax_uid, head.dataset, ret_status, err);
}
