/*
 * The HTTP adapter: libmicrohttpd's three calls made one exchange.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/web/http.h"

#include <assert.h>
#include <microhttpd.h>
#include <stdio.h>
#include <strings.h>
#include <sys/resource.h>

#include "platform/clock.h"
#include "platform/log.h"

enum {
    CONNECTION_MEMORY  = 64 << 10, /* bytes: header (16 kB at most) and one block of body */
    IDLE_S             = 120, /* longer than nginx keeps an idle connection (60 s), so that it closes first */
    STREAM_BLOCK       = 64 << 10,
    STACK_BYTES        = 1 << 20, /* a PDF page is laid out in a handler */
    SLOW_AFTER_MS      = 30 * 1000,
    SLOW_BYTES_A_S     = 1000,
    DESCRIPTORS_WANTED = 8192,
};

struct HttpServer {
    struct MHD_Daemon *daemon;
    HttpDoor           door;
};

typedef struct Upgrade {
    void (*upgraded)(void *with, int fd, Slice first_bytes, void *handle);
    void *with;
} Upgrade;

/* One request on its way: what MHD keeps between its calls. */
typedef struct Exchange {
    HttpRequest request;
    HttpServer *server;
    void       *door_exchange;
    Buf         body;
    int64_t     body_max;
    bool        receives, refused;
    int64_t     refused_ms, drained_bytes;
    Upgrade     upgrade; /* read by MHD after the answer, before the exchange ends */
} Exchange;

/* A stream on its way out: MHD frees it, not the exchange. */
typedef struct Outgoing {
    HttpStream stream;
} Outgoing;

/* ---- the request ---- */

const char *method_name(Method m)
{
    static const char *const NAMES[METHODS] = { "OTHER", "GET", "POST", "PUT", "DELETE", "OPTIONS" };
    return m < METHODS ? NAMES[m] : "OTHER";
}

static Method method_of(const char *name)
{
    if (strcmp(name, "HEAD") == 0)
        return GET;
    for (Method m = GET; m < METHODS; m++)
        if (strcmp(name, method_name(m)) == 0)
            return m;
    return METHOD_OTHER;
}

static const char *value_of(const HttpRequest *q, enum MHD_ValueKind kind, const char *name)
{
    return MHD_lookup_connection_value(q->connection, kind, name);
}

const char *http_header(const HttpRequest *q, const char *name)
{
    return value_of(q, MHD_HEADER_KIND, name);
}

const char *http_cookie(const HttpRequest *q, const char *name)
{
    return value_of(q, MHD_COOKIE_KIND, name);
}

const char *http_query(const HttpRequest *q, const char *name)
{
    const char *value = value_of(q, MHD_GET_ARGUMENT_KIND, name);
    return value;
}

typedef struct EachQuery {
    bool (*each)(void *with, const char *name, const char *value);
    void *with;
} EachQuery;

static enum MHD_Result each_query(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
    (void)kind;
    const EachQuery *e = cls;
    return e->each(e->with, name, value ? value : "") ? MHD_YES : MHD_NO;
}

void http_each_query(const HttpRequest *q, bool (*each)(void *with, const char *name, const char *value),
                     void              *with)
{
    EachQuery e = { each, with };
    (void)MHD_get_connection_values(q->connection, MHD_GET_ARGUMENT_KIND, each_query, &e);
}

int64_t http_body_declared(const HttpRequest *q)
{
    const char *length = http_header(q, MHD_HTTP_HEADER_CONTENT_LENGTH);
    int64_t     bytes;
    if (length)
        return slice_int(slice_of(length), &bytes) && bytes >= 0 ? bytes : -1;
    return http_header(q, MHD_HTTP_HEADER_TRANSFER_ENCODING) ? -1 : 0;
}

static bool value_fits(void *with, const char *name, const char *value)
{
    HttpRequest *q    = with;
    q->query_too_long = strlen(name) > HTTP_QUERY_VALUE_MAX || strlen(value) > HTTP_QUERY_VALUE_MAX;
    return !q->query_too_long;
}

static Exchange *exchange_new(HttpServer *s, struct MHD_Connection *connection, const char *url,
                              const char *method)
{
    Exchange *x = calloc(1, sizeof *x);
    if (!x)
        return NULL;
    x->server        = s;
    x->request.arena = arena_new(REQUEST_ARENA_MAX);
    if (!x->request.arena) {
        free(x);
        return NULL;
    }
    HttpRequest *q = &x->request;
    q->connection  = connection;
    q->method      = method_of(method);
    q->head        = strcmp(method, "HEAD") == 0;
    q->path        = url;
    q->began_ms    = clock_monotonic_ms();
    q->body        = SLICE_NONE;
    const char *id = http_header(q, "X-Request-Id"), *address = http_header(q, "X-Real-IP");
    q->id      = id ? id : "";
    q->address = address ? address : "";
    http_each_query(q, value_fits, q);
    q->lang = lang_from_header(slice_of(http_header(q, MHD_HTTP_HEADER_ACCEPT_LANGUAGE)));
    return x;
}

