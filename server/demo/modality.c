/*
 * The scanner of an act: worklist query, matching phantom, C-STORE; nothing the real network would not do.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "demo/modality.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "base/arena.h"
#include "demo/injection.h"
#include "demo/modality_steps.h"
#include "demo/phantom.h"
#include "demo/region_tables.h"
#include "doors/dimse/scu.h"
#include "formats/dicom/dataset.h"
#include "formats/dicom/writer.h"

#define WORKLIST_CLASS "1.2.840.10008.5.1.4.31"
#define EXPLICIT_UID   "1.2.840.10008.1.2.1"

typedef struct Found {
    const char  *act;
    bool         there;
    PhantomOrder order;
    char         modality[17], ae_title[17];
} Found;

typedef struct Sending {
    Scu                *scu;
    const ModalityPlay *play;
    int                 sent, made;
    ModalityStep       *step;   /* what is said of it; NULL: nothing */
    bool                enough; /* as many as asked for: the maker stops */
} Sending;

static void text_of(const Dataset *ds, uint32_t tag, char *ret, size_t size)
{
    OWNED(Arena) *arena = arena_new(4096);
    slice_copy(arena ? dataset_text(ds, tag, arena) : SLICE_NONE, ret, size);
}

static void order_from(const Dataset *ds, const Dataset *step, Found *f)
{
    PhantomOrder *o = &f->order;
    text_of(ds, TAG_PATIENT_NAME, o->patient_name, sizeof o->patient_name);
    text_of(ds, TAG_PATIENT_ID, o->patient_id, sizeof o->patient_id);
    text_of(ds, TAG_ISSUER_OF_PATIENT_ID, o->patient_id_issuer, sizeof o->patient_id_issuer);
    text_of(ds, TAG_PATIENT_BIRTH_DATE, o->birth_date, sizeof o->birth_date);
    text_of(ds, TAG_PATIENT_SEX, o->sex, sizeof o->sex);
    text_of(ds, TAG_STUDY_INSTANCE_UID, o->study_uid, sizeof o->study_uid);
    text_of(ds, TAG_ACCESSION_NUMBER, o->accession, sizeof o->accession);
    text_of(ds, TAG_REQUESTED_PROCEDURE_ID, o->requested_procedure_id, sizeof o->requested_procedure_id);
    text_of(ds, TAG_REQUESTED_PROCEDURE_ID, o->study_id, sizeof o->study_id);
    text_of(ds, TAG_REQUESTED_PROCEDURE_DESCRIPTION, o->procedure, sizeof o->procedure);
    text_of(ds, TAG_REFERRING_PHYSICIAN_NAME, o->referring, sizeof o->referring);
    text_of(ds, TAG_INSTITUTION_NAME, o->institution, sizeof o->institution);
    text_of(step, TAG_SCHEDULED_PROCEDURE_STEP_ID, o->sps_id, sizeof o->sps_id);
    text_of(step, TAG_SCHEDULED_STATION_NAME, o->station, sizeof o->station);
    text_of(step, TAG_MODALITY, f->modality, sizeof f->modality);
    text_of(step, TAG_SCHEDULED_STATION_AE_TITLE, f->ae_title, sizeof f->ae_title);
    text_of(step, TAG_SCHEDULED_PROCEDURE_STEP_START_DATE, o->date, sizeof o->date); /* played again: the same bytes */
    text_of(step, TAG_SCHEDULED_PROCEDURE_STEP_START_TIME, o->time, sizeof o->time);
    for (const char *c = o->patient_id; *c; c++)
        o->seed = o->seed * 31 + (unsigned char)*c;
}

/* The act's number is written without its dashes where DICOM gives it 16 characters only. */
static bool same_number(const char *a, const char *b)
{
    for (;; a++, b++) {
        a += strspn(a, "-");
        b += strspn(b, "-");
        if (*a != *b)
            return false;
        if (!*a)
            return true;
    }
}

