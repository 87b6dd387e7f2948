/*
 * Patient identities: strict traits, national identity (INS), trust status, homonyms, comparison. E15.
 *
 * A function that changes something writes, in the caller's transaction, the history row (old and new values,
 * who, why) and the audit line of the success. Source: Référentiel national d'identitovigilance;
 * docs/decisions/0006-archive.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_PATIENTS_PATIENT_H
#define CLINIC_PATIENTS_PATIENT_H

#include <jansson.h>

#include "guard/access/who.h"
#include "platform/db/db.h"

#define PATIENT_ISSUER "BECLERE" /* issuer of our own identifiers (IPP): DICOM (0010,0021) */

/* Trust of an identity, exclusive (EXI SI 07). Only QUAL gives the INS out. */
typedef enum PatientStatus { PATIENT_PROV, PATIENT_RECUP, PATIENT_VALI, PATIENT_QUAL } PatientStatus;

/* What may be added to a status. DOUT and FICT force PROV. */
enum { PATIENT_HOMO = 1 << 0, PATIENT_DOUT = 1 << 1, PATIENT_FICT = 1 << 2 };

typedef struct Patient {
    int64_t       id;
    int64_t       version;             /* grows with each change */
    char          ipp[24];             /* our identifier */
    char          birth_name[128];     /* as on the birth certificate: capitals, no accents */
    char          first_given[64];     /* first given name of the certificate */
    char          given_names[192];    /* all of them, by spaces, the first one first */
    char          used_name[128];      /* "" when none */
    char          birth_date[11];      /* YYYY-MM-DD */
    char          sex;                 /* 'F', 'M', 'U' */
    char          birth_place_code[6]; /* INSEE, 99 + country abroad, 99999 unknown; "" not given */
    char          birth_place_name[64];
    char          ins_value[16]; /* 15 characters or "". Give it out through patient_ins() only */
    char          ins_oid[32];
    PatientStatus status;
    unsigned      attributes; /* PATIENT_HOMO | … */
    bool ins_retrieved; /* the INS service (or the reference system of our domain) confirmed these traits */
    char document[24];  /* kind of document last checked: "passport"… or "" */
    char birth_known[6];      /* "day"; "month": the day is a rule's; "year": 31 December is; "none": the year is estimated */
    char document_holder[24]; /* a minor's certificate: kind of document of the parent, seen with it */
    int64_t document_at_ms;   /* when and by whom it was seen; 0 and "" unknown */
    char    document_by[64];
    char phone[32];
    int64_t organisation_id; /* who registered */
    int64_t created_at_s;
} Patient;

#define PATIENT_COLUMNS                                                                                      \
    "patient.id, patient.version, patient.ipp, patient.birth_name, patient.first_given, "                    \
    "patient.given_names,"                                                                                   \
    " patient.used_name, patient.birth_date, patient.sex, patient.birth_place_code, "                        \
    "patient.birth_place_name,"                                                                              \
    " patient.ins_value, patient.ins_oid, patient.status, patient.attributes, patient.ins_retrieved,"        \
    " patient.document, patient.phone, patient.organisation_id, patient.created_at_s,"                       \
    " patient.birth_known, patient.document_holder, patient.document_at_ms, patient.document_by"
enum { PATIENT_COLUMN_COUNT = 24 };
void patient_from_row(const DbQuery *row, int first_column, Patient *ret);

const char *patient_status_name(PatientStatus s); /* "PROV", "RECUP", "VALI", "QUAL" */

/* Which INS authorities are accepted: configuration key ins-oids. */
typedef enum InsOids { INS_OIDS_PRODUCTION, INS_OIDS_TEST } InsOids;
InsOids     ins_oids_from_text(const char *config_value); /* "test" or "production" */
const char *ins_nature(const char *oid);                  /* "NIR", "NIA"; NULL: no INS authority */
/* 15 characters with the right key, 2A and 2B included, the first of them 1 or 2, or 7 or 8 (provisional). */
bool ins_key_valid(Slice value);

/* Where an INS came from. Typed by hand it is kept but raises nothing and is never given out. */
typedef enum InsFrom { INS_BY_HAND, INS_FROM_SERVICE, INS_FROM_DOMAIN } InsFrom;

/* What a person decides of those who look alike: the same person is never made twice, so it is no creation. */
typedef enum AlikeDecision { ALIKE_NOT_SAID, ALIKE_HOMONYM, ALIKE_DOUBTFUL } AlikeDecision;

/* What somebody gave, borrowed, as typed; empty slices: not given. patient_create and _update normalise. */
typedef struct PatientDraft {
    Slice birth_name, first_given, given_names, used_name, birth_date, sex, birth_place_code,
        birth_place_name;
    Slice   ins_value, ins_oid;
    InsFrom ins_from;
    Slice   document; /* kind seen: passport, id-card, residence-permit, none… */
    Slice   phone;
    int64_t organisation_id;
    bool    confirm_new; /* create although somebody looks alike, who is a homonym (programs: loads, tests) */
    Slice   birth_known; /* "none": the year is estimated; else it follows from the date ("1950-00-00") */
    AlikeDecision decision;  /* of those who look alike; with the list that was shown */
    Slice         alike;     /* PatientHomonyms.shown */
    bool    fictive;     /* demonstration data: attribute FICT, status PROV */
} PatientDraft;

