/*
 * Other archives: echo and search.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "doors/dimse/command.h"
#include "doors/dimse/peer_call.h"
#include "doors/dimse/remote_internal.h"
#include "formats/dicom/part10.h"

enum { IDENTIFIER_MAX = 1 << 16, ANSWER_TEXTS_MAX = 1 << 16 };

/* ---- whom, and the trace ---- */

static bool write_trace(Db *db, void *line, Err *err)
{
    return audit_add(db, line, err);
}

bool remote_trace(const RemoteHouse *h, const RemoteAsker *who, const Peer *peer, AuditEvent event,
                  AuditOutcome outcome, const char *what, Slice object, const char *detail, Err *err)
{
    char said[65], named[64];
    (void)slice_copy(slice_part(object, 0, sizeof said - 1), said, sizeof said);
    (void)snprintf(named, sizeof named, "%s %s", what, peer->ae_title);
    AuditLine line = { .event           = event,
                       .outcome         = outcome,
                       .person_id       = who->person_id,
                       .patient_id      = who->patient_id,
                       .act_id          = who->act_id,
                       .organisation_id = peer->organisation_id,
                       .actor           = who->actor,
                       .factors         = who->factors,
                       .origin          = who->origin,
                       .what            = named,
                       .object          = said,
                       .detail          = detail };
    return db_write(h->db, write_trace, &line, err);
}

bool remote_peer(const RemoteHouse *h, const RemoteAsker *who, Slice ae_title, const char *what, Peer *ret,
                 Err *err)
{
    {
        OWNED(Db) *db = db_read(h->db, err);
        if (!db || !peer_by_title(db, ae_title, ret, err))
            return false;
    }
    if (ret->may & PEER_ASK)
        return true;
    (void)remote_trace(h, who, ret, AUDIT_SEARCH, AUDIT_REFUSED, what, SLICE_NONE,
                       "this peer may not be asked", NULL);
    return err_set(err, ERR_DENIED, "This DICOM peer may not be asked.", "peer %s", ret->ae_title);
}

Scu *remote_call(const RemoteHouse *h, const Peer *peer, const ScuContext *contexts, size_t count, Err *err)
{
    ScuWish wish = { .calling       = h->ae_title,
                     .contexts      = contexts,
                     .context_count = count,
                     .timeout_ms    = h->timeout_ms,
                     .stop_fd       = h->stop_fd };
    return scu_connect_peer(h->db, h->tls, peer, &wish, err);
}

bool remote_echo(const RemoteHouse *h, const RemoteAsker *who, Slice ae_title, Err *err)
{
    Peer peer;
    {
        OWNED(Db) *db = db_read(h->db, err);
        if (!db || !peer_by_title(db, ae_title, &peer, err))
            return false;
    }
    int64_t took_ms = 0;
    bool    ok      = peer_echo(h, &peer, &took_ms, err);
    return remote_trace(h, who, &peer, AUDIT_PEER, ok ? AUDIT_OK : AUDIT_FAILED, "C-ECHO to", SLICE_NONE,
                        ok ? "" : err->detail, ok ? err : NULL) &&
           ok;
}

/* ---- search ---- */

bool remote_identifier(const Scu *scu, const char *sop_class, DicomWriter *w, Buf *ret, Err *err)
{
    const char       *uid  = scu_syntax(scu, sop_class);
    const SyntaxInfo *info = uid ? syntax_info(slice_of(uid)) : NULL;
    if (!info)
        return err_set(err, ERR_CONFLICT, "The DICOM peer does not offer this service.", "class %s",
                       sop_class);
    return dw_finish(w, info->syntax, ret, err);
}

bool remote_ask(Scu *scu, DicomWriter *w, ScuAnswer *each, void *arg, Err *err)
{
    OWNED_BUF identifier = buf_make(IDENTIFIER_MAX);
    uint16_t  status     = STATUS_PROCESSING_FAILURE;
    if (!remote_identifier(scu, SOP_CLASS_STUDY_ROOT_FIND, w, &identifier, err) ||
        !scu_find(scu, SOP_CLASS_STUDY_ROOT_FIND, buf_slice(&identifier), each, arg, &status, err))
        return false;
    return status == STATUS_SUCCESS || status == STATUS_CANCELLED ||
           err_set(err, status == STATUS_NOT_AUTHORISED ? ERR_DENIED : ERR_UNAVAILABLE,
                   "The DICOM peer answered with a failure.", "C-FIND status %04x", status);
}

typedef struct Search {
    RemoteEach *each;
    void       *with;
    int64_t     answers;
} Search;

static void text_of(const Dataset *ds, uint32_t tag, Arena *a, char *ret, size_t size)
{
    Slice text = dataset_text(ds, tag, a);
    if (!slice_copy(text, ret, size)) /* too long for what it is: cut between characters */
        for (size_t n = size - 1; n > 0; n--)
            if (((unsigned char)text.at[n] & 0xC0) != 0x80) {
                (void)slice_copy(slice_part(text, 0, n), ret, size);
                return;
            }
}

