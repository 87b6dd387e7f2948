/*
 * Reading multipart/related as it comes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/web/multipart.h"

#include "doors/web/accept.h"

typedef enum Place { PREAMBLE, AFTER_BOUNDARY, HEADER, BODY, EPILOGUE } Place;

struct Multipart {
    MultipartSink sink;
    Place         place;
    char          mark[MULTIPART_BOUNDARY_MAX + 4]; /* CRLF "--" boundary */
    size_t        mark_len, parts;
    size_t        used; /* of the window */
    char          window[MULTIPART_WINDOW];
};

static bool boundary_is_clean(Slice b)
{
    if (!b.len || b.len > MULTIPART_BOUNDARY_MAX || b.at[b.len - 1] == ' ')
        return false;
    for (size_t i = 0; i < b.len; i++)
        if (b.at[i] < 0x20 || b.at[i] > 0x7e)
            return false;
    return true;
}

Multipart *multipart_new(Slice content_type, const MultipartSink *sink, Err *err)
{
    Slice type;
    Slice boundary = media_parameter(content_type, "boundary", &type);
    if (!slice_equal_fold(type, SLICE("multipart/related")) || !boundary_is_clean(boundary)) {
        err_set(err, ERR_INPUT, "The upload must be multipart/related with a boundary.",
                "boundary of %zu characters", boundary.len);
        return NULL;
    }
    Multipart *m = calloc(1, sizeof *m);
    if (!m) {
        err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "multipart");
        return NULL;
    }
    m->sink = *sink;
    memcpy(m->mark, "\r\n--", 4);
    memcpy(m->mark + 4, boundary.at, boundary.len);
    m->mark_len = boundary.len + 4;
    memcpy(m->window, "\r\n", 2); /* so that a boundary at the very beginning is one like the others */
    m->used = 2;
    return m;
}

void multipart_free(Multipart *m)
{
    free(m);
}

static Slice window(const Multipart *m)
{
    return (Slice) { m->window, m->used };
}

static void consume(Multipart *m, size_t count)
{
    m->used -= count;
    memmove(m->window, m->window + count, m->used);
}

static bool malformed(Err *err, const char *what)
{
    return err_set(err, ERR_INPUT, "The upload is not well-formed multipart/related.", "%s", what);
}

/* Up to the next boundary: data for the sink, or the preamble that nobody reads. */
static bool step_to_boundary(Multipart *m, bool *ret_more, Err *err)
{
    bool   body  = m->place == BODY;
    size_t found = slice_find(window(m), (Slice) { m->mark, m->mark_len });
    size_t safe  = found != SIZE_MAX ? found : m->used < m->mark_len ? 0 : m->used - (m->mark_len - 1);
    if (body && safe && !m->sink.data(m->sink.with, (Slice) { m->window, safe }, err))
        return false;
    if (found == SIZE_MAX) {
        consume(m, safe);
        *ret_more = false;
        return true;
    }
    consume(m, found + m->mark_len);
    m->place = AFTER_BOUNDARY;
    return !body || m->sink.end(m->sink.with, err);
}

/* "--" ends all; else blanks and a line end, which is kept: it begins the header. */
static bool step_after_boundary(Multipart *m, bool *ret_more, Err *err)
{
    size_t blanks = 0;
    while (blanks < m->used && (m->window[blanks] == ' ' || m->window[blanks] == '\t'))
        blanks++;
    consume(m, blanks);
    if (m->used < 2) {
        *ret_more = false;
        return true;
    }
    if (m->window[0] == '-' && m->window[1] == '-') {
        m->place = EPILOGUE;
        return true;
    }
    if (m->window[0] != '\r' || m->window[1] != '\n')
        return malformed(err, "no line end after a boundary");
    if (++m->parts > MULTIPART_PARTS_MAX)
        return err_set(err, ERR_LIMIT, "The upload has too many parts.", "more than %d", MULTIPART_PARTS_MAX);
    m->place = HEADER;
    return true;
}

static bool step_header(Multipart *m, bool *ret_more, Err *err)
{
    size_t end = slice_find(window(m), SLICE("\r\n\r\n"));
    if (end == SIZE_MAX ? m->used >= MULTIPART_HEADER_MAX + 4 : end > MULTIPART_HEADER_MAX)
        return err_set(err, ERR_LIMIT, "The content is too large.", "header of part %zu", m->parts);
    if (end == SIZE_MAX) {
        *ret_more = false;
        return true;
    }
    if (!m->sink.begin(m->sink.with, end ? (Slice) { m->window + 2, end } : SLICE_NONE, err))
        return false;
    consume(m, end + 4);
    m->place = BODY;
    return true;
}

static bool steps(Multipart *m, Err *err)
{
    for (bool more = true; more;) {
        bool ok = true;
        switch (m->place) {
        case PREAMBLE:
        case BODY:
            ok = step_to_boundary(m, &more, err);
            break;
        case AFTER_BOUNDARY:
            ok = step_after_boundary(m, &more, err);
            break;
        case HEADER:
            ok = step_header(m, &more, err);
            break;
        case EPILOGUE:
            m->used = 0;
            more    = false;
            break;
        }
        if (!ok)
            return false;
    }
    return true;
}

bool multipart_feed(Multipart *m, Slice bytes, Err *err)
{
    while (bytes.len) {
        size_t room = sizeof m->window - m->used, take = bytes.len < room ? bytes.len : room;
        memcpy(m->window + m->used, bytes.at, take);
        m->used += take;
        bytes = slice_part(bytes, take, SIZE_MAX);
        if (!steps(m, err))
            return false;
    }
    return true;
}

bool multipart_finish(Multipart *m, Err *err)
{
    return m->place == EPILOGUE || malformed(err, "the closing boundary is missing");
}

Slice multipart_header(Slice header, const char *name)
{
    while (header.len) {
        Slice line = slice_cut(&header, '\n');
        Slice key  = slice_trim(slice_cut(&line, ':'));
        if (slice_equal_fold(key, slice_of(name)))
            return slice_trim(line);
    }
    return SLICE_NONE;
}
