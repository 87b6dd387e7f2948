/*
 * The certificate that somebody shows as a card, as the edge writes it into a header. Nothing made up here may be a good card.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "guard/access/card_certificate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const CardRules RULES = { .authority = "/nonexistent", .revoked = "", .now_s = 1900000000 };
    Card                   card;
    CardVerdict            v = card_judge(slice_bytes(data, size), &RULES, &card);
    if (v == CARD_GOOD || v >= CARD_VERDICTS || card.rpps[0] || !card_verdict_name(v) || strlen(card.serial) >= sizeof card.serial)
        abort();
    return 0;
}
