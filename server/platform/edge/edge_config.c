/*
 * nginx.conf from our own configuration: the one place that says how the edge treats each kind of request.
 *
 * Locations and their reasons: docs/decisions/0003-edge.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "platform/edge/edge.h"
#include "platform/edge/edge_room.h"

enum { CONFIG_MAX = 256 * 1024, DESCRIPTORS = 32768 };

#define NO_WRITE "The configuration of the edge cannot be written."

/* A worker script obeys the header it came with, so the assets carry the policy too. */
#define PAGE_POLICY                                                                                          \
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; "                          \
    "style-src 'self' 'nonce-$request_id'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src " \
    "'self'; "                                                                                               \
    "font-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'self'"

static const char MAIN[] = "pcre_jit on;\n"
                           "worker_processes auto;\n"
                           "worker_shutdown_timeout 4s;\n"
                           "daemon off;\n";

/* No request line reaches a log: its query may name a patient. Level crit, since lower ones quote the
 * request. */
static const char HTTP[] =
    "    types {\n"
    "        text/html html; text/css css; text/javascript js mjs; application/wasm wasm;\n"
    "        application/json json map; application/manifest+json webmanifest; image/svg+xml svg;\n"
    "        image/png png; image/x-icon ico; image/jpeg jpg; font/woff2 woff2; text/plain txt;\n"
    "    }\n"
    "    default_type application/octet-stream;\n"
    "    log_format edge escape=json "
    "'{\"at\":\"$time_iso8601\",\"from\":\"$remote_addr\",\"method\":\"$request_method\","
    "\"path\":\"$uri\",\"status\":$status,\"bytes\":$body_bytes_sent,\"seconds\":$request_time,\"id\":\"$"
    "request_id\"}';\n"
    "    server_tokens off;\n"
    "    sendfile on;\n"
    "    tcp_nopush on;\n"
    "    charset utf-8;\n"
    "    charset_types text/css text/javascript text/plain;\n"
    "    client_header_timeout 10s;\n"
    "    client_header_buffer_size 2k;\n"
    "    large_client_header_buffers 2 8k;\n"
    "    client_body_timeout 30s;\n"
    "    client_body_buffer_size 128k;\n"
    "    client_max_body_size 64k;\n"
    "    send_timeout 60s;\n"
    "    keepalive_timeout 65s;\n"
    "    keepalive_requests 10000;\n"
    "    reset_timedout_connection on;\n"
    "    http2_max_concurrent_streams 128;\n"
    "    gzip_vary on;\n"
    "    gzip_proxied any;\n"
    "    gzip_min_length 1024;\n"
    "    gzip_types application/json application/dicom+json text/css text/javascript image/svg+xml;\n"
    "    ssl_protocols TLSv1.2 TLSv1.3;\n"
    "    ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;\n"
    "    ssl_prefer_server_ciphers off;\n"
    "    ssl_session_cache shared:edge:10m;\n"
    "    ssl_session_timeout 1h;\n"
    "    ssl_session_tickets off;\n"
    "    limit_req_zone $binary_remote_addr zone=sign_in:1m rate=10r/s;\n"
    "    limit_req_status 429;\n"
    "    map $http_upgrade $connection_upgrade { default upgrade; '' ''; }\n"
    "    proxy_http_version 1.1;\n"
    "    proxy_connect_timeout 5s;\n"
    "    proxy_read_timeout 120s;\n"
    "    proxy_send_timeout 120s;\n"
    "    proxy_max_temp_file_size 0;\n"
    "    proxy_buffers 4 64k;\n" /* taken as a body needs them: an image passes in ten reads, not in a hundred
                                  */
    "    proxy_next_upstream off;\n";

/* What every proxied location sets; a client's own copy of these never arrives. */
#define PROXY_HEADERS(connection)                                                                            \
    "            proxy_set_header Host $http_host;\n"                                                        \
    "            proxy_set_header X-Real-IP $remote_addr;\n"                                                 \
    "            proxy_set_header X-Request-Id $request_id;\n"                                               \
    "            proxy_set_header X-Client-Cert \"\";\n"                                                     \
    "            proxy_set_header X-Forwarded-For \"\";\n"                                                   \
    "            proxy_set_header X-Forwarded-Proto https;\n"                                                \
    "            proxy_set_header X-Original-URI \"\";\n"                                                    \
    "            proxy_set_header X-Original-Method \"\";\n"                                                 \
    "            proxy_set_header X-Upload-Bytes \"\";\n"                                                    \
    "            proxy_set_header Upgrade " connection "            proxy_pass http://beclere;\n"

