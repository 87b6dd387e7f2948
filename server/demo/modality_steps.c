/*
 * MPPS and storage commitment of the demonstration's scanner. DICOM PS3.4 §F.7, annex J.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "demo/modality_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "clinic/reports/local_time.h"
#include "demo/region_tables.h"
#include "formats/dicom/dataset.h"
#include "formats/dicom/part10.h"
#include "formats/dicom/uid.h"
#include "formats/dicom/writer.h"

enum { MADE_MAX = 10000, MESSAGE_MAX = 16 << 20, DISCONTINUED_BY_REQUEST = 110513 };
#define COMMITMENT_INSTANCE "1.2.840.10008.1.20.1.1"

typedef struct Made {
    char series[65], sop_class[65], uid[65];
} Made;

struct ModalityStep {
    const PhantomOrder *order;
    char                uid[65], modality[17], ae_title[17];
    bool                said; /* the peer knows of the step */
    Made               *made;
    size_t              count;
};

static bool new_uid(char ret[65], Err *err)
{
    uint8_t random[16];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "no random bytes");
    uid_from_random(random, ret);
    return true;
}

ModalityStep *modality_step_new(const PhantomOrder *order, const char *modality, const char *ae_title,
                                Err *err)
{
    OWNED(ModalityStep) *m = calloc(1, sizeof *m);
    if (!m || !(m->made = calloc(MADE_MAX, sizeof *m->made))) {
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "a step");
        return NULL;
    }
    m->order = order;
    (void)slice_copy(slice_of(modality), m->modality, sizeof m->modality);
    (void)slice_copy(slice_of(ae_title), m->ae_title, sizeof m->ae_title);
    return new_uid(m->uid, err) ? GIVE(m) : NULL;
}

void modality_step_free(ModalityStep *m)
{
    if (m)
        free(m->made);
    free(m);
}

/* By the scanner's own clock, on the wall of its site: not that of the machine that plays it. */
static void put_now(DicomWriter *w, uint32_t date, uint32_t clock)
{
    LocalTime now = local_time((int64_t)time(NULL) * 1000, REGION_TIME_ZONE);
    dw_textf(w, date, "%04d%02d%02d", now.year, now.month, now.day);
    dw_textf(w, clock, "%02d%02d%02d", now.hour, now.minute, now.second);
}

static void put_planned(DicomWriter *w, const PhantomOrder *o)
{
    dw_sequence_begin(w, TAG_SCHEDULED_STEP_ATTRIBUTES_SEQUENCE);
    dw_item_begin(w);
    dw_text(w, TAG_ACCESSION_NUMBER, o->accession);
    dw_empty(w, TAG_REFERENCED_STUDY_SEQUENCE);
    dw_text(w, TAG_STUDY_INSTANCE_UID, o->study_uid);
    dw_text(w, TAG_REQUESTED_PROCEDURE_DESCRIPTION, o->procedure);
    dw_empty(w, TAG_SCHEDULED_PROCEDURE_STEP_DESCRIPTION);
    dw_empty(w, TAG_SCHEDULED_PROTOCOL_CODE_SEQUENCE);
    dw_text(w, TAG_SCHEDULED_PROCEDURE_STEP_ID, o->sps_id);
    dw_text(w, TAG_REQUESTED_PROCEDURE_ID, o->requested_procedure_id);
    dw_item_end(w);
    dw_sequence_end(w);
}

