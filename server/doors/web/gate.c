/*
 * The gate before every handler: permission, then Origin and CSRF for what changes something, then size.
 * Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/web/router.h"

/* Compares to the end whatever differs: no hint by time. */
static bool same_secret(const char *a, const char *b)
{
    size_t   len     = strlen(a);
    unsigned differs = len != strlen(b) || len == 0;
    for (size_t i = 0; !differs && i < len; i++)
        differs |= (unsigned)(a[i] ^ b[i]);
    return differs == 0;
}

static bool permission_check(const Route *route, const Who *who, Err *err)
{
    if (route->may & ANYONE)
        return true;
    if (who->person_id == 0)
        return err_set(err, ERR_SIGN_IN, "Sign in to go on.", "no session");
    if (route->may & who_permissions(who))
        return true;
    if (who->must_enrol)
        return err_set(err, ERR_SIGN_IN, "Finish your first sign-in: new password and second factor.",
                       "must enrol");
    if (!who->full)
        return err_set(err, ERR_SIGN_IN, "Show your second factor to go on.", "half-open session");
    return err_set(err, ERR_DENIED, "Your roles do not open this.", "needs %#x, roles %#x", route->may,
                   who_roles(who));
}

static bool same_site_check(const Route *route, const Who *who, const GateFacts *facts, Err *err)
{
    if (route->method == GET || route->method == OPTIONS || route->signed_body) /* they change nothing, or are signed */
        return true;
    if (!facts->origin || strcmp(facts->origin, facts->our_origin) != 0)
        return err_set(err, ERR_DENIED, "This request does not come from our page.", "Origin %s",
                       facts->origin ? "of another site" : "absent");
    if (route->origin_only || who->person_id == 0)
        return true;
    if (!facts->csrf || !same_secret(who->csrf, facts->csrf))
        return err_set(err, ERR_DENIED, "The page is out of date: load it again.", "X-CSRF %s",
                       facts->csrf ? "wrong" : "absent");
    return true;
}

bool gate_check(const Route *route, const Who *who, const GateFacts *facts, Err *err)
{
    if (!permission_check(route, who, err) || !same_site_check(route, who, facts, err))
        return false;
    if (facts->body_declared > route->body_max)
        return err_set(err, ERR_LIMIT, "The content is too large.", "%lld bytes declared, %lld allowed",
                       (long long)facts->body_declared, (long long)route->body_max);
    return true;
}