#define PLAIN "\"\";\n            proxy_set_header Connection \"\";\n"
#define SOCKET "$http_upgrade;\n            proxy_set_header Connection $connection_upgrade;\n"

/* The certificate that this handshake proved, and no other: what a client wrote under this name is replaced here as it is emptied elsewhere. */
#define CARD_PROXY                                                                                           \
    "            proxy_set_header Host $http_host;\n"                                                        \
    "            proxy_set_header X-Real-IP $remote_addr;\n"                                                 \
    "            proxy_set_header X-Request-Id $request_id;\n"                                               \
    "            proxy_set_header X-Client-Cert $ssl_client_escaped_cert;\n"                                 \
    "            proxy_set_header X-Forwarded-For \"\";\n"                                                   \
    "            proxy_set_header X-Forwarded-Proto https;\n"                                                \
    "            proxy_set_header X-Original-URI \"\";\n"                                                    \
    "            proxy_set_header X-Original-Method \"\";\n"                                                 \
    "            proxy_set_header X-Upload-Bytes \"\";\n"                                                    \
    "            proxy_set_header Upgrade \"\";\n"                                                           \
    "            proxy_set_header Connection \"\";\n"                                                        \
    "            proxy_pass http://beclere/api/sign-in/card/show;\n"

static const char PROXIED[] =
    "        location /api/ {\n"
    "            client_max_body_size 2m;\n"
    "            gzip on;\n" PROXY_HEADERS(
        PLAIN) "        }\n"
               "        location /api/sign-in/ {\n"
               "            client_max_body_size 64k;\n"
               "            limit_req zone=sign_in burst=40 nodelay;\n" PROXY_HEADERS(
                   PLAIN) "        }\n"
                          "        location = /api/sign-in/card/show {\n" /* only through the port of cards */
                          "            return 404;\n"
                          "        }\n"
                          "        location ~ ^/api/imports/[0-9]+/files$ {\n" /* one file of a disc; large
                                                                                  ones go through as they come
                                                                                */
                          "            auth_request /_may_upload;\n"
                          "            client_max_body_size 4g;\n"
                          "            client_body_timeout 60s;\n"
                          "            proxy_request_buffering off;\n"
                          "            proxy_read_timeout 600s;\n" PROXY_HEADERS(
                              PLAIN) "        }\n"
                                     "        location ~ ^/api/acts/[0-9]+/dictation$ {\n" /* speech: in memory, never in a file */
                                     "            client_max_body_size 2m;\n"
                                     "            client_body_buffer_size 2m;\n" PROXY_HEADERS(
                                         PLAIN) "        }\n"
                                     "        location = /api/may-upload {\n" /* asked by the edge alone */
                                     "            return 404;\n"
                                     "        }\n"
                                     "        location = /api/push {\n"
                                     "            proxy_buffering off;\n"
                                     "            proxy_read_timeout 1h;\n"
                                     "            proxy_send_timeout 1h;\n" PROXY_HEADERS(
                                         SOCKET) "        }\n"
                                                 "        location /dicom-web/ {\n"
                                                 "            client_max_body_size 2m;\n"
                                                 "            gzip on;\n" PROXY_HEADERS(
                                                     PLAIN) "        }\n"
                                                            /* STOW-RS (PS3.18 §10.5) and the search or
                                                               retrieval under the same path: a POST is asked
                                                               about before its body */
                                                            "        location ~ "
                                                            "^/dicom-web/studies(/[0-9.]+)?$ {\n"
                                                            "            auth_request /_may_upload;\n"
                                                            "            client_max_body_size 0;\n"
                                                            "            client_body_timeout 60s;\n"
                                                            "            proxy_request_buffering off;\n"
                                                            "            proxy_read_timeout 600s;\n"
                                                            "            gzip on;\n" PROXY_HEADERS(
                                                                PLAIN) "        }\n"
                                                                       "        location = /_may_upload {\n"
                                                                       "            internal;\n"
                                                                       "            client_max_body_size 0;\n"
                                                                       "            if ($request_method != "
                                                                       "POST) { "
                                                                       "return 204; }\n"
                                                                       "            proxy_pass_request_body "
                                                                       "off;\n"
                                                                       "            proxy_set_header "
                                                                       "Content-Length "
                                                                       "\"\";\n"
                                                                       "            proxy_set_header Host "
                                                                       "$http_host;\n"
                                                                       "            proxy_set_header "
                                                                       "Connection \"\";\n"
                                                                       "            proxy_set_header Upgrade "
                                                                       "\"\";\n"
                                                                       "            proxy_set_header "
                                                                       "X-Real-IP "
                                                                       "$remote_addr;\n"
                                                                       "            proxy_set_header "
                                                                       "X-Request-Id "
                                                                       "$request_id;\n"
                                                                       "            proxy_set_header "
                                                                       "X-Client-Cert "
                                                                       "\"\";\n"
                                                                       "            proxy_set_header "
                                                                       "X-Forwarded-For "
                                                                       "\"\";\n"
                                                                       "            proxy_set_header "
                                                                       "X-Original-URI "
                                                                       "$request_uri;\n"
                                                                       "            proxy_set_header "
                                                                       "X-Original-Method "
                                                                       "$request_method;\n"
                                                                       "            proxy_set_header "
                                                                       "X-Upload-Bytes "
                                                                       "$http_content_length;\n"
                                                                       "            proxy_pass "
                                                                       "http://beclere/api/may-upload;\n"
                                                                       "        }\n";

