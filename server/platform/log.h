/*
 * Structured log: one JSON line per fact on standard error (or the configured file), without patient data.
 *
 * log_line("dimse", LOG_INFO, "instance stored", "uid", uid, "bytes", text, NULL): pairs of C strings, NULL ends.
 * UIDs, ids, counts, AE titles, kinds: yes. Names, birth dates, tokens, free text: never.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_LOG_H
#define PLATFORM_LOG_H

#include <stdbool.h>

#include "base/err.h"

typedef enum LogLevel { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR } LogLevel;

void log_set_level(LogLevel least);
void log_set_file(int fd); /* standard error until then; the fd is borrowed */
void log_line(const char *room, LogLevel level, const char *what, ...) __attribute__((sentinel));

/* An Err as one line: kind and detail. */
void log_err(const char *room, const char *what, const Err *err);

#endif
