/*
 * Tests of the edge with a real nginx and a real client (curl), before a small upstream that tells what it
 * was sent.
 *
 * Skipped, and saying so, where nginx, openssl or curl is not installed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "platform/child/child.h"
#include "platform/edge/edge.h"
#include "platform/net/net.h"

typedef struct Place {
    bool      ready;
    char      folder[64];
    Config   *config;
    Edge     *edge;
    int       upstream, stop[2], port;
    pthread_t thread;
} Place;

static Place place;

/* ---- the upstream: answers every request with the request head it got, or as its path asks ---- */

static void answer(int fd, const char *request)
{
    char        text[8192];
    const char *extra = "", *status = "200 OK";
    if (strstr(request, "GET /api/stored"))
        extra = "X-Accel-Redirect: /_blobs/a/b.dcm\r\nContent-Type: application/dicom\r\nCache-Control: "
                "private\r\n";
    if (strstr(request, "GET /api/made"))
        extra = "X-Accel-Redirect: /_cache/f.mp\r\n";
    if (strstr(request, "GET /api/part"))
        extra = "X-Accel-Redirect: " EDGE_PART "1.2.3/_blobs/a/b.dcm\r\nContent-Type: multipart/related\r\n";
    if (strstr(request, "GET /api/packed"))
        extra = "X-Accel-Redirect: /_cache/headers/h.json\r\n";
    if (strstr(request, "/api/may-upload") && !strcasestr(request, "cookie: session=good"))
        status = "403 Forbidden";
    int len =
        snprintf(text, sizeof text, "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
                 status, extra, strlen(request), request);
    (void)net_write_all(fd, (Slice) { text, (size_t)len }, 2000, NULL);
}

/* Bytes of the body that have not come yet. */
static size_t body_left(const char *request, size_t len)
{
    const char *length = strcasestr(request, "\r\nContent-Length:");
    const char *end    = strstr(request, "\r\n\r\n");
    size_t      here   = len - (size_t)(end + 4 - request);
    size_t      total  = length && length < end ? strtoul(length + 17, NULL, 10) : 0;
    return total > here ? total - here : 0;
}

/* The head of a request, then its whole body: closing with unread bytes would reset the connection. */
static void serve_one(int fd)
{
    char   request[6000];
    size_t len = 0;
    while (len < sizeof request - 1 && !memmem(request, len, "\r\n\r\n", 4)) {
        ssize_t got = recv(fd, request + len, sizeof request - 1 - len, 0);
        if (got <= 0)
            return;
        len += (size_t)got;
    }
    request[len] = '\0';
    char drain[65536];
    for (size_t left = body_left(request, len); left;) {
        ssize_t got = recv(fd, drain, left < sizeof drain ? left : sizeof drain, 0);
        if (got <= 0)
            return;
        left -= (size_t)got;
    }
    answer(fd, request);
}

static void *upstream(void *arg)
{
    (void)arg;
    char peer[64];
    int  fd;
    while ((fd = net_accept(place.upstream, place.stop[0], peer, NULL)) >= 0) {
        serve_one(fd);
        close(fd);
    }
    return NULL;
}

/* ---- the stage ---- */

static void put(const char *name, const char *text)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", place.folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void make(const char *name)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", place.folder, name);
    (void)mkdir(path, 0755);
}

static bool has(const char *program)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/usr/bin/%s", program);
    if (access(path, X_OK) == 0)
        return true;
    (void)snprintf(path, sizeof path, "/usr/sbin/%s", program);
    return access(path, X_OK) == 0;
}

static bool certificate(void)
{
    char key[128], crt[128];
    (void)snprintf(key, sizeof key, "%s/tls/edge.key", place.folder);
    (void)snprintf(crt, sizeof crt, "%s/tls/edge.crt", place.folder);
    OWNED_BUF         out    = buf_make(65536);
    const char *const argv[] = { "openssl",
                                 "req",
                                 "-x509",
                                 "-newkey",
                                 "ec",
                                 "-pkeyopt",
                                 "ec_paramgen_curve:P-256",
                                 "-nodes",
                                 "-subj",
                                 "/CN=localhost",
                                 "-days",
                                 "2",
                                 "-keyout",
                                 key,
                                 "-out",
                                 crt,
                                 NULL };
    return child_run(argv, 30000, &out, NULL) == 0;
}

static int free_port(void)
{
    int fd   = net_listen_tcp("127.0.0.1:0", 1, NULL);
    int port = net_listen_port(fd);
    close(fd);
    return port;
}