/* Ours by X-Accel-Redirect only, which drops our other headers: they are added here. */
#define STORED_HEADERS                                                                                       \
    "            add_header X-Content-Type-Options nosniff always;\n"                                        \
    "            add_header Content-Security-Policy \"default-src 'none'; sandbox\" always;\n"               \
    "            add_header Referrer-Policy no-referrer always;\n"                                           \
    "            add_header Vary Accept always;\n" /* one address, several compressions */

static void add_server_headers(Buf *out, bool production)
{
    buf_add_text(out, "        add_header X-Content-Type-Options nosniff always;\n"
                      "        add_header Referrer-Policy no-referrer always;\n");
    if (production)
        buf_add_text(out, "        add_header Strict-Transport-Security \"max-age=31536000\" always;\n");
}

/* add_header in a location replaces those of the server, so the page's locations name all of theirs. */
static void add_page_headers(Buf *out, const char *cache, bool production)
{
    buf_addf(out, "            add_header Cache-Control \"%s\" always;\n", cache);
    buf_add_text(out, "            add_header Content-Security-Policy \"" PAGE_POLICY "\" always;\n"
                      "            add_header Permissions-Policy \"camera=(self), microphone=(self), "
                      "display-capture=(self), publickey-credentials-get=(self)\" always;\n"
                      "            add_header X-Content-Type-Options nosniff always;\n"
                      "            add_header Referrer-Policy no-referrer always;\n");
    if (production)
        buf_add_text(out, "            add_header Strict-Transport-Security \"max-age=31536000\" always;\n");
}

static void add_page(Buf *out, const char *ui, bool production)
{
    buf_addf(out, "        root \"%s\";\n", ui);
    buf_add_text(out, "        location /assets/ {\n"
                      "            gzip_static on;\n"
                      "            try_files $uri =404;\n");
    add_page_headers(out, "public, max-age=31536000, immutable", production);
    buf_add_text(out, "        }\n"
                      "        location / {\n"
                      "            gzip_static on;\n"
                      "            try_files $uri /index.html;\n");
    add_page_headers(out, "no-cache", production);
    buf_add_text(out, "        }\n"
                      "        location = /index.html {\n"
                      "            sub_filter __NONCE__ $request_id;\n"
                      "            sub_filter_once off;\n");
    add_page_headers(out, "no-cache", production);
    buf_add_text(out, "        }\n");
}

static void add_stored_headers(Buf *out, bool production)
{
    buf_add_text(out, STORED_HEADERS);
    if (production)
        buf_add_text(out, "            add_header Strict-Transport-Security \"max-age=31536000\" always;\n");
}

/* 'packed': a compressed file may stand beside the plain one; else nobody looks for it. */
static void add_stored(Buf *out, const char *location, const char *folder, bool packed, bool production)
{
    buf_addf(out, "        location %s {\n            internal;\n            alias \"%s/\";\n", location,
             folder);
    if (packed)
        buf_add_text(out, "            gzip_static on;\n");
    add_stored_headers(out, production);
    buf_add_text(out, "        }\n");
}

/* Between its head and its end, which are requests of nginx to itself: the file is never copied through us.
 */
