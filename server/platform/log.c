/*
 * Structured log: each fact is one JSON line, written with one system call so that threads never mix.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "base/own.h"
#include "platform/clock.h"

enum { LINE_BYTES = 4096, TAIL_BYTES = 16 /* room kept for the end of a cut line */ };

static _Atomic int least_level = LOG_INFO;
static _Atomic int log_fd      = STDERR_FILENO;

typedef struct Line {
    char   text[LINE_BYTES];
    size_t len;
    bool   cut;
} Line;

void log_set_level(LogLevel least)
{
    atomic_store(&least_level, (int)least);
}

void log_set_file(int fd)
{
    atomic_store(&log_fd, fd);
}

static void line_add(Line *line, const char *bytes, size_t len)
{
    if (line->cut || len > LINE_BYTES - TAIL_BYTES - line->len) {
        line->cut = true;
        return;
    }
    for (size_t i = 0; i < len; i++)
        line->text[line->len++] = bytes[i];
}

/* Bytes of the well-formed UTF-8 character at 'p' (RFC 3629); 0 when it is none. */
static size_t utf8_length(const unsigned char *p)
{
    static const struct {
        unsigned char first, last, second_first, second_last;
        size_t        more;
    } SHAPES[] = {
        { 0xC2, 0xDF, 0x80, 0xBF, 1 }, { 0xE0, 0xE0, 0xA0, 0xBF, 2 }, { 0xE1, 0xEC, 0x80, 0xBF, 2 },
        { 0xED, 0xED, 0x80, 0x9F, 2 }, { 0xEE, 0xEF, 0x80, 0xBF, 2 }, { 0xF0, 0xF0, 0x90, 0xBF, 3 },
        { 0xF1, 0xF3, 0x80, 0xBF, 3 }, { 0xF4, 0xF4, 0x80, 0x8F, 3 },
    };
    for (size_t i = 0; i < COUNT(SHAPES); i++) {
        if (p[0] < SHAPES[i].first || p[0] > SHAPES[i].last)
            continue;
        if (p[1] < SHAPES[i].second_first || p[1] > SHAPES[i].second_last)
            return 0;
        for (size_t k = 2; k <= SHAPES[i].more; k++)
            if (p[k] < 0x80 || p[k] > 0xBF)
                return 0;
        return SHAPES[i].more + 1;
    }
    return 0;
}

/* A JSON string. What is not UTF-8 becomes U+FFFD, so that a line is always JSON. */
static void line_add_string(Line *line, const char *text)
{
    line_add(line, "\"", 1);
    for (const unsigned char *p = (const unsigned char *)text; *p && !line->cut;) {
        char   escaped[8];
        size_t step = *p < 0x80 ? 1 : utf8_length(p);
        if (step == 0) {
            line_add(line, "\xEF\xBF\xBD", 3);
            step = 1;
        } else if (*p == '"' || *p == '\\') {
            escaped[0] = '\\';
            escaped[1] = (char)*p;
            line_add(line, escaped, 2);
        } else if (*p < 0x20 || *p == 0x7F) {
            line_add(line, escaped, (size_t)snprintf(escaped, sizeof escaped, "\\u%04x", *p));
        } else {
            line_add(line, (const char *)p, step);
        }
        p += step;
    }
    line_add(line, "\"", 1);
}

static void line_add_pair(Line *line, const char *name, const char *value)
{
    size_t before = line->len;
    line_add(line, line->len == 1 ? "" : ",", line->len == 1 ? 0 : 1);
    line_add_string(line, name);
    line_add(line, ":", 1);
    line_add_string(line, value ? value : "");
    if (line->cut)
        line->len = before; /* a pair is there whole or not at all */
}

static void line_send(Line *line)
{
    const char *tail = line->cut ? ",\"cut\":true}\n" : "}\n";
    for (; *tail; tail++)
        line->text[line->len++] = *tail;
    ssize_t written = write(atomic_load(&log_fd), line->text, line->len);
    (void)written; /* a log that cannot be written has nowhere to say so */
}

void log_line(const char *room, LogLevel level, const char *what, ...)
{
    static const char *const LEVELS[] = { "debug", "info", "warn", "error" };
    if ((int)level < atomic_load(&least_level) || (size_t)level >= COUNT(LEVELS))
        return;
    char at[CLOCK_ISO_SIZE];
    clock_iso(clock_now_ms(), at);
    Line line = { .text = "{", .len = 1 };
    line_add_pair(&line, "at", at);
    line_add_pair(&line, "level", LEVELS[level]);
    line_add_pair(&line, "room", room);
    line_add_pair(&line, "what", what);
    va_list pairs;
    va_start(pairs, what);
    for (const char *name = va_arg(pairs, const char *); name; name = va_arg(pairs, const char *))
        line_add_pair(&line, name, va_arg(pairs, const char *));
    va_end(pairs);
    line_send(&line);
}

void log_err(const char *room, const char *what, const Err *err)
{
    LogLevel level = err->kind == ERR_BUG || err_may_pass(err->kind) ? LOG_ERROR : LOG_WARN;
    log_line(room, level, what, "kind", err_kind_name(err->kind), "detail", err->detail, NULL);
}
