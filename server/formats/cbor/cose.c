/*
 * Public keys as authenticators give them: COSE_Key, the three kinds we accept.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/cbor/cose.h"

#include "base/own.h"

enum { KEY_TYPE = 1, KEY_ALGORITHM = 3, KEY_CURVE_OR_N = -1, KEY_X_OR_E = -2, KEY_Y = -3 };

/* The parameters of a key, by label: what each algorithm wants. */
typedef struct KeyKind {
    CoseAlgorithm algorithm;
    int64_t       type;   /* 1 OKP, 2 EC2, 3 RSA */
    int64_t       curve;  /* 0: none, label -1 is the modulus */
    size_t        second; /* bytes of label -2 */
    size_t        third;  /* bytes of label -3, 0: absent */
} KeyKind;

static const KeyKind KINDS[] = {
    { COSE_ALG_ES256, 2, 1, 32, 32 },
    { COSE_ALG_EDDSA, 1, 6, 32, 0 },
    { COSE_ALG_RS256, 3, 0, 3, 0 },
};
enum { RSA_BYTES = 256, LABELS_MAX = 16 };

typedef struct Found {
    CborItem type, algorithm, first, second, third;
    unsigned seen; /* one bit a label */
} Found;

static bool wrong_key(const char *why, Err *err)
{
    return err_set(err, ERR_INPUT, "This kind of passkey is not supported.", "COSE key: %s", why);
}

static CborItem *place_of(Found *f, int64_t label, unsigned *ret_bit)
{
    static const int64_t LABELS[] = { KEY_TYPE, KEY_ALGORITHM, KEY_CURVE_OR_N, KEY_X_OR_E, KEY_Y };
    CborItem *const      places[] = { &f->type, &f->algorithm, &f->first, &f->second, &f->third };
    for (unsigned i = 0; i < COUNT(LABELS); i++)
        if (LABELS[i] == label) {
            *ret_bit = 1U << i;
            return places[i];
        }
    return NULL;
}

static bool find_parameters(Reader *in, Found *ret, Err *err)
{
    CborItem map;
    if (!cbor_read(in, &map, err))
        return false;
    if (map.kind != CBOR_MAP || map.number > LABELS_MAX)
        return wrong_key("not a map", err);
    for (uint64_t i = 0; i < map.number; i++) {
        CborItem label;
        int64_t  number = 0;
        unsigned bit    = 0;
        if (!cbor_read(in, &label, err))
            return false;
        if (!cbor_int(&label, &number))
            return wrong_key("a label that is not a number", err);
        CborItem *place = place_of(ret, number, &bit);
        if (!place) {
            if (!cbor_skip(in, err))
                return false;
            continue;
        }
        if (ret->seen & bit)
            return wrong_key("a label twice", err);
        ret->seen |= bit;
        if (!cbor_read(in, place, err))
            return false;
        if (place->kind != CBOR_BYTES && place->kind != CBOR_UNSIGNED && place->kind != CBOR_NEGATIVE)
            return wrong_key("a parameter of another kind", err);
    }
    return true;
}

static bool is_bytes(const CborItem *item, size_t len)
{
    return item->kind == CBOR_BYTES && item->bytes.len == len;
}

/* Everything that the kind wants is there in the right size; what was not seen is zero, so an unsigned 0. */
static bool fits(const KeyKind *kind, const Found *f)
{
    int64_t type = 0, curve = 0;
    bool    first =
        kind->curve ? cbor_int(&f->first, &curve) && curve == kind->curve : is_bytes(&f->first, RSA_BYTES);
    return cbor_int(&f->type, &type) && type == kind->type && first && is_bytes(&f->second, kind->second) &&
           (!kind->third || is_bytes(&f->third, kind->third));
}

bool cose_key_read(Reader *in, CoseKey *ret, Err *err)
{
    Found   f         = { 0 };
    int64_t algorithm = 0;
    if (!find_parameters(in, &f, err))
        return false;
    if (!cbor_int(&f.algorithm, &algorithm))
        return wrong_key("no algorithm", err);
    for (size_t i = 0; i < COUNT(KINDS); i++) {
        if ((int64_t)KINDS[i].algorithm != algorithm)
            continue;
        if (!fits(&KINDS[i], &f))
            return wrong_key("type, curve or size does not fit the algorithm", err);
        bool rsa = KINDS[i].curve == 0;
        *ret     = (CoseKey) {
                .algorithm = KINDS[i].algorithm,
                .x         = rsa ? SLICE_NONE : f.second.bytes,
                .y         = KINDS[i].third ? f.third.bytes : SLICE_NONE,
                .n         = rsa ? f.first.bytes : SLICE_NONE,
                .e         = rsa ? f.second.bytes : SLICE_NONE,
        };
        return true;
    }
    return wrong_key("an algorithm that was not offered", err);
}
