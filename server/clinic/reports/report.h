/*
 * The report of an act: every version kept, what must stand in it, its digest, its PDF and its DICOM object.
 * E29, L6, L10.
 *
 * This room does not know acts: the workflow says which act, who may write and when, and gives the frame
 * (identities, times, equipment) that the server fills in. What is signed is the canonical form of content,
 * act and outcome.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_REPORTS_REPORT_H
#define CLINIC_REPORTS_REPORT_H

#include "base/buf.h"
#include "clinic/reports/missing.h"
#include "formats/json/json_util.h"
#include "platform/db/db.h"

enum { REPORT_BYTES_MAX = 256 * 1024, REPORT_DIGEST_SIZE = 65 };

typedef enum ReportStatus { REPORT_NONE, REPORT_DRAFT, REPORT_SIGNED } ReportStatus;
const char *report_status_name(ReportStatus s); /* "none", "draft", "signed" */

/* A report is signed once as final, before that once as preliminary where it was; then addenda follow. E29 */
typedef enum ReportKind { REPORT_FINAL, REPORT_PRELIMINARY, REPORT_ADDENDUM } ReportKind;
const char *report_kind_name(ReportKind k); /* "final", "preliminary", "addendum" */

/* One version. 'content' is owned: report_clear. */
typedef struct Report {
    int64_t      id; /* 0: none was saved yet */
    int64_t      act_id, revision;
    ReportStatus status;
    ReportKind   kind;
    int64_t      version; /* among the signed ones, from 1; 0: a draft */
    int64_t      follows; /* revision of the signed one before it; 0: none */
    json_t      *content;                    /* docs/api.md, report content */
    json_t      *frame;                      /* what the server filled in when it was signed; NULL before */
    char         sha256[REPORT_DIGEST_SIZE]; /* of report_canonical, as signed; "" while a draft */
    int64_t      saved_at_ms, saved_by;
    int64_t      signed_at_ms, signed_by;
    char         proof[16]; /* "passkey" or "totp" */
} Report;
void report_clear(Report *r);

/* The last version; *ret is empty with status REPORT_NONE when there is none. */
bool report_load(Db *db, int64_t act_id, Report *ret, Err *err);
bool report_load_revision(Db *db, int64_t act_id, int64_t revision, Report *ret, Err *err);
/* The last signed one; *ret is empty with status REPORT_NONE when there is none. */
bool report_load_signed(Db *db, int64_t act_id, Report *ret, Err *err);
/* The signed ones, the oldest first, until 'each' says false. What it is given is borrowed. */
typedef bool ReportEach(const Report *r, void *arg);
bool         report_signed_each(Db *db, int64_t act_id, ReportEach *each, void *arg, Err *err);

/*
 * Saves 'content' as the next version. 'revision' is the one the writer last saw (0: none).
 * Members that are not of the contract are left out. ERR_CONFLICT another was saved in between, or it is
 * signed as final; ERR_INPUT a member of the wrong kind or too long.
 */
bool report_save(Db *db, int64_t act_id, int64_t revision, const json_t *content, int64_t person_id,
                 int64_t now_ms, int64_t *ret_revision, Err *err);
/* The same with an addendum to the last signed version: ERR_CONFLICT when none is signed as final. */
bool report_addendum_save(Db *db, int64_t act_id, int64_t revision, const json_t *addendum, int64_t person_id,
                          int64_t now_ms, int64_t *ret_revision, Err *err);

/* What the completeness depends on, besides the content. */
typedef struct ReportSituation {
    const char *modality;   /* "CT", "DX", "CR", "MR", "US"... */
    bool opinion;           /* on images made before: no technique and no dose of its own */
    bool not_interpretable; /* then a note is signed: reason, procedure and follow-up stand in 'note' */
    const json_t *note;     /* {reason_code,reason,procedure,follow_up} */
    bool preliminary;       /* it is signed as such: the digest says so */
    bool after_preliminary; /* the final one says whether it differs */
    bool incidents_told;    /* the act holds incidents: the report cannot say that there was none */
    bool radioactive_given; /* a radiopharmaceutical is recorded: product, radionuclide, activity, route */
    bool drugs_given;       /* … or drugs, or acts on prescription */
    bool urgent_told;       /* an urgent finding of this act, to be acted on at once or within hours */
} ReportSituation;