static bool take_study(Slice identifier, TransferSyntax syntax, uint16_t status, void *arg)
{
    Search     *s         = arg;
    RemoteStudy study     = { .instances = -1 };
    Slice       uid       = SLICE_NONE;
    OWNED(Arena) *a       = arena_new(ANSWER_TEXTS_MAX);
    OWNED(Dataset) *found = a ? dataset_parse(identifier, syntax, NULL) : NULL;
    (void)status;
    if (!found || !dataset_uid(found, TAG_STUDY_INSTANCE_UID, &uid))
        return true; /* an answer that names no study is none */
    const struct {
        uint32_t tag;
        char    *to;
        size_t   size;
    } TEXTS[] = {
        { TAG_STUDY_DATE, study.date, sizeof study.date },
        { TAG_STUDY_TIME, study.time, sizeof study.time },
        { TAG_ACCESSION_NUMBER, study.accession, sizeof study.accession },
        { TAG_STUDY_DESCRIPTION, study.description, sizeof study.description },
        { TAG_MODALITIES_IN_STUDY, study.modalities, sizeof study.modalities },
        { TAG_PATIENT_ID, study.patient_id, sizeof study.patient_id },
        { TAG_ISSUER_OF_PATIENT_ID, study.patient_issuer, sizeof study.patient_issuer },
        { TAG_PATIENT_SEX, study.patient_sex, sizeof study.patient_sex },
        { TAG_PATIENT_NAME, study.patient_name, sizeof study.patient_name },
        { TAG_PATIENT_BIRTH_DATE, study.patient_birth, sizeof study.patient_birth },
    };
    (void)slice_copy(uid, study.uid, sizeof study.uid);
    for (size_t i = 0; i < COUNT(TEXTS); i++)
        text_of(found, TEXTS[i].tag, a, TEXTS[i].to, TEXTS[i].size);
    (void)dataset_int(found, TAG_NUMBER_OF_STUDY_RELATED_INSTANCES, 0, &study.instances);
    s->answers++;
    return s->each(&study, s->with) && s->answers < REMOTE_STUDIES_MAX;
}

/* Latin-1 where it holds the name asked for: older archives read nothing else. */
static void write_keys(DicomWriter *w, const RemoteWanted *wanted)
{
    Charset   latin = charset_read(SLICE("ISO_IR 100"));
    OWNED_BUF bytes = buf_make(4096);
    bool      lossy = false;
    if (charset_from_utf8(&latin, wanted->patient_name, &bytes, &lossy) && !lossy &&
        bytes.len != wanted->patient_name.len)
        dw_charset(w, "ISO_IR 100");
    dw_text(w, TAG_QUERY_RETRIEVE_LEVEL, "STUDY");
    dw_slice(w, TAG_STUDY_INSTANCE_UID, wanted->study_uid);
    dw_slice(w, TAG_PATIENT_ID, wanted->patient_id);
    dw_slice(w, TAG_PATIENT_NAME, wanted->patient_name);
    dw_value(w, TAG_PATIENT_BIRTH_DATE, VR_DA, wanted->birth_date);
    dw_slice(w, TAG_ACCESSION_NUMBER, wanted->accession);
    dw_value(w, TAG_STUDY_DATE, VR_DA, wanted->study_date);
    dw_slice(w, TAG_MODALITIES_IN_STUDY, wanted->modality);
    dw_empty(w, TAG_ISSUER_OF_PATIENT_ID);
    dw_empty(w, TAG_PATIENT_SEX);
    dw_empty(w, TAG_STUDY_TIME);
    dw_empty(w, TAG_STUDY_DESCRIPTION);
    dw_empty(w, TAG_NUMBER_OF_STUDY_RELATED_INSTANCES);
}

static bool is_bounded(const RemoteWanted *w)
{
    return w->study_uid.len || w->patient_id.len || w->patient_name.len || w->accession.len ||
           w->study_date.len;
}

bool remote_find(const RemoteHouse *h, const RemoteAsker *who, Slice ae_title, const RemoteWanted *wanted,
                 RemoteEach *each, void *with, Err *err)
{
    static const ScuContext CONTEXTS[] = {
        { SOP_CLASS_STUDY_ROOT_FIND, { UID_EXPLICIT_VR_LITTLE_ENDIAN, UID_IMPLICIT_VR_LITTLE_ENDIAN }, false }
    };
    Peer   peer;
    char   detail[48];
    Search s = { each, with, 0 };
    if (!is_bounded(wanted))
        return err_set(err, ERR_INPUT, "The query must name more: patient, date or exam.", "no key");
    if (!remote_peer(h, who, ae_title, "C-FIND at", &peer, err))
        return false;
    OWNED(DicomWriter) *w = dw_new(IDENTIFIER_MAX);
    OWNED(Scu) *scu       = w ? remote_call(h, &peer, CONTEXTS, COUNT(CONTEXTS), err) : NULL;
    if (scu)
        write_keys(w, wanted);
    bool ok = scu && remote_ask(scu, w, take_study, &s, err) && scu_release(scu, err);
    (void)snprintf(detail, sizeof detail, "%lld answers", (long long)s.answers);
    return remote_trace(h, who, &peer, AUDIT_SEARCH, ok ? AUDIT_OK : AUDIT_FAILED, "C-FIND at",
                        wanted->study_uid, ok ? detail : err->detail, ok ? err : NULL) &&
           ok;
}
