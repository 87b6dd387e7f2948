/*
 * The rules of the files: which item is compulsory for which role and kind of act, and whether it is there. S5, O3, O5, O6, L1, L13.
 *
 * Pure: no database, clock or network. Days are "YYYY-MM-DD" of the organisation's own time zone; the last day counts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_STAFF_STAFF_RULES_H
#define CLINIC_STAFF_STAFF_RULES_H

#include "base/err.h"
#include "clinic/reports/missing.h"
#include "clinic/staff/staff_kinds.h"

enum { STAFF_DAY = 11 }; /* bytes of "YYYY-MM-DD" */

typedef struct StaffItem {
    int64_t          id, subject_id, procedure_id, document_id; /* 0: none */
    const StaffKind *kind;
    char             label[128], issuer[128], number[64], note[512];
    char             from[STAFF_DAY], until[STAFF_DAY], assessed_on[STAFF_DAY];
    char             result[8]; /* "passed", "failed", "" */
    bool             measured;
    double           luminance_max, luminance_min; /* cd/m²; 0: not measured */
    double           ambient_lux;                  /* lux */
    double           grey_error;                   /* per cent from the grey scale of PS3.14 */
    bool             verified, is_signed;
    unsigned         subject_roles; /* of the person, when it is recorded: their profession may shorten its validity */
} StaffItem;

/* In the order of "better". */
typedef enum StaffState { ITEM_MISSING, ITEM_EXPIRED, ITEM_FAILED, ITEM_AHEAD, ITEM_UNVERIFIED, ITEM_SOON, ITEM_VALID } StaffState;
const char *staff_state_name(StaffState s); /* "missing", "expired", "failed", "ahead", "unverified", "soon", "valid" */
static inline bool staff_state_fits(StaffState s) { return s >= ITEM_SOON; }

enum { STAFF_SOON_DAYS = 60 };

/* Days since 1970-01-01; false when it is not a day of the calendar. */
bool staff_day(Slice day, int64_t *ret);
void staff_day_text(int64_t days, char ret[STAFF_DAY]);

StaffState staff_item_state(const StaffItem *item, int64_t today);

/*
 * The best state among the items of one kind (and, where the kind is about a protocol, of that one). An assessment that
 * was failed puts aside all that were passed before it. *ret_item NULL: none. 'procedure_id' 0: any.
 */
StaffState staff_best(const StaffItem *items, size_t count, const StaffKind *kind, int64_t procedure_id, int64_t today,
                      const StaffItem **ret_item);

/* Was it put aside by an assessment of the same kind (and protocol) that was failed after it? */
bool staff_put_aside(const StaffItem *items, size_t count, const StaffItem *one, int64_t today);

/* ---- what is compulsory ---- */

enum { WHEN_ALWAYS = 0, WHEN_IRRADIATING = 1 << 0, WHEN_NUCLEAR = 1 << 1 };
/* What an act with this modality is ("CT", "NM", DICOM PS3.3 §C.7.3.1.1.1): WHEN_… bits. */
unsigned staff_when(Slice modality);

/* Whom or what a rule is about: roles of a person, purposes of a room, kinds of an equipment. */
enum { ROOM_FOR_EXAM = 1 << 0, ROOM_FOR_READING = 1 << 1 };
enum { EQUIPMENT_MODALITY = 1 << 0, EQUIPMENT_WORKSTATION = 1 << 1, EQUIPMENT_DISPLAY = 1 << 2, EQUIPMENT_NETWORK = 1 << 3 };
unsigned    room_purpose(Slice name);   /* "exam", "reading"; 0 unknown */
unsigned    equipment_kind(Slice name); /* "modality", "workstation", "display", "network"; 0 unknown */

typedef struct StaffRule {
    const char *kind;   /* a code of STAFF_KINDS */
    unsigned    whom;
    unsigned    when;   /* all of these must hold; 0: for every act */
    bool        blocks; /* false: only warned about */
    const char *code;   /* "staff-insurance" */
    const char *text;   /* what is missing and what to do; English key */
    const char *why;    /* requirement */
} StaffRule;

extern const StaffRule STAFF_RULES[];
extern const size_t    STAFF_RULE_COUNT;

/*
 * Adds to 'blocking' and 'warning' (each may be NULL) what the rules ask of this subject and the items do not give. Rules
 * about protocols are left to the caller, who knows which there are.
 */
void staff_rules_check(StaffSubject subject, unsigned whom, unsigned when, const StaffItem *items, size_t count, int64_t today,
                       MissingList *blocking, MissingList *warning);

/* ---- recording ---- */

/* Is the item complete for its kind? ERR_INPUT says what is missing and what to do. Sets the result of measured ones. */
bool staff_item_check(StaffItem *item, const char *modality, int64_t today, Err *err);

/* Displays and light: reasons why the values do not fit, as English keys; 0 when they do. has-context §3. */
size_t staff_measured_faults(const StaffItem *item, const char *modality, const char *ret[8]);

#endif
