/*
 * The router: from a request to its row of the route table, and the rules applied in one place around every
 * handler.
 *
 * Before: route, session, permission, CSRF and Origin, size. After: the trace, the status of an error, one
 * log line.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_WEB_ROUTER_H
#define DOORS_WEB_ROUTER_H

#include <jansson.h>

#include "doors/web/http.h"
#include "doors/web/web_server.h"
#include "guard/access/who.h"
#include "guard/audit/audit.h"

typedef struct Web     Web;     /* the running door: house, sessions remembered, trace, push hub (web.h) */
typedef struct Request Request; /* below */
typedef struct Route   Route;

/* Fills the answer; false with *err set: the router makes the refusal of it. */
typedef bool Handler(Request *q, HttpResponse *a, Err *err);

/* For bodies that are not kept: begin sets q->receiving, feed takes each block, drop frees what is left. */
typedef struct Receiver {
    bool (*begin)(Request *q, Err *err);
    bool (*feed)(Request *q, Slice block, Err *err);
    void (*drop)(void *receiving);
} Receiver;

/* Who writes the line of the trace when the handler was reached. Refusals before it are always ours. */
typedef enum TracedBy {
    BY_DOOR = 0, /* the router, before the answer leaves; a read once per session and object in 10 minutes */
    BY_WORK,     /* success stands in the transaction of the fact; what failed is written by the router */
    BY_ROOM,     /* both, by the room below */
} TracedBy;

typedef enum When {
    ALWAYS = 0,
    DEMONSTRATION
} When; /* DEMONSTRATION: the route does not exist in production */

struct Route {
    Method      method;
    const char *pattern; /* "/api/acts/{id}/steps/{step}"; a part in braces takes one part of the path */
    unsigned    may;     /* any one of these permissions is enough */
    AuditEvent  audit;
    TracedBy    by;
    int64_t     body_max; /* bytes; 0: no body */
    Handler    *handler;
    When        when;
    bool origin_only; /* a step of signing in: the page has no CSRF value yet, Origin and SameSite stand for
                         it */
    const Receiver *receiver; /* NULL: the body is kept whole */
    bool signed_body; /* not from our page but from a server: the signature within the body is checked by the handler and stands for Origin and CSRF */
};

enum { ROUTE_PARAMS_MAX = 8, PARAM_BYTES_MAX = 1024 };

/* What the trace says beside the route; a handler fills what it knows. */
typedef struct Traced {
    int64_t person_id; /* 0: who asked */
    int64_t patient_id, act_id, organisation_id;
    int64_t beside_patient_id; /* another patient shown in the same answer: a line of their own; 0: none */
    char    object[160]; /* UID or id; reads are remembered per session and object */
    char    detail[96];  /* counts, never clinical content */
} Traced;

struct Request {
    HttpRequest    *http;
    Web            *web;
    const WebHouse *house;
    const Route    *route;
    Slice           param[ROUTE_PARAMS_MAX]; /* in the order of the pattern */
    Who             who;                     /* person_id 0: nobody */
    Arena          *arena;
    Slice           body;
    Lang            lang;
    Traced          traced;
    void           *receiving;
    json_t         *refusal; /* members put into "error" of a refusal ("missing"); taken over */
    json_t         *beside;  /* members put beside "error" (homonyms, their revision); taken over */
    int             status;  /* instead of the one the error's kind says (405, 406, 415); 0: that one */
    Err             err;
    bool            reached; /* the handler was */
    bool            unread;  /* not handed to its room yet: a refusal until then is the router's to trace */
};

/* Does 'path' fit the pattern? Params are borrowed from 'path'; an empty part or control character never
 * fits. */
bool route_fits(const char *pattern, const char *path, Slice ret_param[ROUTE_PARAMS_MAX]);

/* The table (routes.c). */
extern const Route  ROUTES[];
extern const size_t ROUTE_COUNT;

/* Every row has a method, permission, audit event, handler and a pattern that no earlier row hides. */
bool routes_check(const Route *routes, size_t count, Err *err);

/* First row that fits; NULL. *ret_path_known: another method would fit (405). */
const Route *route_find(const Route *routes, size_t count, Method method, const char *path,
                        bool demonstration, Slice ret_param[ROUTE_PARAMS_MAX], bool *ret_path_known);

/* What the gate looks at, apart from the person. */
typedef struct GateFacts {
    const char *origin, *our_origin, *csrf; /* headers; NULL when absent */
    int64_t     body_declared;              /* -1 unknown */
} GateFacts;

/* Permission, then Origin and CSRF for everything but GET, then size. Pure. */
bool gate_check(const Route *route, const Who *who, const GateFacts *facts, Err *err);

/* HTTP status of an error kind. */
int status_of(ErrKind kind);

/* {"error":{...}} in the person's language; takes 'q->refusal' and 'q->beside'. */
json_t *refusal_json(Request *q, const Err *err);

/* The line the trace gets for this request; for rooms and handlers that write it in the transaction of the
 * fact. */
AuditLine request_line(const Request *q, AuditOutcome outcome);

/* Names of permission bits as in the API: "view"; "" for a bit without a name. */
const char *permission_name(unsigned bit);
json_t     *permissions_json(unsigned permissions);

/* The adapter's door over the route table. */
HttpDoor router_door(Web *web);

#endif
