/*
 * Modality performed procedure steps: N-CREATE when the machine begins, N-SET when it goes on and ends.
 *
 * What must be there at each turn is a table. Source: DICOM PS3.4 §F.7.2, PS3.7 annex C; E17, E22.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "clinic/workflow/performed.h"
#include "doors/dimse/negotiation.h"
#include "doors/dimse/scp_internal.h"
#include "formats/dicom/dataset.h"
#include "formats/dicom/part10.h"
#include "formats/dicom/uid.h"
#include "platform/log.h"

enum { STEP_BYTES_MAX = 16 << 20, NO_LONGER_UPDATED = 0xa710 };

/* What an N-CREATE must hold (PS3.4 table F.7.2-1, type 1), and a step before it is completed. */
static const uint32_t AT_CREATION[] = {
    TAG_PERFORMED_PROCEDURE_STEP_ID,         TAG_PERFORMED_STATION_AE_TITLE,
    TAG_PERFORMED_PROCEDURE_STEP_START_DATE, TAG_PERFORMED_PROCEDURE_STEP_START_TIME,
    TAG_PERFORMED_PROCEDURE_STEP_STATUS,     TAG_MODALITY,
};
static const uint32_t AT_THE_END[] = { TAG_PERFORMED_PROCEDURE_STEP_END_DATE,
                                       TAG_PERFORMED_PROCEDURE_STEP_END_TIME };

/* 0 when it is there with a value. */
static uint16_t lacks(const Dataset *ds, uint32_t tag)
{
    if (!dataset_find(ds, tag))
        return STATUS_MISSING_ATTRIBUTE;
    return dataset_code(ds, tag).len ? 0 : STATUS_MISSING_VALUE;
}

static uint16_t lacks_any(const Dataset *ds, const uint32_t *tags, size_t count)
{
    uint16_t status = 0;
    for (size_t i = 0; i < count && !status; i++)
        status = lacks(ds, tags[i]);
    return status;
}

static void keep(const Dataset *ds, uint32_t tag, char *ret, size_t size)
{
    (void)slice_copy(slice_trim(dataset_code(ds, tag)), ret, size);
}

/* Date and time as YYYYMMDDHHMMSS; "" when there is no such day. */
static void keep_moment(const Dataset *ds, uint32_t date, uint32_t time, char ret[15])
{
    DicomDate d;
    DicomTime t = { 0 };
    if (!dicom_date(dataset_code(ds, date), &d) || d.year < 0 || d.year > 9999)
        return;
    (void)dicom_time(dataset_code(ds, time), &t);
    (void)snprintf(ret, 15, "%04u%02u%02u%02u%02u%02u", (unsigned)d.year % 10000, (unsigned)d.month % 100,
                   (unsigned)d.day % 100, (unsigned)t.hour % 100, (unsigned)t.minute % 100,
                   (unsigned)t.second % 100);
}

/* ---- the objects it made ---- */

static bool objects_from(const Dataset *series, const char *series_uid, uint32_t sequence, Performed *p)
{
    for (size_t i = 0; i < dataset_items(series, sequence); i++) {
        const Dataset *item = dataset_item(series, sequence, i);
        Slice          uid, sop_class;
        if (!dataset_uid(item, TAG_REFERENCED_SOP_INSTANCE_UID, &uid) ||
            p->object_count == PERFORMED_OBJECTS_MAX)
            return false;
        PerformedObject *o = &p->objects[p->object_count++];
        (void)slice_copy(uid, o->uid, sizeof o->uid);
        (void)slice_copy(slice_of(series_uid), o->series_uid, sizeof o->series_uid);
        if (dataset_uid(item, TAG_REFERENCED_SOP_CLASS_UID, &sop_class))
            (void)slice_copy(sop_class, o->class_uid, sizeof o->class_uid);
    }
    return true;
}

static size_t objects_said(const Dataset *ds)
{
    size_t count = 0;
    for (size_t i = 0; i < dataset_items(ds, TAG_PERFORMED_SERIES_SEQUENCE); i++) {
        const Dataset *one = dataset_item(ds, TAG_PERFORMED_SERIES_SEQUENCE, i);
        count += dataset_items(one, TAG_REFERENCED_IMAGE_SEQUENCE) +
                 dataset_items(one, TAG_REFERENCED_NON_IMAGE_COMPOSITE_SOP_INSTANCE_SEQUENCE);
    }
    return count;
}