static void lay_out(void)
{
    static const char *const FOLDERS[] = { "tls",   "run",           "blobs", "blobs/a",
                                           "cache", "cache/headers", "ui",    "ui/assets" };
    for (size_t i = 0; i < COUNT(FOLDERS); i++)
        make(FOLDERS[i]);
    put("blobs/a/b.dcm", "0123456789");
    put("cache/f.mp", "frame");
    put("cache/headers/h.json", "plain");
    put("cache/headers/h.json.gz", "packed");
    put("ui/index.html", "<html><style nonce=\"__NONCE__\"></style></html>");
    put("ui/assets/x.wasm", "wasm");
    put("ui/assets/y.js", "plain");
    put("secret.txt", "secret");
}

static int group_setup(void **state)
{
    (void)state;
    if (!has("nginx") || !has("openssl") || !has("curl")) {
        printf("skipped: nginx, openssl and curl are needed\n");
        return 0;
    }
    (void)snprintf(place.folder, sizeof place.folder, "/tmp/beclere-edge-XXXXXX");
    if (!mkdtemp(place.folder) || chmod(place.folder, 0755) != 0)
        return -1;
    lay_out();
    char text[1024];
    place.port = free_port();
    (void)snprintf(text, sizeof text, "data = %s\nedge-ui = %s/ui\nedge-listen = 127.0.0.1:%d\n",
                   place.folder, place.folder, place.port);
    Err err      = { 0 };
    place.config = config_parse(slice_of(text), "test", &err);
    if (!place.config || !certificate() || pipe(place.stop) != 0)
        return -1;
    place.upstream = net_listen_unix(config_text(place.config, "socket"), 64, &err);
    if (place.upstream < 0 || pthread_create(&place.thread, NULL, upstream, NULL) != 0)
        return -1;
    place.edge = edge_start(place.config, &err);
    if (!place.edge)
        printf("%s\n", err.detail);
    place.ready = place.edge != NULL;
    return place.ready ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *s, int kind, struct FTW *at)
{
    (void)s, (void)kind, (void)at;
    return remove(path);
}

