/*
 * Shared inside the room: the pure rules and the only SQL of the table.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_PATIENTS_PATIENT_INTERNAL_H
#define CLINIC_PATIENTS_PATIENT_INTERNAL_H

#include "clinic/patients/patient.h"

/* ---- rules (patient_rules.c): pure ---- */

/* Capitals without accent, ligature or cedilla; hyphen, apostrophe and single spaces kept. */
bool trait_normalise(Slice typed, char *ret, size_t size, const char *field, Err *err);
/* Folded for search and comparison; "" when it cannot be. */
void trait_key(Slice text, char *ret, size_t size);
bool traits_same(Slice a, Slice b); /* by their keys */

/* A date as people say it, "1950-00-00" too: by the rule (unknown day: the first; unknown month: 31 December). */
bool birth_date_settle(Slice said, char ret[11], char ret_known[6]);
bool birth_date_check(Slice iso, int64_t now_s, Err *err);
bool birth_place_check(Slice code, Err *err);
bool ins_check(Slice value, Slice oid, InsOids oids, Err *err);
bool document_check(Slice document, Err *err); /* one of the kinds we know */

/* Takes the draft over into 'p': normalised and checked; empty members of the draft leave 'p' as it is. */
bool draft_apply(Patient *p, const PatientDraft *draft, InsOids oids, int64_t now_s, Err *err);
bool strict_traits_complete(const Patient *p, Err *err);
bool strict_traits_equal(const Patient *a, const Patient *b);

/* The status that these facts give; also drops what the attributes forbid. */
void status_settle(Patient *p);

/* A minor's certificate or family book: trusted with a document of high trust of the parent. */
bool document_is_of_minors(Slice document);

/* ---- who looks alike (patient_alike.c): pure, but for the list's digest ---- */

/* Would somebody take one for the other? */
bool patients_look_alike(const Patient *a, const Patient *b);
bool one_slip(const char *a, const char *b); /* one keystroke apart */
bool one_is_part(const char *a, const char *b); /* folded names: a whole word of the other */
bool days_and_months_exchanged(const char *a, const char *b);
void homonyms_digest(PatientHomonyms *list);
bool alike_remember(Db *db, const Patient *p, const PatientHomonyms *alike, AlikeDecision decision, const PatientBy *by,
                    Err *err);

PatientStatus patient_status_from_name(Slice name);

/* ---- search (patient_search.c) ---- */

/* At most three letters of a name, folded: what a search goes by. */
void search_letters(Slice name, char ret[16]);

/* ---- store (patient_store.c) ---- */

bool patient_insert(Db *db, Patient *p, Err *err); /* sets id and ipp */
bool patient_save(Db *db, Patient *p, Err *err);   /* version grows */
bool patient_by_ins(Db *db, Slice value, Slice oid, Patient *ret, bool *ret_found, Err *err);
bool patient_lookalikes(Db *db, const Patient *p, PatientHomonyms *ret, Err *err);
/* 'before' NULL: created. 'draft' may be NULL. */
bool patient_remember(Db *db, const Patient *before, const Patient *after, const PatientDraft *draft,
                      const char *what, const PatientBy *by, Err *err);

#endif
