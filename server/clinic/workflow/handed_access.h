/*
 * The one-time access of a recipient without an account: a link and a code, given by two ways. E31, T6.
 *
 * The secrets are shown once to the person who hands them over and kept as hashes. What opens is the signed report
 * alone, until the end, OPENINGS_MAX times, unless it is closed before or WRONG_MAX codes were wrong.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_HANDED_ACCESS_H
#define CLINIC_WORKFLOW_HANDED_ACCESS_H

#include "clinic/workflow/act_house.h"

enum { HANDED_DAYS = 14, HANDED_WRONG_MAX = 5, HANDED_OPENINGS_MAX = 10, HANDED_SECRET_SIZE = 65, HANDED_CODE_SIZE = 9 };

typedef struct HandedAccess {
    char    secret[HANDED_SECRET_SIZE]; /* 64 hexadecimal digits, for the link */
    char    code[HANDED_CODE_SIZE];     /* eight digits, to be given by another way */
    int64_t expires_at_ms;
} HandedAccess;

/* The step hand-access with its secrets; an earlier access of the same line ends. Errors: as act_do. */
bool handed_access_make(ActHouse *house, const Who *who, int64_t act_id, int64_t delivery_id, HandedAccess *ret,
                        MissingList *ret_missing, Err *err);

/*
 * The report as a PDF for whoever has both secrets; each opening and each wrong code is traced, from 'address'.
 * Errors: ERR_DENIED nothing opens with these, or no longer (the same words for all).
 */
bool handed_access_open(ActHouse *house, Slice secret, Slice code, const char *address, Buf *ret, Err *err);

/* Ends what a step closed. */
bool handed_access_follow(Db *db, const ActHouse *house, const Act *before, const Act *after, const ActEvent *event,
                          Err *err);

#endif
