/*
 * What may be sent with each step: names, kinds, codes, limits. Pure; the tables are in the chapters.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_FIELDS_H
#define CLINIC_WORKFLOW_ACT_FIELDS_H

#include "clinic/workflow/act_projection.h"

typedef enum FieldKind {
    FIELD_TEXT,
    FIELD_CODE,
    FIELD_INTEGER,
    FIELD_TIME_MS,
    FIELD_BOOLEAN,
    FIELD_TEXT_OR_BOOLEAN,
    FIELD_NUMBER,
    FIELD_OBJECT,
    FIELD_ARRAY /* of at most 'max' items, each looked at by the chapter */
} FieldKind;

/* One row of what may be sent. */
typedef struct ActField {
    const char        *step, *within, *name; /* within: the object it stands in, NULL at the top */
    FieldKind          kind;
    int64_t            max; /* bytes of a text, greatest number */
    const char *const *codes;
    const char        *why; /* set: compulsory */
    const char        *text;
} ActField;

/*
 * A new object with the members that the step knows, checked; what it does not know is left out. 'data' may
 * be NULL. Errors: ERR_INPUT a wrong kind, an unknown code or too long; ERR_CONFLICT a compulsory member is
 * missing ('missing' names each).
 */
bool act_fields_clean(const Act *a, Slice step, const json_t *data, json_t **ret, MissingList *missing, Err *err);

#endif
