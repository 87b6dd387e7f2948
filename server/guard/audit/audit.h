/*
 * The trace: one hash-chained line per read, change and refusal. X3, X5.
 *
 * Each line carries the SHA-256 of the line before it and of its own content, so that an altered, removed or moved line
 * is found (audit_verify names the first one). Lines are only added, inside the write transaction of the fact itself.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_AUDIT_AUDIT_H
#define GUARD_AUDIT_AUDIT_H

#include "platform/db/db.h"

typedef enum AuditEvent {
    AUDIT_UNSET = 0, /* a route row with this does not start */
    AUDIT_NOTHING,   /* explicitly none: health, static texts */
    AUDIT_SIGN_IN,
    AUDIT_SIGN_OUT,
    AUDIT_ACCOUNT, /* account, factor, role, organisation changed */
    AUDIT_SEARCH,
    AUDIT_READ,
    AUDIT_CREATE,
    AUDIT_CHANGE,
    AUDIT_DELETE,
    AUDIT_VIEW_IMAGE,
    AUDIT_STORE, /* instance received */
    AUDIT_SEND,  /* instance or document left */
    AUDIT_STEP,  /* a step of an act */
    AUDIT_SIGN,  /* a report signed */
    AUDIT_EXPORT,
    AUDIT_PEER,  /* DICOM/HL7 peer admitted or refused */
    AUDIT_SYSTEM, /* start, stop, verification, incident of the platform */
    AUDIT_EVENTS
} AuditEvent;

const char *audit_event_name(AuditEvent e); /* "sign-in", "view-image"... */

typedef enum AuditOutcome { AUDIT_OK, AUDIT_REFUSED, AUDIT_FAILED } AuditOutcome;

typedef struct AuditLine {
    AuditEvent   event;
    AuditOutcome outcome;
    int64_t      person_id;       /* 0: a system or unknown */
    int64_t      organisation_id; /* 0: none */
    int64_t      patient_id;      /* 0: none */
    int64_t      act_id;          /* 0: none */
    const char  *actor;           /* login, or "peer:STORESCU", "system:jobs" */
    const char  *factors;         /* "password+totp", "passkey", "" */
    const char  *origin;          /* network address */
    const char  *what;            /* route or step: "POST /api/acts/{id}/steps/start" */
    const char  *object;          /* UID or id concerned, may be "" */
    const char  *detail;          /* short: refusal text, counts; never clinical content */
} AuditLine;

/* Adds one line inside the caller's write transaction. NULL strings read as "". */
bool audit_add(Db *db, const AuditLine *line, Err *err);

typedef struct AuditCheck {
    int64_t lines;         /* read */
    int64_t first_broken;  /* id of the first line that does not fit, 0 when all do */
    char    why[128];      /* "content altered", "line removed before", "order changed" */
} AuditCheck;

/* Walks the whole chain. True when it could be read; look at first_broken. */
bool audit_verify(Db *db, AuditCheck *ret, Err *err);

#endif
