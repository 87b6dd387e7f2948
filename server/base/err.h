/*
 * The one error type: what kind, what may be shown to anybody, what the log may hold.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

typedef enum ErrKind {
    ERR_NONE = 0,
    ERR_INPUT,   /* what was sent is not what the standard says */
    ERR_SIGN_IN, /* we do not know who asks */
    ERR_DENIED,  /* we know, and they may not */
    ERR_NOT_FOUND,
    ERR_CONFLICT,    /* right request, wrong moment: state, version, something missing */
    ERR_LIMIT,       /* too big, too many, too deep */
    ERR_TOO_OFTEN,   /* too many attempts: wait, then again */
    ERR_UNAVAILABLE, /* database, storage or peer is away: retrying may help */
    ERR_FULL,        /* no room left: a disk, or a limit that was set for a site or the whole store */
    ERR_BUG,         /* ours */
} ErrKind;

/* Unavailable or full: the request was right, and the same one may succeed later. */
bool err_may_pass(ErrKind kind);

typedef struct Err {
    ErrKind     kind;
    const char *shown;       /* English text, one of our own literals; its French stands in formats/texts */
    char        detail[256]; /* for the log: UIDs and numbers yes; names, birth dates, tokens never */
} Err;

/*
 * Fills *err unless one is already there (the first cause wins); 'err' may be NULL.
 * 'shown' is a literal that lives for ever. Returns false, so that failing is one line.
 */
bool err_set(Err *err, ErrKind kind, const char *shown, const char *detail, ...)
    __attribute__((format(printf, 4, 5)));

/* Lower-case name of a kind for logs and the API: "input", "sign-in", "denied"... */
const char *err_kind_name(ErrKind kind);

#endif
