/*
 * The certificate of a professional's card, judged: who made it, what for, is it in force, was it revoked, whose number is on it. X1.
 *
 * The handshake (at the edge) proved that the other side holds its key; nothing of what the edge thinks of the certificate is believed here.
 * Source: shape of IGC-Santé certificates for persons (CN is the PS_IdNat) and organisations (OU is the Struct_IdNat); RFC 5280.
 * docs/decisions/0124-cards.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_CARD_CERTIFICATE_H
#define GUARD_ACCESS_CARD_CERTIFICATE_H

#include "base/buf.h"

typedef enum CardVerdict {
    CARD_WAITED = 0,     /* not shown yet */
    CARD_GOOD,
    CARD_NONE,           /* no certificate came */
    CARD_UNREADABLE,
    CARD_WRONG_AUTHORITY,
    CARD_NOT_IN_FORCE,   /* before or after its dates */
    CARD_REVOKED,
    CARD_NOT_FOR_THIS,   /* not made to sign people in (extended key usage clientAuth) */
    CARD_ORGANISATION,   /* an organisation's, not a person's */
    CARD_NO_NUMBER,      /* no RPPS number on it */
    CARD_LIST_MISSING,   /* no revocation list of its authority */
    CARD_LIST_STALE,     /* out of date longer than is allowed */
    CARD_VERDICTS
} CardVerdict;

typedef struct CardRules {
    const char *authority; /* PEM: roots and what stands between, of persons only */
    const char *revoked;   /* PEM: their revocation lists */
    int64_t     grace_s;   /* how long after its end a list still serves, with an alarm */
    int64_t     now_s;
} CardRules;

typedef struct Card {
    char    rpps[12];
    char    serial[64]; /* hexadecimal, cut when longer; "" when not read */
    int64_t stale_s;    /* the list that was used ended so long ago; 0: fresh */
} Card;

enum { CARD_PEM_MAX = 16 << 10 };

/* 'pem' may be percent-encoded, as the edge writes it into a header. ret->serial is filled whenever it could be read, the rest when CARD_GOOD. */
CardVerdict card_judge(Slice pem, const CardRules *rules, Card *ret);

/* Why not, for the person; for the trace. Literals. */
const char *card_verdict_shown(CardVerdict v);
const char *card_verdict_name(CardVerdict v);

/* How long the oldest list of the file has been out of date (s), 0 fresh, -1 no list can be read. */
int64_t card_lists_stale_s(const char *path, int64_t now_s);

#endif
