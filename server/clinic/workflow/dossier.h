/*
 * The proof file of an act: who did what, when, under which convention and consent; signed, and verifiable without this server. X4.
 *
 * A zip of: dossier.json (all of it, for machines), dossier.json.sig (the seal, guard/audit/seal.h, purpose "dossier"), dossier.pdf (the
 * same for people), dossier.pub (the public key; to be compared with the one the house publishes), verify.py (checks it anywhere), LISEZMOI.txt.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_DOSSIER_H
#define CLINIC_WORKFLOW_DOSSIER_H

#include "clinic/workflow/act.h"

enum { DOSSIER_BYTES_MAX = 64 << 20 };

/* Adds the zip. ERR_NOT_FOUND no such act for this person; ERR_UNAVAILABLE no keys folder (tests), or the key. */
bool dossier_zip(ActHouse *house, const Who *who, int64_t act_id, Buf *ret, Err *err);

/* The public key, PEM: what a verifier trusts. */
bool dossier_public_key(ActHouse *house, Buf *ret, Err *err);

/* What a dossier turned out to be. */
typedef struct DossierCheck {
    char    number[24];
    int64_t events;
    int64_t broken_seq; /* 0: the chain of events is whole */
} DossierCheck;
/* 'json' and 'signature' as in the zip, 'public_key' a PEM file. ERR_DENIED the seal does not fit; ERR_INPUT it is no dossier. */
bool dossier_check(Slice json, Slice signature, const char *public_key, DossierCheck *ret, Err *err);

#endif