/* Keeps the answer whose number, accession or patient is the one asked for. */
static bool look(Slice identifier, TransferSyntax syntax, uint16_t status, void *arg)
{
    (void)status;
    Found          *f  = arg;
    Err             err = { 0 };
    OWNED(Dataset) *ds = dataset_parse(identifier, syntax, &err);
    const Dataset  *step = ds ? dataset_item(ds, TAG_SCHEDULED_PROCEDURE_STEP_SEQUENCE, 0) : NULL;
    if (!step)
        return true;
    Found one = { .act = f->act };
    order_from(ds, step, &one);
    if (!same_number(one.order.requested_procedure_id, f->act) && !same_number(one.order.accession, f->act) &&
        strcmp(one.order.patient_id, f->act) != 0)
        return true;
    one.there = true;
    *f        = one;
    return false;
}

static bool worklist_question(Buf *ret, Err *err)
{
    static const uint32_t KEYS[] = { TAG_PATIENT_NAME, TAG_PATIENT_ID, TAG_ISSUER_OF_PATIENT_ID, TAG_PATIENT_BIRTH_DATE, TAG_PATIENT_SEX,
                                     TAG_STUDY_INSTANCE_UID, TAG_ACCESSION_NUMBER, TAG_REQUESTED_PROCEDURE_ID,
                                     TAG_REQUESTED_PROCEDURE_DESCRIPTION, TAG_REFERRING_PHYSICIAN_NAME, TAG_INSTITUTION_NAME };
    static const uint32_t STEP_KEYS[] = { TAG_MODALITY, TAG_SCHEDULED_STATION_AE_TITLE, TAG_SCHEDULED_STATION_NAME,
                                          TAG_SCHEDULED_PROCEDURE_STEP_ID, TAG_SCHEDULED_PROCEDURE_STEP_START_DATE,
                                          TAG_SCHEDULED_PROCEDURE_STEP_START_TIME };
    OWNED(DicomWriter) *w = dw_new(1 << 16);
    for (size_t i = 0; i < COUNT(KEYS); i++)
        dw_empty(w, KEYS[i]);
    dw_sequence_begin(w, TAG_SCHEDULED_PROCEDURE_STEP_SEQUENCE);
    dw_item_begin(w);
    for (size_t i = 0; i < COUNT(STEP_KEYS); i++)
        dw_empty(w, STEP_KEYS[i]);
    dw_item_end(w);
    dw_sequence_end(w);
    return dw_finish(w, EXPLICIT_LITTLE, ret, err);
}

/* Asks as one modality; the answers are those of its own site. */
static bool ask_as(const char *calling, const char *host, int port, const char *called, Found *f, Err *err)
{
    ScuContext  context = { .sop_class = WORKLIST_CLASS, .syntaxes = { EXPLICIT_UID } };
    ScuWish     wish    = { .host = host, .port = port, .calling = calling, .called = called, .contexts = &context, .context_count = 1 };
    OWNED(Scu) *scu     = scu_connect(&wish, err);
    OWNED_BUF   question = buf_make(1 << 16);
    uint16_t    status   = 0;
    return scu && worklist_question(&question, err) && scu_find(scu, WORKLIST_CLASS, buf_slice(&question), look, f, &status, err) &&
           scu_release(scu, err);
}

/* Each modality of the region in turn, until one has the act on its list. */
static bool ask_worklist(const char *host, int port, const char *called, Found *f, Err *err)
{
    for (size_t i = 0; i < REGION_ROOM_COUNT && !f->there; i++)
        if (!ask_as(REGION_ROOM[i].ae_title, host, port, called, f, err))
            return false;
    return f->there || err_set(err, ERR_NOT_FOUND, "The worklist has no such act: is it planned?", "%zu modalities asked", REGION_ROOM_COUNT);
}

static bool send_file(Slice file, const char *sop_class, const char *sop_instance, void *with, Err *err)
{
    Sending *s      = with;
    uint16_t status = 0;
    if (s->enough)
        return false;
    s->made++;
    if (s->step && !modality_step_made(s->step, file, sop_class, sop_instance, err))
        return false;
    if (s->play->withhold && s->made == s->play->withhold)
        return true;
    if (!scu_store_file(s->scu, file, &status, err))
        return false;
    if (status != 0)
        return err_set(err, ERR_CONFLICT, "The archive refused an image.", "status %04x", status);
    s->sent++;
    s->enough = s->play->most && s->sent >= s->play->most;
    if (s->play->pause_ms)
        nanosleep(&(struct timespec){ .tv_sec = s->play->pause_ms / 1000, .tv_nsec = s->play->pause_ms % 1000 * 1000000L }, NULL);
    return true;
}