static void exchange_free(Exchange *x)
{
    arena_free(x->request.arena);
    buf_free(&x->body);
    free(x);
}

/* ---- the response ---- */

void http_set_header(HttpResponse *a, const char *name, const char *value)
{
    assert(a->header_count < RESPONSE_HEADERS);
    if (a->header_count < RESPONSE_HEADERS && value)
        a->headers[a->header_count++] = (HttpHeader) { name, value };
}

static ssize_t stream_read(void *cls, uint64_t at, char *to, size_t size)
{
    Outgoing *out = cls;
    ssize_t   put = out->stream.read(out->stream.with, (int64_t)at, to, size);
    if (put > 0)
        return put;
    return put == 0 ? MHD_CONTENT_READER_END_OF_STREAM : MHD_CONTENT_READER_END_WITH_ERROR;
}

static void stream_free(void *cls)
{
    Outgoing *out = cls;
    if (out->stream.free)
        out->stream.free(out->stream.with);
    free(out);
}

static struct MHD_Response *response_of_stream(HttpStream stream)
{
    Outgoing *out = calloc(1, sizeof *out);
    if (!out) {
        if (stream.free)
            stream.free(stream.with);
        return NULL;
    }
    out->stream               = stream;
    uint64_t             size = stream.bytes < 0 ? MHD_SIZE_UNKNOWN : (uint64_t)stream.bytes;
    struct MHD_Response *r =
        MHD_create_response_from_callback(size, STREAM_BLOCK, stream_read, out, stream_free);
    if (!r)
        stream_free(out);
    return r;
}

static void on_upgrade(void *cls, struct MHD_Connection *connection, void *con_cls, const char *extra,
                       size_t extra_size, MHD_socket fd, struct MHD_UpgradeResponseHandle *handle)
{
    (void)connection;
    (void)con_cls;
    const Upgrade *u = cls;
    u->upgraded(u->with, fd, (Slice) { extra ? extra : "", extra ? extra_size : 0 }, handle);
}

void http_upgrade_close(void *handle)
{
    (void)MHD_upgrade_action(handle, MHD_UPGRADE_ACTION_CLOSE);
}

static struct MHD_Response *response_make(HttpResponse *a, Upgrade *upgrade)
{
    if (a->upgraded) {
        *upgrade = (Upgrade) { a->upgraded, a->upgrade_with };
        return MHD_create_response_for_upgrade(on_upgrade, upgrade);
    }
    if (a->stream.read)
        return response_of_stream(a->stream);
    if (a->stored || a->bytes.len == 0 || a->bytes.failed)
        return MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
    struct MHD_Response *r =
        MHD_create_response_from_buffer(a->bytes.len, a->bytes.at, MHD_RESPMEM_MUST_FREE);
    if (r)
        a->bytes.at = NULL; /* MHD's now */
    return r;
}

static enum MHD_Result send_response(struct MHD_Connection *connection, HttpResponse *a, Upgrade *upgrade)
{
    struct MHD_Response *r = response_make(a, upgrade);
    buf_free(&a->bytes);
    if (!r)
        return MHD_NO;
    if (a->type)
        (void)MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, a->type);
    if (a->stored)
        (void)MHD_add_response_header(r, "X-Accel-Redirect", a->stored);
    for (size_t i = 0; i < a->header_count; i++)
        (void)MHD_add_response_header(r, a->headers[i].name, a->headers[i].value);
    enum MHD_Result done = MHD_queue_response(connection, (unsigned)a->status, r);
    MHD_destroy_response(r);
    return done;
}

/* ---- MHD's calls ---- */

static enum MHD_Result begin(HttpServer *s, struct MHD_Connection *connection, const char *url,
                             const char *method, void **con_cls)
{
    Exchange *x = exchange_new(s, connection, url, method);
    if (!x)
        return MHD_NO;
    *con_cls = x;
    if (!s->door.begin(s->door.with, &x->request, &x->door_exchange, &x->body_max, &x->receives)) {
        x->refused    = true;
        x->refused_ms = clock_monotonic_ms();
    }
    if (!x->door_exchange)
        return MHD_NO;
    x->body = buf_make((size_t)(x->receives ? 0 : x->body_max));
    return MHD_YES;
}

static void refuse(Exchange *x)
{
    x->refused    = true;
    x->refused_ms = clock_monotonic_ms();
    buf_free(&x->body);
}

