/*
 * From a path to its route; and the check that the table is complete before the door opens. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "doors/web/router.h"

static bool clean_part(Slice part)
{
    if (part.len == 0 || part.len > PARAM_BYTES_MAX)
        return false;
    for (size_t i = 0; i < part.len; i++)
        if ((unsigned char)part.at[i] < 0x20 || part.at[i] == 0x7f)
            return false;
    return true;
}

bool route_fits(const char *pattern, const char *path, Slice ret_param[ROUTE_PARAMS_MAX])
{
    Slice  wanted = slice_of(pattern), given = slice_of(path);
    size_t count = 0;
    while (wanted.len && given.len) {
        Slice part = slice_cut(&wanted, '/'), there = slice_cut(&given, '/');
        if (part.len && part.at[0] == '{') {
            if (!clean_part(there) || count == ROUTE_PARAMS_MAX)
                return false;
            ret_param[count++] = there;
        } else if (!slice_equal(part, there)) {
            return false;
        }
    }
    return wanted.len == 0 && given.len == 0 &&
           slice_ends(slice_of(path), SLICE("/")) == slice_ends(slice_of(pattern), SLICE("/"));
}

/* What stands before the first brace, letter by letter: most rows are left at once. */
static bool begins_alike(const char *pattern, const char *path)
{
    while (*pattern && *pattern != '{' && *pattern == *path) {
        pattern++;
        path++;
    }
    return *pattern == '{' || *pattern == 0;
}

const Route *route_find(const Route *routes, size_t count, Method method, const char *path,
                        bool demonstration, Slice ret_param[ROUTE_PARAMS_MAX], bool *ret_path_known)
{
    *ret_path_known = false;
    for (size_t i = 0; i < count; i++) {
        const Route *r = &routes[i];
        if (r->when == DEMONSTRATION && !demonstration)
            continue;
        if (!begins_alike(r->pattern, path) || !route_fits(r->pattern, path, ret_param))
            continue;
        if (r->method == method)
            return r;
        *ret_path_known = true;
    }
    return NULL;
}

static const char *fault_of(const Route *r)
{
    bool changes = r->method == POST || r->method == PUT;
    if (r->method <= METHOD_OTHER || r->method >= METHODS)
        return "no method";
    if (!r->pattern || r->pattern[0] != '/')
        return "no pattern";
    if (r->may == MAY_UNSET)
        return "no permission";
    if (r->audit <= AUDIT_UNSET || r->audit >= AUDIT_EVENTS)
        return "no audit event";
    if (!r->handler)
        return "no handler";
    if (changes && r->body_max <= 0)
        return "no body limit";
    if (!changes && r->body_max != 0)
        return "a body limit where no body is";
    if (r->origin_only && !(r->may & (ANYONE | MAY_SIGN_IN)))
        return "CSRF left out outside signing in";
    return NULL;
}

bool routes_check(const Route *routes, size_t count, Err *err)
{
    Slice param[ROUTE_PARAMS_MAX];
    for (size_t i = 0; i < count; i++) {
        const Route *r     = &routes[i];
        const char  *fault = fault_of(r);
        for (size_t k = 0; !fault && k < i; k++)
            if (routes[k].method == r->method && route_fits(routes[k].pattern, r->pattern, param))
                fault = "hidden by an earlier row";
        if (fault)
            return err_set(err, ERR_BUG, "The server's route table is not complete.", "route %zu %s: %s", i,
                           r->pattern ? r->pattern : "", fault);
    }
    return true;
}
