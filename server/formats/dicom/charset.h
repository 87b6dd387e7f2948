/*
 * Specific Character Set (0008,0005): from the bytes of a modality to UTF-8, and back.
 *
 * Source: DICOM PS3.3 §C.12.1.1.2; PS3.5 §6.1 (code extensions by ISO 2022, where they start again).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOM_CHARSET_H
#define FORMATS_DICOM_CHARSET_H

#include "base/buf.h"
#include "formats/dicom/tags.h"

enum { CHARSET_TERMS_MAX = 8 };

/* The defined terms of one (0008,0005), as row numbers of our table; count 0 is the default repertoire. */
typedef struct Charset {
    uint8_t terms[CHARSET_TERMS_MAX];
    uint8_t count;
    bool    unknown; /* a term was not understood: text is then read as UTF-8 if it is, as Latin-1 if not */
} Charset;

#define CHARSET_DEFAULT ((Charset) { .count = 0 })

/* 'value' is the raw value of (0008,0005), several terms parted by a backslash. Common misspellings are
 * understood. */
Charset charset_read(Slice value);
bool    charset_is_utf8(const Charset *set);

/*
 * Adds the text as UTF-8. 'vr' says where the character set starts again (PS3.5 §6.1.2.5.3: backslash, and ^
 * and = in PN). '*ret_damaged' (may be NULL) is set to true when a byte meant nothing and became U+FFFD; it
 * is never cleared, so it can gather over several calls. False only at the ceiling of 'ret'.
 */
bool charset_to_utf8(const Charset *set, Vr vr, Slice text, Buf *ret, bool *ret_damaged);

/*
 * Adds UTF-8 text in a character set without code extensions (ISO_IR 100, ISO_IR 192, GB18030...): what
 * cannot be written becomes '?', and '*ret_lossy' (may be NULL) true. False at the ceiling.
 */
bool charset_from_utf8(const Charset *set, Slice utf8, Buf *ret, bool *ret_lossy);

/* Adds bytes that should be UTF-8; each one that is not becomes U+FFFD. False at the ceiling. */
bool charset_add_clean_utf8(Slice text, Buf *ret);

/* Index of the first backslash that parts values, or SIZE_MAX (a backslash may be half a character in
 * GB18030). */
size_t charset_find_backslash(const Charset *set, Slice text);

#endif