/* The members of the contract, checked, as a new object. Pure. */
bool report_clean(const json_t *content, json_t **ret, Err *err);

/*
 * The content that an addendum makes of a signed version: the report as it stands with it, and under "addendum" what was
 * added: {kind, reason, sections, before, follows}. Pure. 'given' is {kind: complement, correction or late-result,
 * reason, sections:{results…}, difference, language_reason}: a correction replaces the sections it names, the others
 * add to them. ERR_INPUT.
 */
bool report_addendum(const Report *base, const json_t *given, json_t **ret, Err *err);

/* A text that is plainly English, by its small words; a quotation or a name is none. Pure. E29 */
bool report_reads_english(const json_t *content);

/* {significant, what, why, category} when the content says that it differs in a way that matters; NULL. Borrowed. */
const json_t *report_significant(const json_t *content);

/* Pure: adds what is missing (E29, L6) to 'ret'. True when nothing is. */
bool report_complete(const json_t *content, const ReportSituation *situation, MissingList *ret);

/* The exact bytes whose SHA-256 is signed: sorted, compact JSON of {act, content, note}. */
bool report_canonical(const char *act_number, const json_t *content, const ReportSituation *situation,
                      Buf *ret, Err *err);
bool report_digest(const char *act_number, const json_t *content, const ReportSituation *situation,
                   char ret[REPORT_DIGEST_SIZE], Err *err);

typedef struct ReportSignature {
    int64_t       act_id, revision, person_id, at_ms;
    const char   *sha256; /* of what the signer saw */
    const char   *proof;
    const json_t *frame; /* kept with the version: the PDF is made from content and frame alone */
    ReportKind    kind;
} ReportSignature;
/* Inside the transaction of the signing. ERR_CONFLICT: not the last version, or signed already as that kind. */
bool report_sign(Db *db, const ReportSignature *s, Err *err);

/* A document made from a signed version: where its bytes are. Adding the same again changes nothing. */
typedef struct ReportDocument {
    int64_t act_id, revision;
    char    kind[16]; /* "pdf", "dicom" */
    char    blob[160];
    char    sha256[REPORT_DIGEST_SIZE];
    int64_t bytes;
    char    sop_uid[65]; /* of a DICOM object */
    int64_t made_at_ms;
} ReportDocument;
bool report_document_add(Db *db, const ReportDocument *d, Err *err);
/* That of a version; 'revision' 0: the last one of that kind. ERR_NOT_FOUND. */
bool report_document_find(Db *db, int64_t act_id, int64_t revision, const char *kind, ReportDocument *ret, Err *err);

/*
 * The PDF. 'content' and 'frame' as above (frame: report_pdf.c lists its members). 'draft' prints the
 * watermark « BROUILLON – non signé » and no signature. The same values give the same bytes.
 */
bool report_pdf(const json_t *content, const json_t *frame, bool draft, Buf *ret, Err *err);

/* What the Encapsulated PDF says of itself (PS3.3 A.45.1). Texts are UTF-8; empty ones are written empty. */
typedef struct ReportObject {
    const char *patient_name; /* DICOM form: FAMILY^GIVEN */
    const char *patient_id, *patient_id_issuer, *birth_date /* YYYYMMDD */, *sex; /* M, F or "" */
    const char *ins, *ins_oid; /* only when the identity is qualified; else "" */
    const char *study_uid, *series_uid, *sop_uid, *accession, *study_id, *requester; /* PN */
    const char *institution, *title;
    int64_t     study_at_ms; /* when the exam was started; 0 unknown */
    int64_t     at_ms;       /* signed at */
    int         utc_offset_minutes;
    const char *signer; /* PN */
    const char *act_number;
    int64_t     version;         /* 1, 2, 3… : the instance number */
    const char *predecessor_uid; /* the object of the version before it, of the same study and series; NULL none */
} ReportObject;
/* Each version is an object of its own; one that follows another names it (PS3.3 C.24.2, Predecessor Documents).
 * A whole Part 10 file around the PDF: class 1.2.840.10008.5.1.4.1.1.104.1, concept name LOINC 18748-4. */
bool report_encapsulate(const ReportObject *o, Slice pdf, Buf *ret, Err *err);

/* A fixed UID for this study, version and purpose: 2.25 from their SHA-256 (the same job run twice makes the
 * same object). */
void report_uid(const char *study_uid, int64_t revision, const char *purpose, char ret[65]);

#endif
