/*
 * Ownership written in the type of a variable: OWNED frees at the end of the scope, GIVE hands on.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BASE_OWN_H
#define BASE_OWN_H

#include <stddef.h>
#include <stdlib.h>

/* After a type's free function: makes OWNED(Type) usable for it. 'free_fn' takes NULL. */
#define OWNED_BY(Type, free_fn)                                                                    \
    static inline __attribute__((unused)) void Type##_owned_(Type **p) { free_fn(*p); }

/* OWNED(Type) *x = ...; frees x at the end of the scope. */
#define OWNED(Type) __attribute__((cleanup(Type##_owned_))) Type

/* Hands 'p' on to somebody else: returns it and empties the variable. */
#define GIVE(p)                                                                                    \
    ({                                                                                             \
        __typeof__(p) given_ = (p);                                                                \
        (p)                  = NULL;                                                               \
        given_;                                                                                    \
    })

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* For plain malloc'ed text: OWNED_TEXT char *s = ...; */
static inline __attribute__((unused)) void own_free_text_(char **p) { free(*p); }
#define OWNED_TEXT __attribute__((cleanup(own_free_text_)))

#endif
