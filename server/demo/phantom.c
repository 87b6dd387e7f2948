/*
 * Phantoms by name: which maker makes which exam, and an order for files without an act.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "demo/phantom.h"

#include <openssl/sha.h>
#include <stdio.h>

#include "demo/phantom_common.h"
#include "formats/dicom/uid.h"

PhantomKind phantom_kind(Slice name)
{
    static const char *const NAMES[PHANTOM_KINDS] = { "ct", "mr", "dx", "cr", "us", "petct" };
    if (slice_equal_fold(name, SLICE("PT")))
        return PHANTOM_PETCT;
    for (int i = 0; i < PHANTOM_KINDS; i++)
        if (slice_equal_fold(name, slice_of(NAMES[i])))
            return (PhantomKind)i;
    return PHANTOM_KINDS;
}

bool phantom_make(PhantomKind kind, const PhantomOrder *order, PhantomEach *each, void *with, Err *err)
{
    switch (kind) {
    case PHANTOM_CT: return phantom_ct(order, each, with, err);
    case PHANTOM_MR: return phantom_mr(order, each, with, err);
    case PHANTOM_DX: return phantom_xray(order, false, each, with, err);
    case PHANTOM_CR: return phantom_xray(order, true, each, with, err);
    case PHANTOM_US: return phantom_us(order, each, with, err);
    case PHANTOM_PETCT: return phantom_petct(order, each, with, err);
    case PHANTOM_KINDS: break;
    }
    return err_set(err, ERR_INPUT, "There is no phantom of that kind.", "kind %d", (int)kind);
}

void phantom_order_default(unsigned seed, PhantomOrder *ret)
{
    *ret = (PhantomOrder){ .seed = seed };
    uint8_t   digest[SHA256_DIGEST_LENGTH];
    OWNED_BUF text = buf_make(64);
    buf_addf(&text, "phantom study %u", seed);
    (void)SHA256((const unsigned char *)text.at, text.len, digest);
    uid_from_random(digest, ret->study_uid);
    (void)snprintf(ret->patient_name, sizeof ret->patient_name, "FANTOME^NUMERO %u", seed);
    (void)snprintf(ret->patient_id, sizeof ret->patient_id, "PHANTOM-%u", seed);
    slice_copy(SLICE("BECLERE-DEMO"), ret->patient_id_issuer, sizeof ret->patient_id_issuer);
    slice_copy(SLICE("19700101"), ret->birth_date, sizeof ret->birth_date);
    slice_copy(SLICE("F"), ret->sex, sizeof ret->sex);
    slice_copy(SLICE("20260105"), ret->date, sizeof ret->date);
    slice_copy(SLICE("101500"), ret->time, sizeof ret->time);
    slice_copy(SLICE("20260105090000"), ret->injected, sizeof ret->injected);
    slice_copy(SLICE("1"), ret->study_id, sizeof ret->study_id);
    slice_copy(SLICE("Phantom"), ret->procedure, sizeof ret->procedure);
    slice_copy(SLICE("PHANTOM"), ret->station, sizeof ret->station);
}