/* Body of POST /api/patients. Borrows from 'body'. An INS in it counts as typed by hand. */
bool patient_draft_from_json(const json_t *body, PatientDraft *ret, Err *err);

/* Who does it, for history and trace. */
typedef struct PatientBy {
    int64_t     person_id;               /* 0: a system */
    const char *actor;                   /* login or "system:demo" */
    const char *factors, *origin, *what; /* as AuditLine */
    const char *reason;                  /* kept in the history; NULL: none said */
} PatientBy;
PatientBy patient_by(const Who *who, const char *what, char factors[64]);

enum { PATIENT_HOMONYMS_MAX = 8 };
typedef struct PatientHomonyms {
    size_t  count;
    Patient patients[PATIENT_HOMONYMS_MAX];
    char    shown[65]; /* stands for this list: a decision is for it and no other */
} PatientHomonyms;

/*
 * Creates. Errors: ERR_INPUT a trait is missing or malformed, INS key wrong or its authority not accepted
 * here; ERR_CONFLICT somebody looks alike ('ret_homonyms', may be NULL, is filled) and not confirm_new, or
 * that INS is held by another patient.
 */
bool patient_create(Db *db, const PatientDraft *draft, InsOids oids, const PatientBy *by, Patient *ret,
                    PatientHomonyms *ret_homonyms, Err *err);

/*
 * Changes what is given (empty: unchanged). A strict trait changed by hand drops RECUP and QUAL and the INS;
 * the document given with the change keeps VALI, none of high trust gives PROV. ERR_CONFLICT 'version' is
 * behind.
 */
bool patient_update(Db *db, int64_t id, int64_t version, const PatientDraft *draft, InsOids oids,
                    const PatientBy *by, Patient *ret, Err *err);

/*
 * A person says that a creation would have been somebody who is registered already: kept in that patient's history
 * with what was typed, and traced. Errors: ERR_CONFLICT they do not look alike.
 */
bool patient_recognised(Db *db, int64_t id, const PatientDraft *draft, InsOids oids, const PatientBy *by, Patient *ret,
                        Err *err);

/* A document that was looked at: its kind, and for a minor's certificate whose document came with it. */
typedef struct DocumentSeen {
    Slice kind;
    Slice holder_kind; /* of the parent or guardian */
    bool  same;        /* the strict traits written on it are those of this identity */
} DocumentSeen;
/*
 * Raises the status (PROV → VALI, RECUP → QUAL). Errors: ERR_INPUT a kind that is not known; ERR_CONFLICT a kind that
 * validates nothing by itself, traits that differ, an identity that is doubtful or fictive.
 */
bool patient_document_seen(Db *db, int64_t id, const DocumentSeen *seen, const PatientBy *by, Patient *ret, Err *err);

/*
 * The INS as the reference system of our identity domain had it from the INS service, with the traits it gave. Errors:
 * ERR_CONFLICT these traits are not those here ('ret_differences', may be NULL, names them), DOUT or FICT.
 */
struct PatientDifference;
bool patient_ins_received(Db *db, int64_t id, const PatientDraft *received, InsOids oids, const PatientBy *by,
                          Patient *ret, struct PatientDifference *ret_differences, size_t *ret_count, Err *err);

/* The identity was compared with a document: PROV → VALI, RECUP → QUAL when it is of high trust. */
bool patient_document_checked(Db *db, int64_t id, const char *document, const PatientBy *by, Patient *ret,
                              Err *err);

/* The INS service confirmed (or gave) the INS for these traits: PROV → RECUP, VALI → QUAL. ERR_CONFLICT when
 * DOUT or FICT. */
bool patient_ins_confirmed(Db *db, int64_t id, Slice value, Slice oid, InsOids oids, const PatientBy *by,
                           Patient *ret, Err *err);
/* The INS service refused: RECUP → PROV, QUAL → VALI, INS dropped. */
bool patient_ins_refused(Db *db, int64_t id, const PatientBy *by, Patient *ret, Err *err);

/* Sets or clears HOMO, DOUT, FICT; the status follows. */
bool patient_set_attributes(Db *db, int64_t id, unsigned attributes, const PatientBy *by, Patient *ret,
                            Err *err);

/* Passport, identity card, residence permit: the kinds a status may rest on. */
bool patient_document_is_high_trust(Slice document);

/* ERR_NOT_FOUND when there is none. Access is the caller's: patient_seen_by or GRANT_SQL. */
bool patient_load(Db *db, int64_t id, Patient *ret, Err *err);

/* May this person see the identity now: a grant, or registered by one of their organisations. */
bool patient_seen_by(Db *db, int64_t person_id, int64_t patient_id, int64_t now_s, bool *ret, Err *err);

