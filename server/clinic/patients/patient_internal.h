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

/* Would somebody take one for the other? 'ret_homonym': same names and birth date. */
bool patients_look_alike(const Patient *a, const Patient *b);

PatientStatus patient_status_from_name(Slice name);

/* ---- store (patient_store.c) ---- */

bool patient_insert(Db *db, Patient *p, Err *err); /* sets id and ipp */
bool patient_save(Db *db, Patient *p, Err *err);   /* version grows */
bool patient_by_ins(Db *db, Slice value, Slice oid, Patient *ret, bool *ret_found, Err *err);
bool patient_lookalikes(Db *db, const Patient *p, PatientHomonyms *ret, Err *err);
/* 'before' NULL: created. 'draft' may be NULL. */
bool patient_remember(Db *db, const Patient *before, const Patient *after, const PatientDraft *draft,
                      const char *what, const PatientBy *by, Err *err);

#endif
