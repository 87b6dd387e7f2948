/*
 * Seals: signatures of this house over a digest, by an Ed25519 key whose public half is to be kept elsewhere. X4, X5.
 *
 * A key is a pair of files NAME.key (0600) and NAME.pub in a folder. What is signed is the text "beclere-NAME-1", a line feed and the
 * SHA-256 in hexadecimal, so that a seal of one purpose proves nothing for another and any Ed25519 tool can check it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_AUDIT_SEAL_H
#define GUARD_AUDIT_SEAL_H

#include "base/buf.h"

/* Makes the pair when it is not there. ERR_UNAVAILABLE. */
bool seal_keys_ready(const char *folder, const char *name, Err *err);
/* Adds "ed25519 HEX" and a line feed. */
bool seal_make(const char *folder, const char *name, const uint8_t digest[32], Buf *ret, Err *err);
/* 'public_key': path of a PEM file. ERR_DENIED not by this key, or not this digest; ERR_INPUT the key is none. */
bool seal_check(const char *public_key, const char *name, const uint8_t digest[32], Slice signature, Err *err);
/* Adds the public half as PEM, making the pair when it is not there. */
bool seal_public_key(const char *folder, const char *name, Buf *ret, Err *err);
/* SHA-256 of the public key (SubjectPublicKeyInfo), in hexadecimal. */
bool seal_key_fingerprint(const char *public_key, char ret[65], Err *err);

#endif
