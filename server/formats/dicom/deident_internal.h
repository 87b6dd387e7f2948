/*
 * Shared by the files of de-identification: rows of the table, dummies, words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOM_DEIDENT_INTERNAL_H
#define FORMATS_DICOM_DEIDENT_INTERNAL_H

#include "formats/dicom/deident.h"

typedef struct DeidentRow {
    uint32_t tag, mask;
    char     action;      /* X Z D U */
    uint16_t keep, clean; /* options that keep it as it is; that keep it cleaned */
} DeidentRow;

/* NULL: the table does not speak of it. */
const DeidentRow *deident_row(uint32_t tag);

enum { DEIDENT_SECRETS_MAX = 48, DEIDENT_SECRET_LEAST = 5 };

typedef struct Deident {
    unsigned          options;
    const DeidentKey *key;
    DicomWriter      *w;
    Arena            *scratch;
    Slice  secrets[DEIDENT_SECRETS_MAX]; /* names and numbers of this person: in no text that stays */
    size_t secret_count;
} Deident;

void deident_secrets(Deident *d, const Dataset *ds);
bool deident_tells(const Deident *d, const Element *e);

/* A value that says nothing, right for its VR (deident_values.c). */
void deident_dummy(const Deident *d, const Element *e);
/* Every value of a UI element replaced, but those the standard gives (classes, syntaxes). */
void deident_uids(const Deident *d, const Dataset *ds, const Element *e);
/* DA and DT moved; TM and what is no date is left out (dummy). */
void deident_shift(const Deident *d, const Dataset *ds, const Element *e);
/* Text of harmless words only; false when nothing was left (deident_words.c). */
bool deident_words(Slice utf8, Buf *ret);

/* A private attribute that is known to be safe (E.3.10). */
bool deident_private_is_safe(const Dataset *ds, const Element *e);

#endif