static bool creation(const ModalityStep *m, Buf *ret, Err *err)
{
    static const uint32_t EMPTY[] = { TAG_REFERENCED_PATIENT_SEQUENCE,
                                      TAG_PERFORMED_LOCATION,
                                      TAG_PERFORMED_PROCEDURE_STEP_DESCRIPTION,
                                      TAG_PERFORMED_PROCEDURE_TYPE_DESCRIPTION,
                                      TAG_PROCEDURE_CODE_SEQUENCE,
                                      TAG_PERFORMED_PROCEDURE_STEP_END_DATE,
                                      TAG_PERFORMED_PROCEDURE_STEP_END_TIME,
                                      TAG_PERFORMED_PROTOCOL_CODE_SEQUENCE,
                                      TAG_PERFORMED_SERIES_SEQUENCE };
    OWNED(DicomWriter) *w         = dw_new(1 << 16);
    put_planned(w, m->order);
    dw_text(w, TAG_PATIENT_NAME, m->order->patient_name);
    dw_text(w, TAG_PATIENT_ID, m->order->patient_id);
    dw_text(w, TAG_PATIENT_BIRTH_DATE, m->order->birth_date);
    dw_text(w, TAG_PATIENT_SEX, m->order->sex);
    dw_text(w, TAG_STUDY_ID, m->order->study_id);
    dw_text(w, TAG_MODALITY, m->modality);
    dw_text(w, TAG_PERFORMED_PROCEDURE_STEP_ID, m->order->sps_id);
    dw_text(w, TAG_PERFORMED_STATION_AE_TITLE, m->ae_title);
    dw_text(w, TAG_PERFORMED_STATION_NAME, m->order->station);
    put_now(w, TAG_PERFORMED_PROCEDURE_STEP_START_DATE, TAG_PERFORMED_PROCEDURE_STEP_START_TIME);
    dw_text(w, TAG_PERFORMED_PROCEDURE_STEP_STATUS, "IN PROGRESS");
    for (size_t i = 0; i < COUNT(EMPTY); i++)
        dw_empty(w, EMPTY[i]);
    return dw_finish(w, EXPLICIT_LITTLE, ret, err);
}

bool modality_step_begin(ModalityStep *m, Scu *scu, Err *err)
{
    OWNED_BUF data   = buf_make(1 << 16);
    uint16_t  status = 0;
    if (!scu_syntax(scu, MODALITY_MPPS))
        return true;
    if (!creation(m, &data, err) ||
        !scu_normal(scu, SCU_CREATE, MODALITY_MPPS, m->uid, 0, buf_slice(&data), &status, err))
        return false;
    m->said = status == 0;
    return m->said ||
           err_set(err, ERR_CONFLICT, "The archive refused the performed step.", "status %04x", status);
}

bool modality_step_made(ModalityStep *m, Slice file, const char *sop_class, const char *sop_instance,
                        Err *err)
{
    Part10 where       = { 0 };
    OWNED(Dataset) *ds = part10_parse(file, &where, err);
    Slice series;
    if (!ds || m->count == MADE_MAX || !dataset_uid(ds, TAG_SERIES_INSTANCE_UID, &series))
        return err_set(err, ERR_LIMIT, "The archive refused an image.", "%zu images made", m->count);
    Made *one = &m->made[m->count++];
    (void)slice_copy(series, one->series, sizeof one->series);
    (void)slice_copy(slice_of(sop_class), one->sop_class, sizeof one->sop_class);
    (void)slice_copy(slice_of(sop_instance), one->uid, sizeof one->uid);
    return true;
}

static void put_object(DicomWriter *w, const Made *one)
{
    dw_item_begin(w);
    dw_text(w, TAG_REFERENCED_SOP_CLASS_UID, one->sop_class);
    dw_text(w, TAG_REFERENCED_SOP_INSTANCE_UID, one->uid);
    dw_item_end(w);
}

static bool is_image(const Made *one)
{
    return !slice_starts(slice_of(one->sop_class), SLICE("1.2.840.10008.5.1.4.1.1.88."));
}

/* The objects of one series that are images, or that are not. */
static void put_objects(const ModalityStep *m, const char *series, bool images, DicomWriter *w)
{
    dw_sequence_begin(w, images ? TAG_REFERENCED_IMAGE_SEQUENCE
                                : TAG_REFERENCED_NON_IMAGE_COMPOSITE_SOP_INSTANCE_SEQUENCE);
    for (size_t i = 0; i < m->count; i++)
        if (strcmp(m->made[i].series, series) == 0 && is_image(&m->made[i]) == images)
            put_object(w, &m->made[i]);
    dw_sequence_end(w);
}

static void put_series(const ModalityStep *m, DicomWriter *w)
{
    dw_sequence_begin(w, TAG_PERFORMED_SERIES_SEQUENCE);
    for (size_t i = 0; i < m->count; i++) {
        bool first = true;
        for (size_t k = 0; k < i; k++)
            first = first && strcmp(m->made[k].series, m->made[i].series) != 0;
        if (!first)
            continue;
        dw_item_begin(w);
        dw_empty(w, TAG_RETRIEVE_AE_TITLE);
        dw_empty(w, TAG_SERIES_DESCRIPTION);
        dw_empty(w, TAG_PERFORMING_PHYSICIAN_NAME);
        dw_empty(w, TAG_OPERATORS_NAME);
        dw_text(w, TAG_PROTOCOL_NAME, m->order->procedure[0] ? m->order->procedure : "Protocole");
        dw_text(w, TAG_SERIES_INSTANCE_UID, m->made[i].series);
        put_objects(m, m->made[i].series, true, w);
        put_objects(m, m->made[i].series, false, w);
        dw_item_end(w);
    }
    dw_sequence_end(w);
}