/*
 * Search, by birth date first, then at most three letters of a name (birth, used or first given; more are
 * cut), among the patients this person may see. Both are required: ERR_INPUT. At most 50.
 */
/*
 * The one patient with this number, or with these traits, each whole and read as a search reads them. Whoever asks must be allowed to
 * learn that this patient is known here. ERR_NOT_FOUND: nobody, or more than one.
 */
bool patient_exact(Db *db, Slice ipp, Slice birth_name, Slice first_given, Slice birth_date, int64_t *ret_id, Err *err);

typedef bool PatientEach(const Patient *p, void *with); /* false stops */
bool patient_find(Db *db, int64_t person_id, int64_t now_s, Slice birth_date, Slice name, PatientEach *each,
                  void *with, Err *err);

/*
 * A search is remembered, so that a creation can name it. 'ret_token' is random. Searches of more than a day ago are
 * forgotten.
 */
bool patient_search_note(Db *db, int64_t person_id, Slice birth_date, Slice name, size_t found, char ret_token[33],
                         Err *err);
/*
 * Was this identity looked for before: by this person, in the last half hour, with this birth date, and letters that
 * begin one of its names? ERR_CONFLICT says what to do.
 */
bool patient_search_covers(Db *db, Slice token, int64_t person_id, const PatientDraft *draft, Err *err);

/* Everything of one identity for its page: history (newest first), those who look alike and this person may see. */
bool patient_versions_json(Db *db, int64_t patient_id, json_t **ret, Err *err);
bool patient_alike_json(Db *db, int64_t person_id, int64_t patient_id, int64_t now_s, json_t **ret, Err *err);

/* By an identifier of an issuer, ours included. *ret_found false: nobody (no error). */
bool patient_by_identifier(Db *db, Slice value, Slice issuer, Patient *ret, bool *ret_found, Err *err);
/* Another system's identifier (IPP of the hospital). ERR_CONFLICT when another patient has it. */
bool patient_identifier_add(Db *db, int64_t patient_id, Slice value, Slice issuer, const PatientBy *by,
                            Err *err);

/* The INS when it may be given out (status QUAL); false otherwise. */
bool patient_ins(const Patient *p, Slice *ret_value, Slice *ret_oid);

/* docs/api.md §3. NULL only when memory is out. */
json_t *patient_json(const Patient *p);

/* "DUPONT Jeanne", "DUPONT Jeanne (MARTIN)" with a used name; "DUPONT^JEANNE" as DICOM writes it. */
void patient_shown_name(const Patient *p, char *ret, size_t size);
void patient_dicom_name(const Patient *p, char *ret, size_t size);

/* Whole years on that day of the patient's own calendar; -1 when the birth date is later. */
int patient_age_on(const Patient *p, int year, int month, int day);
/* The same at that moment (UTC seconds). */
int patient_age_years(const Patient *p, int64_t at_s);

/* ---- comparison (E15) ---- */

typedef struct PatientDifference {
    const char *trait; /* "birth_name", "first_given", "birth_date", "sex", "patient_id" */
    char        expected[128], found[128];
    /* how near: "used-name", "exchanged" (name and given name), "one-letter", "part" (of a compound), "day-and-month",
     * "one-digit", "unknown-date", "missing", "other". All of them differ. */
    const char *kind;
} PatientDifference;
enum { PATIENT_DIFFERENCES_MAX = 6 };

/* What was read at the site, on the patient or a document; empty slices differ. */
typedef struct TraitsGiven {
    Slice birth_name, first_given, birth_date /* YYYY-MM-DD; 00 for what is not known */, sex /* F M U */;
    Slice birth_place; /* INSEE code or name; empty: not asked */
    Slice used_name;   /* likewise */
} TraitsGiven;
/* Another registered patient whom these traits name (a twin, a homonym); 0: nobody. */
bool patient_said_to_be(Db *db, const TraitsGiven *given, int64_t but_id, int64_t *ret, Err *err);
/* How many traits differ: case, accents, hyphens and apostrophes do not count. */
size_t patient_compare(const Patient *p, const TraitsGiven *given,
                       PatientDifference ret[PATIENT_DIFFERENCES_MAX]);

/* The patient as an image says it, in UTF-8; "" when absent. */
typedef struct DicomPatient {
    char id[65], issuer[65];
    char name[325];     /* DICOM PN: FAMILY^GIVEN */
    char birth_date[9]; /* YYYYMMDD */
    char sex[17];
} DicomPatient;
/*
 * What an image says against the patient it was made for. What an image leaves out is no difference, except
 * that it must carry a name or an identifier. The used name is accepted as family name. 'db' looks up other
 * issuers.
 */
bool patient_compare_dicom(Db *db, const Patient *p, const DicomPatient *image,
                           PatientDifference ret[PATIENT_DIFFERENCES_MAX], size_t *ret_count, Err *err);

/* [{"trait","expected","found"}] */
json_t *patient_differences_json(const PatientDifference *differences, size_t count);

#endif