static int group_teardown(void **state)
{
    (void)state;
    if (!place.folder[0])
        return 0;
    edge_stop(place.edge);
    if (place.upstream > 0) {
        (void)!write(place.stop[1], "x", 1);
        pthread_join(place.thread, NULL);
    }
    config_free(place.config);
    (void)nftw(place.folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    return 0;
}

/* What curl prints (head and body) for a path, with up to six more arguments. */
static void get(const char *path, char *ret, size_t size, const char *const more[])
{
    char url[256];
    (void)snprintf(url, sizeof url, "https://127.0.0.1:%d%s", place.port, path);
    const char *argv[16] = { "curl", "-sk", "-i", "--path-as-is", "-m", "10", url };
    for (size_t i = 0; more && more[i]; i++)
        argv[7 + i] = more[i];
    OWNED_BUF out = buf_make(1 << 17);
    assert_int_equal(child_run(argv, 20000, &out, NULL), 0);
    (void)slice_copy(buf_slice(&out), ret, size);
}

#define NEEDS_NGINX()                                                                                        \
    if (!place.ready)                                                                                        \
    skip()

#define assert_has(text, part)                                                                               \
    do {                                                                                                     \
        if (!strcasestr(text, part))                                                                         \
            fail_msg("\"%s\" is missing in\n%s", part, text);                                                \
    } while (0)
#define assert_lacks(text, part)                                                                             \
    do {                                                                                                     \
        if (strcasestr(text, part))                                                                          \
            fail_msg("\"%s\" should not be in\n%s", part, text);                                             \
    } while (0)

static void the_page_comes_with_its_policy_and_a_fresh_nonce(void **state)
{
    (void)state;
    NEEDS_NGINX();
    char first[8192], second[8192];
    get("/", first, sizeof first, NULL);
    get("/acts/12", second, sizeof second, NULL); /* a place inside the page */
    char *nonces[2] = { strstr(first, "style nonce=\""), strstr(second, "style nonce=\"") };
    for (int i = 0; i < 2; i++) {
        assert_non_null(nonces[i]);
        char policy[64] = { 0 };
        (void)snprintf(policy, sizeof policy, "'nonce-%.32s'", nonces[i] + strlen("style nonce=\""));
        assert_has(i ? second : first, policy);
    }
    assert_memory_not_equal(nonces[0], nonces[1], 45);
    assert_has(first, "HTTP/2 200");
    assert_has(first, "cache-control: no-cache");
    assert_has(first, "x-content-type-options: nosniff");
    assert_has(first, "content-type: text/html; charset=utf-8");
    assert_lacks(first, "__NONCE__");
    assert_lacks(first, "server: nginx/");
}

static void assets_are_kept_for_ever_and_absent_ones_are_absent(void **state)
{
    (void)state;
    NEEDS_NGINX();
    char text[8192];
    get("/assets/x.wasm", text, sizeof text, NULL);
    assert_has(text, "content-type: application/wasm");
    assert_has(text, "immutable");
    assert_has(text, "wasm-unsafe-eval"); /* workers obey the policy of their own file */
    get("/assets/none.js", text, sizeof text, NULL);
    assert_has(text, "HTTP/2 404");
}

static void the_client_s_own_copy_of_our_headers_never_arrives(void **state)
{
    (void)state;
    NEEDS_NGINX();
    static const char *const FORGED[] = { "-H", "X-Real-IP: 6.6.6.6",       "-H", "X-Client-Cert: forged",
                                          "-H", "X-Forwarded-For: 6.6.6.6", NULL };
    static const char *const MORE[]   = { "-H", "X-Request-Id: forged",   "-H", "X-Original-URI: forged",
                                          "-H", "X-Upload-Bytes: forged", NULL };
    char                     text[8192];
    get("/api/me", text, sizeof text, FORGED);
    assert_has(text, "GET /api/me HTTP/1.1");
    assert_has(text, "X-Real-IP: 127.0.0.1");
    assert_has(text, "X-Request-Id: ");
    assert_has(text, "Host: 127.0.0.1:");
    assert_lacks(text, "6.6.6.6");
    assert_lacks(text, "forged");
    get("/dicom-web/studies/1.2/metadata", text, sizeof text, MORE);
    assert_lacks(text, "forged");
    get("/dicom-web/studies", text, sizeof text, MORE);
    assert_lacks(text, "forged");
}

static void stored_bytes_come_only_by_our_word_with_ranges_and_headers(void **state)
{
    (void)state;
    NEEDS_NGINX();
    static const char *const RANGE[] = { "-H", "Range: bytes=2-4", NULL };
    char                     text[8192];
    get("/api/stored", text, sizeof text, NULL);
    assert_has(text, "HTTP/2 200");
    assert_has(text, "content-type: application/dicom");
    assert_has(text, "cache-control: private");
    assert_has(text, "etag: ");
    assert_has(text, "nosniff");
    assert_has(text, "default-src 'none'");
    assert_has(text, "\r\n\r\n0123456789");
    get("/api/stored", text, sizeof text, RANGE);
    assert_has(text, "HTTP/2 206");
    assert_has(text, "content-range: bytes 2-4/10");
    assert_has(text, "\r\n\r\n234");
    get("/api/made", text, sizeof text, NULL);
    assert_has(text, "\r\n\r\nframe");
    static const char *const DIRECT[] = {
        "/_blobs/a/b.dcm", "/_cache/f.mp", "/_cache/headers/h.json", EDGE_PART "1.2.3/_blobs/a/b.dcm",
        "/_part_head",     "/_part_end",   "/_may_upload",           "/api/may-upload"
    };
    for (size_t i = 0; i < COUNT(DIRECT); i++) {
        get(DIRECT[i], text, sizeof text, NULL);
        assert_has(text, "HTTP/2 404");
    }
    static const char *const OUTSIDE[] = { "/../secret.txt", "/assets/../../secret.txt",
                                           "/assets/%2e%2e/%2e%2e/secret.txt" };
    for (size_t i = 0; i < COUNT(OUTSIDE); i++) {
        get(OUTSIDE[i], text, sizeof text, NULL);
        assert_lacks(text, "\r\n\r\nsecret");
    }
}

static void a_stored_file_is_sent_as_the_one_part_of_a_body(void **state)
{
    (void)state;
    NEEDS_NGINX();
    char text[8192];
    get("/api/part", text, sizeof text, NULL);
    assert_has(text, "HTTP/2 200");
    assert_has(text, "content-type: multipart/related");
    assert_has(text, "etag: W/"); /* not that of the file alone */
    assert_has(text, "default-src 'none'");
    assert_has(text, "\r\n\r\n--" EDGE_BOUNDARY "\r\nContent-Type: application/dicom; "
                     "transfer-syntax=1.2.3\r\n"
                     "\r\n0123456789\r\n--" EDGE_BOUNDARY "--\r\n");
}

static void a_packed_file_beside_a_header_is_sent_to_who_takes_it(void **state)
{
    (void)state;
    NEEDS_NGINX();
    static const char *const PACKED[] = { "-H", "Accept-Encoding: gzip", NULL };
    char                     text[8192];
    get("/api/packed", text, sizeof text, PACKED);
    assert_has(text, "content-encoding: gzip");
    assert_has(text, "\r\n\r\npacked");
    get("/api/packed", text, sizeof text, NULL);
    assert_has(text, "\r\n\r\nplain");
}

static void an_upload_is_asked_about_before_its_body(void **state)
{
    (void)state;
    NEEDS_NGINX();
    char body[128], text[8192], large[128];
    (void)snprintf(body, sizeof body, "@%s/upload", place.folder);
    (void)snprintf(large, sizeof large, "%s/upload", place.folder);
    FILE *file = fopen(large, "w");
    assert_int_equal(ftruncate(fileno(file), 5000000), 0);
    fclose(file);
    const char *const refused[] = { "-X", "POST", "--data-binary", body, NULL };
    get("/dicom-web/studies", text, sizeof text, refused);
    assert_has(text, "403");
    assert_lacks(text, "POST /dicom-web");
    get("/api/imports/7/files?path=a", text, sizeof text, refused);
    assert_has(text, "403");
    assert_lacks(text, "POST /api/imports");
    const char *const admitted[] = { "-H", "Cookie: session=good", "-H", "Expect:", "--data-binary", body,
                                     NULL };
    get("/dicom-web/studies/1.2.3", text, sizeof text, admitted);
    assert_has(text, "POST /dicom-web/studies/1.2.3");
    get("/api/imports/7/files?path=a", text, sizeof text, admitted);
    assert_has(text, "POST /api/imports/7/files?path=a");
    const char *const too_large[] = { "--data-binary", body, NULL };
    get("/api/acts", text, sizeof text, too_large);
    assert_has(text, "413");
    get("/dicom-web/studies", text, sizeof text, NULL); /* a search needs no such question */
    assert_has(text, "GET /dicom-web/studies");
}

static void guessing_at_the_sign_in_is_slowed_down(void **state)
{
    (void)state;
    NEEDS_NGINX();
    char url[128];
    (void)snprintf(url, sizeof url, "https://127.0.0.1:%d/api/sign-in/totp?[1-120]", place.port);
    const char *const argv[] = { "curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}\\n", url, NULL };
    OWNED_BUF         out    = buf_make(1 << 16);
    (void)child_run(argv, 60000, &out, NULL);
    assert_has(buf_text(&out), "200\n");
    assert_has(buf_text(&out), "429\n");
}

static void logs_hold_no_query(void **state)
{
    (void)state;
    NEEDS_NGINX();
    static char text[1 << 18];
    char        path[128];
    get("/api/patients?name=DUPONT", text, sizeof text, NULL);
    sleep(6); /* the log is flushed every five seconds */
    (void)snprintf(path, sizeof path, "%s/edge/access.log", place.folder);
    FILE  *file = fopen(path, "r");
    size_t len  = fread(text, 1, sizeof text - 1, file);
    text[len]   = '\0';
    fclose(file);
    assert_has(text, "\"path\":\"/api/patients\"");
    assert_lacks(text, "DUPONT");
}

static void a_wrong_certificate_is_told_in_nginx_s_words(void **state)
{
    (void)state;
    NEEDS_NGINX();
    char text[512];
    (void)snprintf(text, sizeof text,
                   "data = %s\nedge-certificate = %s/none.crt\nedge-listen = 127.0.0.1:%d\n", place.folder,
                   place.folder, free_port());
    make("again");
    Err err          = { 0 };
    OWNED(Config) *c = config_parse(slice_of(text), "test", &err);
    assert_non_null(c);
    assert_null(edge_start(c, &err));
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
    assert_has(err.detail, "nginx -t");
    assert_has(err.detail, "none.crt");
    assert_true(edge_alive(place.edge));
    assert_true(edge_write_config(place.config, NULL));
}

static void a_port_that_is_taken_is_an_error_not_a_silence(void **state)
{
    (void)state;
    NEEDS_NGINX();
    Err err = { 0 };
    assert_null(edge_start(place.config, &err)); /* our own edge holds it */
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
    assert_true(edge_alive(place.edge));
}

int main(void)
{
    (void)signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_comes_with_its_policy_and_a_fresh_nonce),
        cmocka_unit_test(assets_are_kept_for_ever_and_absent_ones_are_absent),
        cmocka_unit_test(the_client_s_own_copy_of_our_headers_never_arrives),
        cmocka_unit_test(stored_bytes_come_only_by_our_word_with_ranges_and_headers),
        cmocka_unit_test(a_stored_file_is_sent_as_the_one_part_of_a_body),
        cmocka_unit_test(a_packed_file_beside_a_header_is_sent_to_who_takes_it),
        cmocka_unit_test(an_upload_is_asked_about_before_its_body),
        cmocka_unit_test(guessing_at_the_sign_in_is_slowed_down),
        cmocka_unit_test(logs_hold_no_query),
        cmocka_unit_test(a_wrong_certificate_is_told_in_nginx_s_words),
        cmocka_unit_test(a_port_that_is_taken_is_an_error_not_a_silence),
    };
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
