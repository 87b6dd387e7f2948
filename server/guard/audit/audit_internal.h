/*
 * What a line of the trace hashes to: shared by adding and verifying.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_AUDIT_AUDIT_INTERNAL_H
#define GUARD_AUDIT_AUDIT_INTERNAL_H

#include "guard/audit/audit.h"

enum { AUDIT_HASH_SIZE = 65 }; /* 64 hex digits and a terminator */
#define AUDIT_FIRST "0000000000000000000000000000000000000000000000000000000000000000"

/* Every column of a stored line but its own hash, in the order of the table. */
enum { AUDIT_NUMBERS = 6, AUDIT_TEXTS = 9 };
typedef struct AuditRow {
    int64_t numbers[AUDIT_NUMBERS]; /* id, at_ms, person, organisation, patient, act */
    Slice   texts[AUDIT_TEXTS]; /* event, outcome, actor, factors, origin, what, object, detail, previous */
} AuditRow;

/*
 * SHA-256 over "beclere-audit-1", then each number as 8 bytes big-endian, then each text as its length (4
 * bytes big-endian) and its bytes. Lengths make it unambiguous: no two different lines give the same bytes.
 */
bool audit_hash(const AuditRow *row, char ret[AUDIT_HASH_SIZE], Err *err);

#endif