static bool write_file(Slice file, const char *sop_class, const char *sop_instance, void *with, Err *err)
{
    (void)sop_class;
    Sending *s = with;
    char     path[4096];
    if (s->enough)
        return false;
    (void)snprintf(path, sizeof path, "%s/%s.dcm", s->play->folder, sop_instance);
    FILE *out = fopen(path, "wbe");
    bool  ok  = out && fwrite(file.at, 1, file.len, out) == file.len;
    if (out && fclose(out) != 0)
        ok = false;
    s->sent++;
    s->enough = s->play->most && s->sent >= s->play->most;
    return ok || err_set(err, ERR_UNAVAILABLE, "The file cannot be written.", "errno %d", errno);
}

/* Makes the exam; stopping after as many as asked for is no failure. */
static bool make(const Found *f, PhantomEach *each, Sending *s, Err *err)
{
    Err own = { 0 };
    if (phantom_make(phantom_kind(slice_of(f->modality)), &f->order, each, s, &own) || s->enough)
        return true;
    return err_set(err, own.kind, own.shown, "%s", own.detail);
}

static bool send_all(const char *host, int port, const char *called, const Found *f, Sending *s, Err *err)
{
    static const char *const CLASSES[] = { "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.88.67", "1.2.840.10008.5.1.4.1.1.4",
                                           "1.2.840.10008.5.1.4.1.1.1", "1.2.840.10008.5.1.4.1.1.1.1", "1.2.840.10008.5.1.4.1.1.3.1",
                                           "1.2.840.10008.5.1.4.1.1.128" };
    ScuContext contexts[COUNT(CLASSES) + 2];
    for (size_t i = 0; i < COUNT(CLASSES); i++)
        contexts[i] = (ScuContext){ .sop_class = CLASSES[i], .syntaxes = { EXPLICIT_UID } };
    contexts[COUNT(CLASSES)]     = (ScuContext){ .sop_class = MODALITY_MPPS, .syntaxes = { EXPLICIT_UID } };
    contexts[COUNT(CLASSES) + 1] = (ScuContext){ .sop_class = MODALITY_COMMITMENT, .syntaxes = { EXPLICIT_UID } };
    ScuWish wish = { .host = host, .port = port, .calling = f->ae_title, .called = called, .contexts = contexts, .context_count = COUNT(contexts) };
    OWNED(Scu) *scu = scu_connect(&wish, err);
    OWNED(ModalityStep) *step = scu ? modality_step_new(&f->order, f->modality, f->ae_title, err) : NULL;
    if (!step)
        return false;
    s->scu  = scu;
    s->step = step;
    return (s->play->no_steps || modality_step_begin(step, scu, err)) && make(f, send_file, s, err) &&
           (s->play->no_steps || modality_step_end(step, scu, s->play->stop, err)) &&
           (!s->play->commit || modality_commit(step, scu, err)) && scu_release(scu, err);
}

bool modality_play(const Config *config, const ModalityPlay *play, int *ret_images, Err *err)
{
    char  host[64];
    Slice rest = slice_of(config_text(config, "dicom-listen"));
    slice_copy(slice_cut(&rest, ':'), host, sizeof host);
    int64_t port = 0;
    if (!slice_int(rest, &port))
        return err_set(err, ERR_INPUT, "The DICOM address is not host:port.", "dicom-listen");
    const char *called = config_text(config, "dicom-ae-title");
    Found       f      = { .act = play->act };
    if (!ask_worklist(host, (int)port, called, &f, err))
        return false;
    if (phantom_kind(slice_of(f.modality)) == PHANTOM_PETCT &&
        !injection_from_act(config, f.order.requested_procedure_id, play->clock_off_min, &f.order, err))
        return false;
    if (play->wrong_name)
        slice_copy(slice_of(play->wrong_name), f.order.patient_name, sizeof f.order.patient_name);
    Sending s  = { .play = play };
    bool    ok = play->folder ? make(&f, write_file, &s, err)
                              : send_all(host, (int)port, called, &f, &s, err);
    *ret_images = s.sent;
    return ok;
}