static void add_parts(Buf *out, const char *data, bool production)
{
    buf_addf(out,
             "        location ~ ^" EDGE_PART "([0-9.]+)/_((blobs|cache)/.+)$ {\n"
             "            internal;\n"
             "            set $part_syntax $1;\n"
             "            alias \"%s/$2\";\n"
             "            addition_types *;\n"
             "            add_before_body /_part_head;\n"
             "            add_after_body /_part_end;\n",
             data);
    add_stored_headers(out, production);
    buf_add_text(out, "        }\n"
                      "        location = /_part_head {\n"
                      "            internal;\n"
                      "            return 200 \"--" EDGE_BOUNDARY "\\r\\nContent-Type: application/dicom; "
                      "transfer-syntax=$part_syntax\\r\\n\\r\\n\";\n"
                      "        }\n"
                      "        location = /_part_end {\n"
                      "            internal;\n"
                      "            return 200 \"\\r\\n--" EDGE_BOUNDARY "--\\r\\n\";\n"
                      "        }\n");
}

static void add_server(Buf *out, const EdgePaths *paths, const Config *c)
{
    bool production = strcmp(config_text(c, "mode"), "production") == 0;
    char folder[PATH_MAX + 16];
    buf_addf(out,
             "    server {\n"
             "        listen %s ssl http2;\n"
             "        server_name _;\n"
             "        ssl_certificate \"%s\";\n"
             "        ssl_certificate_key \"%s\";\n",
             config_text(c, "edge-listen"), paths->certificate, paths->key);
    add_server_headers(out, production);
    buf_add_text(out, PROXIED);
    (void)snprintf(folder, sizeof folder, "%s/blobs", paths->data);
    add_stored(out, "/_blobs/", folder, false, production);
    (void)snprintf(folder, sizeof folder, "%s/cache", paths->data);
    add_stored(out, "/_cache/", folder, false, production);
    (void)snprintf(folder, sizeof folder, "%s/cache/headers", paths->data);
    add_stored(out, "/_cache/headers/", folder, true, production);
    add_parts(out, paths->data, production);
    add_page(out, paths->ui, production);
    buf_add_text(out, "    }\n");
}

/*
 * Where cards are shown: a port of its own, since TLS 1.3 knows no renegotiation. The handshake asks for a certificate and proves its key; what the
 * certificate is worth is judged behind. No session of TLS is kept: each time the card answers anew.
 */
static void add_cards(Buf *out, const EdgePaths *paths, const Config *c)
{
    const char *listen = config_text(c, "card-listen");
    if (slice_ends(slice_of(listen), SLICE(":0")))
        return;
    buf_addf(out,
             "    server {\n"
             "        listen %s ssl;\n"
             "        server_name _;\n"
             "        ssl_certificate \"%s\";\n"
             "        ssl_certificate_key \"%s\";\n"
             "        ssl_client_certificate \"%s\";\n"
             "        ssl_verify_client optional_no_ca;\n"
             "        ssl_verify_depth 4;\n"
             "        ssl_session_cache off;\n"
             "        keepalive_timeout 0;\n"
             "        client_max_body_size 1k;\n"
             "        error_page 495 496 = /_card;\n"
             "        location = /carte {\n"
             "            limit_except GET { deny all; }\n"
             "            limit_req zone=sign_in burst=40 nodelay;\n",
             listen, paths->certificate, paths->key, paths->card_authority);
    buf_add_text(out, CARD_PROXY "        }\n        location = /_card {\n            internal;\n" CARD_PROXY "        }\n");
    buf_addf(out, "        location / { return 303 %s/; }\n    }\n", config_text(c, "public-url"));
}

/* As root the workers become whoever owns the data folder: anybody else meets closed files and a closed
 * socket. */
static void add_user(Buf *out, const char *data)
{
    struct stat s;
    if (geteuid() != 0 || stat(data, &s) != 0)
        return;
    const struct passwd *owner = getpwuid(s.st_uid);
    const struct group  *group = getgrgid(s.st_gid);
    if (owner && group)
        buf_addf(out, "user \"%s\" \"%s\";\n", owner->pw_name, group->gr_name);
}

