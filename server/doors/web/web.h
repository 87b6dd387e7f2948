/*
 * The inside of the running web door, shared by its handlers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_WEB_WEB_H
#define DOORS_WEB_WEB_H

#include "doors/web/push.h"
#include "doors/web/router.h"
#include "doors/web/sessions.h"
#include "doors/web/trace.h"

struct Web {
    WebHouse    house;
    const char *origin; /* public-url, without a slash at its end */
    bool        demonstration;
    Sessions   *sessions;
    Trace      *trace;
    PushHub    *push;
};

/* ---- small words of the handlers (answers.c) ---- */

/* 200 and this JSON, which is taken over. */
bool answer_json(HttpResponse *a, json_t *taken, Err *err);
/* The same; beside the logins in it stand the names of these people (directory.h). */
bool answer_named(HttpResponse *a, Db *db, json_t *taken, Err *err);
bool answer_text(HttpResponse *a, const char *type, Slice bytes, Err *err); /* copied */

/* The body as a JSON object, borrowed keys checked by the caller; NULL and ERR_INPUT. */
json_t *body_json(Request *q, Err *err);

/* A positive id from the n-th part in braces. ERR_NOT_FOUND otherwise: no such thing has another name. */
bool param_id(const Request *q, size_t n, int64_t *ret, Err *err);

/* A query value as id or count; *ret keeps its default when absent. */
/* The act of the address (its first parameter), and its patient for the trace. ERR_NOT_FOUND: not for this person. */
bool act_of(Request *q, Db *db, int64_t *ret, Err *err);
bool query_int(const Request *q, const char *name, int64_t min, int64_t max, int64_t *ret, Err *err);

void traced_object(Request *q, Slice object);

#endif