bool modality_step_end(ModalityStep *m, Scu *scu, bool discontinued, Err *err)
{
    OWNED_BUF data        = buf_make(MESSAGE_MAX);
    OWNED(DicomWriter) *w = dw_new(MESSAGE_MAX);
    uint16_t status       = 0;
    if (!m->said)
        return true;
    dw_text(w, TAG_PERFORMED_PROCEDURE_STEP_STATUS, discontinued ? "DISCONTINUED" : "COMPLETED");
    put_now(w, TAG_PERFORMED_PROCEDURE_STEP_END_DATE, TAG_PERFORMED_PROCEDURE_STEP_END_TIME);
    put_series(m, w);
    if (discontinued) {
        char code[16];
        (void)snprintf(code, sizeof code, "%d", DISCONTINUED_BY_REQUEST);
        dw_code(w, TAG_PERFORMED_PROCEDURE_STEP_DISCONTINUATION_REASON_CODE_SEQUENCE, code, "DCM",
                "Discontinued for unspecified reason");
    }
    if (!dw_finish(w, EXPLICIT_LITTLE, &data, err) ||
        !scu_normal(scu, SCU_SET, MODALITY_MPPS, m->uid, 0, buf_slice(&data), &status, err))
        return false;
    return status == 0 ||
           err_set(err, ERR_CONFLICT, "The archive refused the performed step.", "status %04x", status);
}

/* ---- storage commitment ---- */

static bool question(const ModalityStep *m, Buf *ret, Err *err)
{
    char transaction[65];
    OWNED(DicomWriter) *w = dw_new(MESSAGE_MAX);
    if (!new_uid(transaction, err))
        return false;
    dw_text(w, TAG_TRANSACTION_UID, transaction);
    dw_sequence_begin(w, TAG_REFERENCED_SOP_SEQUENCE);
    for (size_t i = 0; i < m->count; i++)
        put_object(w, &m->made[i]);
    dw_sequence_end(w);
    return dw_finish(w, EXPLICIT_LITTLE, ret, err);
}

static void print_report(const Dataset *ds)
{
    printf("%zu safe, %zu not\n", dataset_items(ds, TAG_REFERENCED_SOP_SEQUENCE),
           dataset_items(ds, TAG_FAILED_SOP_SEQUENCE));
    for (size_t i = 0; i < dataset_items(ds, TAG_FAILED_SOP_SEQUENCE); i++) {
        const Dataset *one    = dataset_item(ds, TAG_FAILED_SOP_SEQUENCE, i);
        int64_t        reason = 0;
        Slice          uid    = SLICE_NONE;
        (void)dataset_int(one, TAG_FAILURE_REASON, 0, &reason);
        (void)dataset_uid(one, TAG_REFERENCED_SOP_INSTANCE_UID, &uid);
        printf("not safe " SLICE_FMT " %04x\n", SLICE_ARG(uid), (unsigned)reason & 0xffff);
    }
}

bool modality_commit(ModalityStep *m, Scu *scu, Err *err)
{
    OWNED_BUF ask = buf_make(MESSAGE_MAX), told = buf_make(MESSAGE_MAX);
    uint16_t  status = 0, type = 0;
    if (!question(m, &ask, err) || !scu_normal(scu, SCU_ACTION, MODALITY_COMMITMENT, COMMITMENT_INSTANCE, 1,
                                               buf_slice(&ask), &status, err))
        return false;
    if (status)
        return err_set(err, ERR_CONFLICT, "The archive does not commit to the images.", "status %04x",
                       status);
    if (!scu_event(scu, MODALITY_COMMITMENT, &type, &told, err))
        return false;
    OWNED(Dataset) *ds = dataset_parse(buf_slice(&told), EXPLICIT_LITTLE, err);
    if (!ds)
        return false;
    printf("storage commitment, event %u: ", type);
    print_report(ds);
    return true;
}
