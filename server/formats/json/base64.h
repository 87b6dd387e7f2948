/*
 * Bytes as text: base64 (RFC 4648 §4), base64url without padding (§5, as WebAuthn sends it), hexadecimal,
 * base32 (§6).
 *
 * Decoders are strict: another character, a wrong length or bits left over are refused, so one value has one
 * spelling.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_JSON_BASE64_H
#define FORMATS_JSON_BASE64_H

#include "base/buf.h"

/* Add to 'ret'; false at its ceiling. */
bool base64_encode(Slice bytes, Buf *ret);
bool base64url_encode(Slice bytes, Buf *ret);
bool base32_encode(Slice bytes, Buf *ret); /* capitals, no padding */

/* Add the decoded bytes to 'ret'. ERR_INPUT not that encoding; ERR_LIMIT the ceiling of 'ret'. */
bool base64_decode(Slice text, Buf *ret, Err *err);    /* padding required */
bool base64url_decode(Slice text, Buf *ret, Err *err); /* padding refused */
bool base32_decode(Slice text, Buf *ret, Err *err);    /* either case, spaces and padding skipped */

/* Lower case, terminated: 'ret' has room for 2 * bytes.len + 1. */
void hex_encode(Slice bytes, char *ret);
/* Exactly 'size' bytes from 2 * size digits of either case; false otherwise. */
bool hex_decode(Slice text, uint8_t *ret, size_t size);

#endif
