/*
 * Tokens cut at their dots, headers held against the list of algorithms, keys taken out of a set.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/jwt.h"

#include "formats/json/base64.h"

#define SHOWN "The answer of the identity provider cannot be read."

static const struct {
    const char  *name;
    JwtAlgorithm algorithm;
} ALGORITHMS[] = { { "RS256", JWT_RS256 }, { "PS256", JWT_PS256 }, { "ES256", JWT_ES256 } };

void jwt_clear(Jwt *t)
{
    buf_free(&t->signature);
    json_decref(t->claims);
    t->claims = NULL;
}

static json_t *part_object(Slice part, Err *err)
{
    OWNED_BUF plain = buf_make(JWT_BYTES_MAX);
    return base64url_decode(part, &plain, err) ? json_parse_object(buf_slice(&plain), err) : NULL;
}

static bool header_read(Slice part, Jwt *ret, Err *err)
{
    OWNED(json_t) *header = part_object(part, err);
    Slice          name   = SLICE_NONE;
    if (!header || !json_need_text(header, "alg", &name, err))
        return false;
    size_t i = 0;
    while (i < COUNT(ALGORITHMS) && !slice_equal_text(name, ALGORITHMS[i].name))
        i++;
    if (i == COUNT(ALGORITHMS))
        return err_set(err, ERR_INPUT, SHOWN, "JWT: algorithm " SLICE_FMT " is not on the list", SLICE_ARG(name));
    if (json_object_get(header, "crit"))
        return err_set(err, ERR_INPUT, SHOWN, "JWT: crit names what we do not know");
    ret->algorithm = ALGORITHMS[i].algorithm;
    return json_may_copy(header, "kid", ret->kid, sizeof ret->kid, err) && json_may_copy(header, "typ", ret->type, sizeof ret->type, err);
}

bool jwt_read(Slice compact, Jwt *ret, Err *err)
{
    *ret = (Jwt){ .signature = buf_make(JWK_RSA_MAX) };
    if (compact.len > JWT_BYTES_MAX)
        return err_set(err, ERR_LIMIT, SHOWN, "JWT of %zu bytes", compact.len);
    Slice rest = compact, header = slice_cut(&rest, '.');
    Slice claims = slice_cut(&rest, '.');
    if (!header.len || !claims.len || !rest.len || memchr(rest.at, '.', rest.len))
        return err_set(err, ERR_INPUT, SHOWN, "JWT: not three parts");
    ret->covered = (Slice){ compact.at, header.len + 1 + claims.len };
    return header_read(header, ret, err) && base64url_decode(rest, &ret->signature, err) && (ret->claims = part_object(claims, err)) != NULL;
}

/* ---- keys ---- */

/* A number of at most 'room' bytes, without zeros in front. */
static bool number_read(const json_t *key, const char *member, uint8_t *ret, size_t room, size_t *ret_len)
{
    OWNED_BUF bytes = buf_make(room + 8);
    Slice     text  = SLICE_NONE;
    if (!json_need_text(key, member, &text, NULL) || !base64url_decode(text, &bytes, NULL))
        return false;
    Slice plain = buf_slice(&bytes);
    while (plain.len && plain.at[0] == 0)
        plain = slice_part(plain, 1, SIZE_MAX);
    if (!plain.len || plain.len > room)
        return false;
    memcpy(ret, plain.at, plain.len);
    *ret_len = plain.len;
    return true;
}

/* A coordinate of P-256: exactly 32 bytes (RFC 7518 §6.2.1.2). */
static bool coordinate_read(const json_t *key, const char *member, uint8_t ret[JWK_EC_BYTES])
{
    OWNED_BUF bytes = buf_make(JWK_EC_BYTES);
    Slice     text  = SLICE_NONE;
    if (!json_need_text(key, member, &text, NULL) || !base64url_decode(text, &bytes, NULL) || bytes.len != JWK_EC_BYTES)
        return false;
    memcpy(ret, bytes.at, JWK_EC_BYTES);
    return true;
}

static bool text_is(const json_t *key, const char *member, const char *value, bool when_absent)
{
    const json_t *text = json_object_get(key, member);
    return text ? json_is_string(text) && strcmp(json_string_value(text), value) == 0 : when_absent;
}

static bool key_read(const json_t *key, const Jwt *jwt, Jwk *ret)
{
    *ret = (Jwk){ .ec = jwt->algorithm == JWT_ES256 };
    if (!json_is_object(key) || !text_is(key, "use", "sig", true) || !text_is(key, "kty", ret->ec ? "EC" : "RSA", false) ||
        !text_is(key, "alg", ALGORITHMS[jwt->algorithm].name, true) || (jwt->kid[0] && !text_is(key, "kid", jwt->kid, false)))
        return false;
    if (ret->ec)
        return text_is(key, "crv", "P-256", false) && coordinate_read(key, "x", ret->x) && coordinate_read(key, "y", ret->y);
    return number_read(key, "n", ret->n, JWK_RSA_MAX, &ret->n_len) && ret->n_len >= JWK_RSA_MIN &&
           number_read(key, "e", ret->e, sizeof ret->e, &ret->e_len) && ret->e[ret->e_len - 1] % 2 == 1 && (ret->e_len > 1 || ret->e[0] > 1);
}

bool jwks_find(const json_t *set, const Jwt *jwt, Jwk *ret, Err *err)
{
    json_t *keys = NULL;
    size_t  fit  = 0;
    Jwk     one;
    if (!json_need_array(set, "keys", JWKS_KEYS_MAX, &keys, err))
        return false;
    for (size_t i = 0; i < json_array_size(keys); i++) {
        if (!key_read(json_array_get(keys, i), jwt, &one))
            continue;
        *ret = one;
        fit++;
    }
    return fit == 1 || err_set(err, ERR_NOT_FOUND, SHOWN, "JWKS: %zu keys fit the kid “%.64s”", fit, jwt->kid);
}