static void add_own_paths(Buf *out, const char *folder)
{
    static const char *const TEMPORARY[] = { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" };
    buf_addf(out, "    access_log \"%s/access.log\" edge buffer=32k flush=5s;\n", folder);
    for (size_t i = 0; i < COUNT(TEMPORARY); i++)
        buf_addf(out, "    %s_temp_path \"%s/%s\";\n", TEMPORARY[i], folder, TEMPORARY[i]);
}

/* A proxied connection takes two descriptors; more than the system allows us cannot be asked for. */
static void add_descriptors(Buf *out)
{
    struct rlimit files = { .rlim_max = 1024 };
    (void)getrlimit(RLIMIT_NOFILE, &files);
    unsigned most = files.rlim_max > DESCRIPTORS ? DESCRIPTORS : (unsigned)files.rlim_max;
    buf_addf(out, "worker_rlimit_nofile %u;\nevents { worker_connections %u; }\n", most, most / 2);
}

static void build(Buf *out, const EdgePaths *paths, const Config *c)
{
    buf_add_text(out, "# Written by beclere at each start from its own configuration; changes here are "
                      "lost.\n");
    add_user(out, paths->data);
    buf_add_text(out, MAIN);
    buf_addf(out, "pid \"%s/nginx.pid\";\nerror_log \"%s/error.log\" crit;\n", paths->folder, paths->folder);
    add_descriptors(out);
    buf_add_text(out, "http {\n");
    buf_add_text(out, HTTP);
    add_own_paths(out, paths->folder);
    buf_addf(out, "    upstream beclere { server \"unix:%s\"; keepalive 64; }\n", paths->socket);
    add_server(out, paths, c);
    add_cards(out, paths, c);
    buf_add_text(out, "}\n");
}

/* ---- where things are ---- */

/* An absolute path; what does not exist yet is taken relative to the working folder. */
static bool absolute(const char *path, char ret[PATH_MAX], Err *err)
{
    char here[PATH_MAX];
    if (realpath(path, ret))
        return true;
    if (path[0] == '/'
            ? slice_copy(slice_of(path), ret, PATH_MAX)
            : getcwd(here, sizeof here) != NULL && snprintf(ret, PATH_MAX, "%s/%s", here, path) < PATH_MAX)
        return true;
    return err_set(err, ERR_UNAVAILABLE, NO_WRITE, "path: %s", strerror(errno));
}

static bool make_folder(const char *path, const struct stat *like, Err *err)
{
    if (mkdir(path, 0750) != 0 && errno != EEXIST)
        return err_set(err, ERR_UNAVAILABLE, NO_WRITE, "%s: %s", path, strerror(errno));
    if (geteuid() == 0 && chown(path, like->st_uid, like->st_gid) != 0)
        return err_set(err, ERR_UNAVAILABLE, NO_WRITE, "%s: %s", path, strerror(errno));
    return true;
}

bool edge_paths(const Config *c, EdgePaths *ret, Err *err)
{
    struct stat s;
    if (stat(config_text(c, "data"), &s) != 0)
        return err_set(err, ERR_UNAVAILABLE, NO_WRITE, "data folder: %s", strerror(errno));
    if (!absolute(config_text(c, "data"), ret->data, err) ||
        !absolute(config_text(c, "edge-ui"), ret->ui, err) ||
        !absolute(config_text(c, "edge-certificate"), ret->certificate, err) ||
        !absolute(config_text(c, "edge-key"), ret->key, err) ||
        !absolute(config_text(c, "card-authority"), ret->card_authority, err) ||
        !absolute(config_text(c, "socket"), ret->socket, err))
        return false;
    if (snprintf(ret->folder, PATH_MAX, "%s/edge", ret->data) >= PATH_MAX ||
        snprintf(ret->config, PATH_MAX, "%s/nginx.conf", ret->folder) >= PATH_MAX ||
        snprintf(ret->error_log, PATH_MAX, "%s/error.log", ret->folder) >= PATH_MAX)
        return err_set(err, ERR_INPUT, NO_WRITE, "the data folder's path is too long");
    return make_folder(ret->folder, &s, err);
}

static bool write_file(const char *path, Slice text, Err *err)
{
    char fresh[PATH_MAX + 8];
    (void)snprintf(fresh, sizeof fresh, "%s.new", path);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0)
        return err_set(err, ERR_UNAVAILABLE, NO_WRITE, "open: %s", strerror(errno));
    bool ok = write(fd, text.at, text.len) == (ssize_t)text.len;
    ok      = close(fd) == 0 && ok;
    return (ok && rename(fresh, path) == 0) ||
           err_set(err, ERR_UNAVAILABLE, NO_WRITE, "write: %s", strerror(errno));
}

bool edge_write_config(const Config *c, Err *err)
{
    EdgePaths *paths = calloc(1, sizeof *paths);
    if (!paths)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "edge_write_config");
    OWNED_BUF text = buf_make(CONFIG_MAX);
    bool      ok   = edge_paths(c, paths, err);
    if (ok)
        build(&text, paths, c);
    ok = ok && buf_ok(&text, err) && write_file(paths->config, buf_slice(&text), err);
    free(paths);
    return ok;
}
