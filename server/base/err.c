/*
 * The one error type: filling it and naming its kinds.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/own.h"

bool err_set(Err *err, ErrKind kind, const char *shown, const char *detail, ...)
{
    if (!err || err->kind != ERR_NONE)
        return false;
    err->kind  = kind;
    err->shown = shown;
    va_list args;
    va_start(args, detail);
    (void)vsnprintf(err->detail, sizeof err->detail, detail, args);
    va_end(args);
    return false;
}

const char *err_kind_name(ErrKind kind)
{
    static const char *const NAMES[] = { "none",     "input", "sign-in",   "denied",      "not-found",
                                         "conflict", "limit", "too-often", "unavailable", "full", "bug" };
    return (size_t)kind < COUNT(NAMES) ? NAMES[kind] : "bug";
}

bool err_may_pass(ErrKind kind)
{
    return kind == ERR_UNAVAILABLE || kind == ERR_FULL;
}
