/*
 * What people read: one catalogue, keyed by the English text, French beside it; and folding for search.
 *
 * Every text a room gives to err_set stands here in French too (the build checks it), one line in
 * fr_<room>.def: T("English text", "Texte français"). Doors translate; nobody below a door does.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_TEXTS_TEXTS_H
#define FORMATS_TEXTS_TEXTS_H

#include "base/buf.h"

typedef enum Lang { LANG_FR, LANG_EN } Lang;

/* The text in the language; the key itself when English is asked or no French is known. Lives for ever. */
const char *text_in(Lang lang, const char *key);

/* "fr", "fr-FR", "en;q=0.8"...: the first of an Accept-Language value that we speak; French otherwise. */
Lang lang_from_header(Slice accept_language);

/*
 * Adds 'utf8' folded for searching: case, accents, ligatures away; hyphen, apostrophe, '^', '=' become one space.
 * Errors: ERR_INPUT not UTF-8; ERR_LIMIT the buffer's ceiling.
 */
bool text_fold(Slice utf8, Buf *ret, Err *err);

/* Is this valid UTF-8 without control characters other than tab, CR, LF? */
bool text_is_clean_utf8(Slice s);

/* Adds 'utf8' as plain ASCII (accents removed, others '?'): for DIMSE comments and AE titles. */
bool text_ascii(Slice utf8, Buf *ret);

#endif