/* 0, or the status to refuse with. */
static uint16_t series_read(const Dataset *ds, Performed *p)
{
    size_t said = objects_said(ds);
    if (!dataset_find(ds, TAG_PERFORMED_SERIES_SEQUENCE))
        return 0;
    if (said > PERFORMED_OBJECTS_MAX || !(p->objects = calloc(said + 1, sizeof *p->objects)))
        return STATUS_RESOURCES;
    p->has_objects = true;
    for (size_t i = 0; i < dataset_items(ds, TAG_PERFORMED_SERIES_SEQUENCE); i++) {
        const Dataset *one = dataset_item(ds, TAG_PERFORMED_SERIES_SEQUENCE, i);
        char           series_uid[65];
        Slice          uid;
        if (!dataset_uid(one, TAG_SERIES_INSTANCE_UID, &uid))
            return dataset_find(one, TAG_SERIES_INSTANCE_UID) ? STATUS_MISSING_VALUE
                                                              : STATUS_MISSING_ATTRIBUTE;
        (void)slice_copy(uid, series_uid, sizeof series_uid);
        if (!objects_from(one, series_uid, TAG_REFERENCED_IMAGE_SEQUENCE, p) ||
            !objects_from(one, series_uid, TAG_REFERENCED_NON_IMAGE_COMPOSITE_SOP_INSTANCE_SEQUENCE, p))
            return STATUS_INVALID_VALUE;
    }
    return 0;
}

/* ---- the turns ---- */

static void read_common(const Dataset *ds, Performed *p)
{
    const Dataset *reason =
        dataset_item(ds, TAG_PERFORMED_PROCEDURE_STEP_DISCONTINUATION_REASON_CODE_SEQUENCE, 0);
    keep(ds, TAG_PERFORMED_PROCEDURE_STEP_STATUS, p->state, sizeof p->state);
    keep(ds, TAG_IMAGE_AND_FLUOROSCOPY_AREA_DOSE_PRODUCT, p->dap_dgycm2, sizeof p->dap_dgycm2);
    keep(ds, TAG_TOTAL_TIME_OF_FLUOROSCOPY, p->fluoroscopy_s, sizeof p->fluoroscopy_s);
    keep(ds, TAG_TOTAL_NUMBER_OF_EXPOSURES, p->exposures, sizeof p->exposures);
    keep_moment(ds, TAG_PERFORMED_PROCEDURE_STEP_END_DATE, TAG_PERFORMED_PROCEDURE_STEP_END_TIME, p->ended);
    OWNED(Arena) *arena = reason ? arena_new(4096) : NULL;
    if (arena)
        (void)slice_copy(slice_trim(dataset_text(reason, TAG_CODE_MEANING, arena)), p->reason,
                         sizeof p->reason);
}

static uint16_t read_creation(const Dataset *ds, Performed *p)
{
    const Dataset *planned = dataset_item(ds, TAG_SCHEDULED_STEP_ATTRIBUTES_SEQUENCE, 0);
    uint16_t       status  = lacks_any(ds, AT_CREATION, COUNT(AT_CREATION));
    Slice          study;
    if (!planned)
        return STATUS_MISSING_ATTRIBUTE;
    if (!status && !dataset_uid(planned, TAG_STUDY_INSTANCE_UID, &study))
        status =
            dataset_find(planned, TAG_STUDY_INSTANCE_UID) ? STATUS_MISSING_VALUE : STATUS_MISSING_ATTRIBUTE;
    if (status)
        return status;
    read_common(ds, p);
    (void)slice_copy(study, p->study_uid, sizeof p->study_uid);
    keep(planned, TAG_ACCESSION_NUMBER, p->accession, sizeof p->accession);
    keep(planned, TAG_SCHEDULED_PROCEDURE_STEP_ID, p->sps_id, sizeof p->sps_id);
    keep(ds, TAG_PERFORMED_STATION_AE_TITLE, p->station_ae, sizeof p->station_ae);
    keep(ds, TAG_PERFORMED_STATION_NAME, p->station_name, sizeof p->station_name);
    keep(ds, TAG_MODALITY, p->modality, sizeof p->modality);
    keep_moment(ds, TAG_PERFORMED_PROCEDURE_STEP_START_DATE, TAG_PERFORMED_PROCEDURE_STEP_START_TIME,
                p->started);
    if (strcmp(p->state, "IN PROGRESS") != 0 || !p->started[0])
        return STATUS_INVALID_VALUE;
    return series_read(ds, p);
}

static uint16_t read_change(const Dataset *ds, Performed *p)
{
    read_common(ds, p);
    bool ends = strcmp(p->state, "COMPLETED") == 0, stops = strcmp(p->state, "DISCONTINUED") == 0;
    if (p->state[0] && !ends && !stops && strcmp(p->state, "IN PROGRESS") != 0)
        return STATUS_INVALID_VALUE;
    uint16_t status = ends || stops ? lacks_any(ds, AT_THE_END, COUNT(AT_THE_END)) : 0;
    if (!status && ends && !dataset_items(ds, TAG_PERFORMED_SERIES_SEQUENCE))
        status =
            dataset_find(ds, TAG_PERFORMED_SERIES_SEQUENCE) ? STATUS_MISSING_VALUE : STATUS_MISSING_ATTRIBUTE;
    return status ? status : series_read(ds, p);
}

