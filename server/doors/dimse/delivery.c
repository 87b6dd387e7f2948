/*
 * Kept objects on their way to one peer. DICOM PS3.4 annex B, as the user.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/dimse/delivery.h"

#include <string.h>

#include "doors/dimse/command.h"
#include "doors/dimse/pdu.h"
#include "doors/dimse/scu_peer.h"
#include "formats/dicom/uid.h"

enum { WINDOW = 8 };

/* ---- in which syntax ---- */

const char *delivery_syntax(const Outgoing *o, DeliveryTakes *takes, const void *receiver)
{
    if (takes(receiver, o->row.class_uid, o->row.syntax_uid))
        return o->row.syntax_uid;
    for (const char *const *to = transcode_targets(); *to; to++)
        if (transcode_offered(slice_of(o->row.syntax_uid), slice_of(*to)) &&
            takes(receiver, o->row.class_uid, *to))
            return *to;
    return NULL;
}

bool delivery_open(Archive *archive, ChildPool *codec, int64_t instance_id, DeliveryTakes *takes,
                   const void *receiver, Outgoing *ret, const char **ret_syntax, BlobSource *ret_data,
                   Err *err)
{
    if (!outgoing_open(archive, instance_id, ret, err))
        return false;
    *ret_syntax = delivery_syntax(ret, takes, receiver);
    if (!*ret_syntax)
        return err_set(err, ERR_CONFLICT, "The DICOM peer does not take this kind of object.",
                       "class %s, stored as %s", ret->row.class_uid, ret->row.syntax_uid);
    return outgoing_in(archive, ret, codec, *ret_syntax, ret_data, err);
}

static bool peer_takes(const void *scu, const char *sop_class, const char *syntax_uid)
{
    return scu_takes(scu, sop_class, syntax_uid);
}

/* ---- what is proposed ---- */

static bool is_proposed(const ScuContext *list, size_t count, const char *class_uid, const char *syntax_uid)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].sop_class, class_uid) == 0 && strcmp(list[i].syntaxes[0], syntax_uid) == 0)
            return true;
    return false;
}

/*
 * Each class in each syntax it is stored in, alone, so that the answer says exactly what is taken; then, for
 * what is not, the two that everybody takes.
 */
static size_t contexts_of(const Retrieve *what, ScuContext ret[PDU_CONTEXTS_MAX])
{
    static const char *const BOTH[] = { UID_EXPLICIT_VR_LITTLE_ENDIAN, UID_IMPLICIT_VR_LITTLE_ENDIAN };
    size_t                   count  = 0;
    for (size_t i = 0; i < what->kind_count && count < PDU_CONTEXTS_MAX; i++)
        ret[count++] = (ScuContext) { what->kinds[i].class_uid, { what->kinds[i].syntax_uid }, false };
    for (size_t i = 0; i < what->kind_count; i++)
        for (size_t j = 0; j < COUNT(BOTH) && count < PDU_CONTEXTS_MAX; j++)
            if (!is_proposed(ret, count, what->kinds[i].class_uid, BOTH[j]))
                ret[count++] = (ScuContext) { what->kinds[i].class_uid, { BOTH[j] }, false };
    return count;
}

static Scu *call(const Delivery *d, Err *err)
{
    ScuContext *contexts = calloc(PDU_CONTEXTS_MAX, sizeof *contexts);
    if (!contexts) {
        err_set(err, ERR_LIMIT, "The DICOM message is too long.", "no memory for a delivery");
        return NULL;
    }
    ScuWish wish = { .calling       = d->calling,
                     .contexts      = contexts,
                     .context_count = contexts_of(d->what, contexts),
                     .timeout_ms    = d->timeout_ms,
                     .stop_fd       = d->stop_fd,
                     .window        = WINDOW };
    Scu    *scu  = scu_connect_peer(d->db, d->tls, d->to, &wish, err);
    free(contexts);
    return scu;
}

/* ---- sent ---- */

static void answered(int64_t number, uint16_t status, void *arg)
{
    const Delivery *d = arg;
    d->ended(d->with, (size_t)number, status, NULL);
}

/* False: the line broke. */
static bool send_one(const Delivery *d, Scu *scu, size_t number, Err *err)
{
    Outgoing    o      = { 0 };
    const char *syntax = NULL;
    BlobSource  data   = { .bytes = SLICE_NONE };
    Err         why    = { 0 };
    bool        ok     = true;
    if (delivery_open(d->archive, d->codec, d->what->instances.at[number], peer_takes, scu, &o, &syntax,
                      &data, &why)) {
        ScuObject object = { .sop_class     = o.row.class_uid,
                             .sop_instance  = o.row.uid,
                             .syntax_uid    = syntax,
                             .data_set      = data,
                             .originator    = d->originator,
                             .originator_id = d->originator_id,
                             .number        = (int64_t)number };
        ok               = scu_send(scu, &object, answered, (void *)(uintptr_t)d, err);
    } else {
        d->ended(d->with, number, STATUS_PROCESSING_FAILURE, &why);
    }
    outgoing_close(&o);
    return ok;
}

bool delivery_run(const Delivery *d, Err *err)
{
    OWNED(Scu) *scu = call(d, err);
    bool ok         = scu != NULL;
    for (size_t i = 0; ok && i < d->what->instances.count; i++) {
        ok = send_one(d, scu, i, err);
        if (!d->go_on(d->with))
            break;
    }
    ok = ok && scu_settle(scu, answered, (void *)(uintptr_t)d, err);
    if (ok)
        (void)scu_release(scu, NULL);
    return ok;
}
