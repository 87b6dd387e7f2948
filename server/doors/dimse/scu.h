/*
 * The user side: call a peer, echo, send objects, ask its worklist. For the demonstration's modality, and for
 * tests.
 *
 *     OWNED(Scu) *scu = scu_connect(&wish, err);
 *     if (!scu || !scu_store_file(scu, file, &status, err) || !scu_release(scu, err)) ...
 *
 * Blocking; one thread owns it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_DIMSE_SCU_H
#define DOORS_DIMSE_SCU_H

#include "base/err.h"
#include "base/own.h"
#include "base/slice.h"
#include "formats/dicom/tags.h"

typedef struct Scu Scu;

enum { SCU_SYNTAXES_MAX = 8 };

/* Proposed as one presentation context. */
typedef struct ScuContext {
    const char *sop_class;
    const char *syntaxes[SCU_SYNTAXES_MAX]; /* best first; ended by NULL when fewer */
} ScuContext;

typedef struct ScuWish {
    const char       *host; /* not looked at by scu_over */
    int               port;
    const char       *calling, *called;
    const ScuContext *contexts;
    size_t            context_count; /* at most 128 */
    int               timeout_ms;    /* to connect, and for each answer; 0: 30 s */
} ScuWish;

/* Errors: ERR_UNAVAILABLE not there, too busy or late; ERR_DENIED rejected for good (detail has the reason).
 */
Scu *scu_connect(const ScuWish *wish, Err *err);
Scu *scu_over(int fd, const ScuWish *wish, Err *err); /* takes over a connected socket */
void scu_free(Scu *s);                                /* aborts when not released */
OWNED_BY(Scu, scu_free)

/* Transfer syntax that the peer accepted for this SOP class; NULL when it refused. Borrowed. */
const char *scu_syntax(const Scu *s, const char *sop_class);

/* ERR_UNAVAILABLE when the peer does not answer with success. */
bool scu_echo(Scu *s, Err *err);

/*
 * Sends one data set as it is, in 'syntax_uid'. True: the peer answered, with *ret_status (0 success, Bxxx
 * warning, else failure; command.h). Errors: ERR_CONFLICT the peer did not accept this class in this syntax.
 */
bool scu_store(Scu *s, const char *sop_class, const char *sop_instance, const char *syntax_uid,
               Slice data_set, uint16_t *ret_status, Err *err);

/* The same for a Part 10 file: its meta information says the rest. */
bool scu_store_file(Scu *s, Slice file, uint16_t *ret_status, Err *err);

/* One answer of a query; borrowed. False: enough, the rest is cancelled. */
typedef bool ScuAnswer(Slice identifier, TransferSyntax syntax, uint16_t status, void *arg);

/* 'identifier' is written in the syntax of scu_syntax(). *ret_status is the last one (0, FE00 when
 * cancelled...). */
bool scu_find(Scu *s, const char *sop_class, Slice identifier, ScuAnswer *each, void *arg,
              uint16_t *ret_status, Err *err);

/* The end in order. */
bool scu_release(Scu *s, Err *err);

#endif