/* ---- the answer ---- */

static const struct {
    uint16_t    status, error_id;
    const char *comment;
} VERDICTS[] = {
    [PERFORMED_TAKEN]     = { STATUS_SUCCESS, 0, "" },
    [PERFORMED_DUPLICATE] = { STATUS_DUPLICATE, 0, "This step was created before" },
    [PERFORMED_UNKNOWN]   = { STATUS_NO_INSTANCE, 0, "This step was never created" },
    [PERFORMED_FINAL]     = { STATUS_PROCESSING_FAILURE, NO_LONGER_UPDATED,
                              "Performed Procedure Step Object may no longer be updated" },
    [PERFORMED_NOT_YOURS] = { STATUS_NOT_AUTHORISED, 0, "This step is another site's" },
};

static bool answer(ScpSession *s, uint8_t context, const Command *request, const char *uid, uint16_t status,
                   uint16_t error_id, const char *comment, Err *err)
{
    Command said  = command_answer(request, status, comment);
    said.error_id = error_id;
    (void)slice_copy(slice_of(uid), said.sop_instance, sizeof said.sop_instance);
    if (status)
        s->refused++;
    return message_send(s->association, context, &said, SLICE_NONE, err);
}

static bool take(ScpSession *s, uint8_t context, const Command *request, Performed *p, bool creates, Err *err)
{
    Err              why     = { 0 };
    PerformedVerdict verdict = PERFORMED_TAKEN;
    bool             ok      = creates ? performed_create(s->house->acts, p, &verdict, &why)
                                       : performed_change(s->house->acts, p, &verdict, &why);
    if (!ok) {
        log_err("dimse", "performed step not kept", &why);
        return answer(s, context, request, p->uid, STATUS_PROCESSING_FAILURE, 0, "It could not be kept", err);
    }
    bool taken = verdict == PERFORMED_TAKEN;
    (void)scp_trace(s, creates ? AUDIT_CREATE : AUDIT_CHANGE, taken ? AUDIT_OK : AUDIT_REFUSED,
                    creates ? "MPPS N-CREATE" : "MPPS N-SET", p->uid,
                    taken ? p->state : VERDICTS[verdict].comment, NULL);
    return answer(s, context, request, p->uid, VERDICTS[verdict].status, VERDICTS[verdict].error_id,
                  VERDICTS[verdict].comment, err);
}

/* The machine may leave the UID to us. */
static void uid_of(const Command *request, char ret[65])
{
    uint8_t random[16];
    (void)slice_copy(slice_of(request->sop_instance), ret, 65);
    if (!ret[0] && getrandom(random, sizeof random, 0) == (ssize_t)sizeof random)
        uid_from_random(random, ret);
}

bool scp_mpps(ScpSession *s, const AssociationContext *context, const Command *request, Err *err)
{
    bool creates = request->field == COMMAND_N_CREATE_RQ;
    if (service_of(slice_of(context->abstract)) != SERVICE_MPPS || !s->house->acts ||
        !slice_equal_text(slice_of(request->sop_class), context->abstract))
        return scp_refuse(s, context->id, request, STATUS_NO_CLASS, "SOP class not agreed in this context",
                          err);
    if (!(s->peer.may & PEER_MPPS))
        return scp_refuse(s, context->id, request, STATUS_NOT_AUTHORISED, "This peer may not send steps",
                          err);
    Performed p = { .site_id = s->peer.organisation_id };
    uid_of(request, p.uid);
    (void)slice_copy(slice_of(s->peer.ae_title), p.peer, sizeof p.peer);
    if (!command_has_data(request) || !uid_is_usable(slice_of(p.uid)) ||
        (!creates && !request->sop_instance[0]))
        return scp_refuse(s, context->id, request, STATUS_INVALID_INSTANCE, "No data set or no instance UID",
                          err);
    OWNED_BUF bytes = buf_make(STEP_BYTES_MAX);
    if (!scp_identifier(s, context, &bytes, err))
        return false;
    OWNED(Dataset) *ds =
        bytes.failed ? NULL
                     : dataset_parse(buf_slice(&bytes), syntax_info(slice_of(context->syntax))->syntax, NULL);
    uint16_t status = !ds       ? (bytes.failed ? STATUS_RESOURCES : STATUS_PROCESSING_FAILURE)
                      : creates ? read_creation(ds, &p)
                                : read_change(ds, &p);
    bool     ok     = status ? answer(s, context->id, request, p.uid, status, 0,
                              status == STATUS_INVALID_VALUE ? "A value is not allowed here"
                                                                     : "Something that must be there is missing",
                                      err)
                             : take(s, context->id, request, &p, creates, err);
    free(p.objects);
    return ok;
}