/* A body that dribbles holds a thread for nothing. */
static bool too_slow(const HttpRequest *q)
{
    int64_t ms = clock_monotonic_ms() - q->began_ms;
    return ms > SLOW_AFTER_MS && q->body_bytes < ms / 1000 * SLOW_BYTES_A_S;
}

static enum MHD_Result block(Exchange *x, Slice bytes)
{
    HttpServer  *s = x->server;
    HttpRequest *q = &x->request;
    q->body_bytes += (int64_t)bytes.len;
    if (too_slow(q))
        return MHD_NO;
    if (x->refused) {
        x->drained_bytes += (int64_t)bytes.len;
        return x->drained_bytes <= DRAIN_BYTES_MAX && clock_monotonic_ms() - x->refused_ms <= DRAIN_MS_MAX
                   ? MHD_YES
                   : MHD_NO;
    }
    if (q->body_bytes > x->body_max) {
        s->door.too_large(s->door.with, q, x->door_exchange);
        refuse(x);
    } else if (x->receives) {
        if (!s->door.receive(s->door.with, q, x->door_exchange, bytes))
            refuse(x);
    } else if (!buf_add(&x->body, bytes)) {
        s->door.too_large(s->door.with, q, x->door_exchange);
        refuse(x);
    }
    return MHD_YES;
}

static enum MHD_Result answer(Exchange *x, struct MHD_Connection *connection)
{
    HttpServer  *s = x->server;
    HttpResponse a = { .status = 500, .bytes = buf_make(RESPONSE_BYTES_MAX) };
    if (!x->refused)
        x->request.body = buf_slice(&x->body);
    s->door.answer(s->door.with, &x->request, x->door_exchange, &a);
    return send_response(connection, &a, &x->upgrade);
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **con_cls)
{
    (void)version;
    if (!*con_cls)
        return begin(cls, connection, url, method, con_cls);
    Exchange *x = *con_cls;
    if (*upload_size == 0)
        return answer(x, connection);
    Slice bytes  = { upload, *upload_size };
    *upload_size = 0;
    return block(x, bytes);
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **con_cls,
                         enum MHD_RequestTerminationCode why)
{
    (void)connection;
    HttpServer *s = cls;
    Exchange   *x = *con_cls;
    if (!x)
        return;
    if (x->door_exchange)
        s->door.end(s->door.with, &x->request, x->door_exchange, why == MHD_REQUEST_TERMINATED_COMPLETED_OK);
    exchange_free(x);
    *con_cls = NULL;
}

static void on_log(void *cls, const char *format, va_list args)
{
    (void)cls;
    char text[256];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    (void)vsnprintf(text, sizeof text, format, args);
#pragma GCC diagnostic pop
    text[strcspn(text, "\r\n")] = '\0';
    log_line("web", LOG_DEBUG, "libmicrohttpd", "text", text, NULL);
}

/* Each connection, page and file is a descriptor; the usual soft limit of 1,024 is soon met. */
static void raise_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= DESCRIPTORS_WANTED)
        return;
    limit.rlim_cur = limit.rlim_max < DESCRIPTORS_WANTED ? limit.rlim_max : DESCRIPTORS_WANTED;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        log_line("web", LOG_WARN, "limit of open files not raised", NULL);
}

HttpServer *http_start(int listen_fd, int connections, const HttpDoor *door, Err *err)
{
    HttpServer *s = calloc(1, sizeof *s);
    if (!s) {
        err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "http server");
        return NULL;
    }
    s->door = *door;
    raise_descriptors();
    unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL |
                     MHD_ALLOW_UPGRADE | MHD_USE_ERROR_LOG;
#ifdef BECLERE_SANITIZED
    size_t stack = 8 * STACK_BYTES; /* red zones */
#else
    size_t stack = STACK_BYTES;
#endif
    s->daemon =
        MHD_start_daemon(flags, 0, NULL, NULL, on_request, s, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
                         MHD_OPTION_LISTEN_SOCKET, listen_fd, MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,
                         MHD_OPTION_CONNECTION_LIMIT, (unsigned)connections, MHD_OPTION_CONNECTION_TIMEOUT,
                         (unsigned)IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
                         MHD_OPTION_THREAD_STACK_SIZE, stack, MHD_OPTION_END);
    if (!s->daemon) {
        free(s);
        err_set(err, ERR_UNAVAILABLE, "The web door cannot be opened.", "MHD_start_daemon failed");
        return NULL;
    }
    return s;
}

void http_stop(HttpServer *s)
{
    if (!s)
        return;
    MHD_stop_daemon(s->daemon);
    free(s);
}
