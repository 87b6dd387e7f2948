/*
 * What the handlers of the staff room share: whose roles count, work in a transaction with its trace, fresh proofs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_WEB_HANDLERS_STAFF_H
#define DOORS_WEB_HANDLERS_STAFF_H

#include "clinic/staff/staff.h"
#include "clinic/staff/staff_file.h"
#include "clinic/staff/staff_procedures.h"
#include "clinic/staff/staff_register.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"

/* In one write transaction: 'run', then the line of the trace. */
typedef bool StaffRun(Db *db, Request *q, void *with, Err *err);
bool staff_write(Request *q, StaffRun *run, void *with, Err *err);

/* Roles of who asks that count for this person's file: of shared organisations, STAFF_SELF, an imager of a partner. */
bool staff_roles_for(Db *db, const Request *q, int64_t person_id, unsigned *ret, Err *err);
/* May they open it at all? ERR_DENIED. */
bool staff_may_open(unsigned roles, Err *err);
/* Roles in an organisation; ERR_DENIED when not a member. */
bool staff_roles_in(const Request *q, int64_t organisation_id, unsigned *ret, Err *err);
/* ?organisation=, or the first organisation of who asks. */
bool staff_organisation(Request *q, int64_t *ret, Err *err);

StaffBy staff_by(Request *q, unsigned roles, char factors[64]);

/* The "proof" of a body, checked for this purpose, thing and digest, inside the transaction. */
typedef struct StaffProof {
    const char *purpose;
    int64_t     id;
    const char *digest;
    char        kind[16];
    bool        refused;
} StaffProof;
bool staff_prove(Db *db, Request *q, const json_t *body, StaffProof *p, Err *err);
/* After staff_write: a refusal counts towards throttling. Returns 'ok'. */
bool staff_proved(Request *q, const StaffProof *p, bool ok);

/* The trace names the thing: "person 12", "item 45"; 'detail' a code, never content. */
void staff_traced(Request *q, const char *what, int64_t id, const char *detail);

/* An item from a body: kind, dates, values; the subject is the caller's. */
bool staff_item_read(Db *db, Request *q, const json_t *body, StaffSubject subject, StaffItem *ret, Err *err);
/* A document that who asks uploaded; 0 is none. */
bool staff_own_document(Db *db, const Request *q, int64_t document_id, Err *err);

#endif
