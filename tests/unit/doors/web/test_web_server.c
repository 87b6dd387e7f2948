/*
 * The web door as a whole: real database, real archive, requests over its socket.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "clinic/archive/ingest.h"
#include "clinic/workflow/act.h"
#include "doors/web/push.h"
#include "doors/web/web_server.h"
#include "formats/dicom/part10.h"
#include "formats/dicom/writer.h"
#include "formats/json/json_util.h"
#include "guard/access/people.h"
#include "guard/access/sign_in.h"
#include "guard/audit/audit_list.h"
#include "platform/blobs/blobs.h"
#include "platform/clock.h"
#include "platform/log.h"
#include "schema/schema.h"

#define ORIGIN "https://localhost:8443"
#define SECRET "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
#define STUDY "2.25.1001"
#define SERIES "2.25.1002"

static struct {
    char       folder[64], socket[128];
    Config    *config;
    DbHost    *db;
    Blobs     *blobs;
    Access    *access;
    Archive   *archive;
    ActHouse  *acts;
    WebServer *server;
    char       cookie[128], csrf[80];
} world;

/* ---- the world ---- */

static bool people_work(Db *db, void *work, Err *err)
{
    (void)work;
    Organisation site  = { .name = "Hôpital du Nord", .kind = "site", .time_zone = "Europe/Paris" };
    Person       admin = { .login = "pacs", .family = "Martin", .given = "Jeanne", .active = true };
    int64_t      site_id, person_id;
    return organisation_create(db, &site, &site_id, err) && person_create(db, &admin, &person_id, err) &&
           membership_set(db, person_id, site_id, ROLE_PACS_ADMIN, err) &&
           account_demo(db, person_id, SLICE("correct horse battery"), SLICE(SECRET), err);
}

static int open_world(void **state)
{
    (void)state;
    Err  err = { 0 };
    char text[512], path[128], cache[128], key[128];
    log_set_level(LOG_ERROR);
    (void)snprintf(world.folder, sizeof world.folder, "/tmp/beclere-web-XXXXXX");
    if (!mkdtemp(world.folder))
        return -1;
    (void)snprintf(world.socket, sizeof world.socket, "%s/web.sock", world.folder);
    (void)snprintf(text, sizeof text,
                   "mode = demonstration\ndata = %s\nsocket = %s\npublic-url = " ORIGIN "\n", world.folder,
                   world.socket);
    (void)snprintf(path, sizeof path, "%s/db", world.folder);
    (void)snprintf(cache, sizeof cache, "%s/cache", world.folder);
    (void)snprintf(key, sizeof key, "%s/key", world.folder);
    world.config = config_parse(slice_of(text), "test.conf", &err);
    world.db     = db_open(path, SCHEMA_MIGRATIONS, SCHEMA_MIGRATION_COUNT, &err);
    (void)snprintf(path, sizeof path, "%s/blobs", world.folder);
    world.blobs            = blobs_open(path, 0, &err);
    SignInRules rules      = { .idle_s       = 1800,
                               .absolute_s   = 14400,
                               .rp_id        = "localhost",
                               .origin       = ORIGIN,
                               .key_file     = key,
                               .argon2_bytes = 8 << 20 };
    world.access           = world.db ? access_new(world.db, rules, &err) : NULL;
    ArchiveOptions options = { .cache_folder = cache, .ae_title = "BECLERE" };
    world.archive          = world.blobs ? archive_open(world.db, world.blobs, &options, &err) : NULL;
    ActNeeds needs         = {
                .host = world.db, .access = world.access, .blobs = world.blobs, .archive = world.archive
    };
    world.acts     = world.access ? act_house_new(&needs, &err) : NULL;
    WebHouse house = { .config  = world.config,
                       .db      = world.db,
                       .access  = world.access,
                       .archive = world.archive,
                       .acts    = world.acts,
                       .version = "test" };
    if (!world.acts || !db_write(world.db, people_work, NULL, &err) ||
        !(world.server = web_start(&house, &err))) {
        print_error("%s (%s)\n", err.shown ? err.shown : "", err.detail);
        return -1;
    }
    return 0;
}

static int remove_one(const char *path, const struct stat *s, int kind, struct FTW *at)
{
    (void)s;
    (void)kind;
    (void)at;
    return remove(path);
}

static int close_world(void **state)
{
    (void)state;
    web_stop(world.server);
    act_house_free(world.acts);
    archive_close(world.archive);
    access_free(world.access);
    blobs_close(world.blobs);
    db_close(world.db);
    config_free(world.config);
    return nftw(world.folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* ---- a small client ---- */

static int connect_door(void)
{
    int                fd      = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    (void)slice_copy(slice_of(world.socket), address.sun_path, sizeof address.sun_path);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    struct timeval patience = { .tv_sec = 20 };
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    return fd;
}

typedef struct Answer {
    int   status;
    Buf   all;
    Slice header, body;
} Answer;

static void send_all(int fd, Slice bytes)
{
    while (bytes.len) {
        ssize_t put = send(fd, bytes.at, bytes.len, MSG_NOSIGNAL);
        assert_true(put > 0);
        bytes = slice_part(bytes, (size_t)put, SIZE_MAX);
    }
}

/* 'headers' are whole lines with CRLF. */
static Answer ask(const char *method, const char *path, const char *headers, Slice body)
{
    int       fd      = connect_door();
    OWNED_BUF request = buf_make(64 << 20);
    buf_addf(&request, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Real-IP: 192.0.2.7\r\n%s",
             method, path, headers);
    if (body.len)
        buf_addf(&request, "Content-Length: %zu\r\n", body.len);
    buf_add_text(&request, "\r\n");
    buf_add(&request, body);
    send_all(fd, buf_slice(&request));
    Answer  a = { .all = buf_make(64 << 20) };
    char    block[65536];
    ssize_t got;
    while ((got = recv(fd, block, sizeof block, 0)) > 0)
        buf_add(&a.all, (Slice) { block, (size_t)got });
    (void)close(fd);
    Slice  all = buf_slice(&a.all);
    size_t end = slice_find(all, SLICE("\r\n\r\n"));
    assert_int_not_equal(end, SIZE_MAX);
    a.header = slice_part(all, 0, end);
    a.body   = slice_part(all, end + 4, SIZE_MAX);
    int64_t status;
    assert_true(slice_int(slice_part(all, 9, 3), &status));
    a.status = (int)status;
    return a;
}

static Slice header_of(const Answer *a, const char *name)
{
    Slice rest = a->header;
    while (rest.len) {
        Slice line = slice_cut(&rest, '\n'), key = slice_cut(&line, ':');
        if (slice_equal_fold(key, slice_of(name)))
            return slice_trim(line);
    }
    return SLICE_NONE;
}

static Answer ask_signed(const char *method, const char *path, const char *more, Slice body)
{
    char headers[1024];
    (void)snprintf(headers, sizeof headers, "Cookie: %s\r\nOrigin: " ORIGIN "\r\nX-CSRF: %s\r\n%s",
                   world.cookie, world.csrf, more);
    return ask(method, path, headers, body);
}

static void expect(Answer a, int status)
{
    if (a.status != status)
        print_error("%.*s\n", (int)a.all.len, a.all.at);
    assert_int_equal(a.status, status);
    buf_free(&a.all);
}

static json_t *expect_json(Answer a, int status)
{
    json_t *json = json_parse(a.body, NULL);
    expect(a, status);
    assert_non_null(json);
    return json;
}

static void keep_cookie(const Answer *a)
{
    Slice cookie = header_of(a, "Set-Cookie"), whole = cookie;
    assert_true(slice_starts(cookie, SLICE("__Host-beclere=")));
    assert_int_not_equal(slice_find(whole, SLICE("; Path=/; Secure; HttpOnly; SameSite=Strict")), SIZE_MAX);
    assert_true(slice_copy(slice_cut(&cookie, ';'), world.cookie, sizeof world.cookie));
}

static void learn_csrf(bool full)
{
    char headers[256];
    (void)snprintf(headers, sizeof headers, "Cookie: %s\r\n", world.cookie);
    json_t *me = expect_json(ask("GET", "/api/me", headers, SLICE_NONE), 200);
    assert_int_equal(json_is_true(json_object_get(me, "full")), full);
    assert_true(
        slice_copy(slice_of(json_string_value(json_object_get(me, "csrf"))), world.csrf, sizeof world.csrf));
    json_decref(me);
}

static int64_t lines_of(const char *what, const char *outcome)
{
    Err         err    = { 0 };
    AuditWanted wanted = { 0 };
    json_t     *trace  = NULL, *line;
    size_t      i;
    int64_t     count = 0;
    OWNED(Db) *db     = db_read(world.db, &err);
    assert_true(db && audit_list_json(db, &wanted, &trace, &err));
    json_array_foreach (json_object_get(trace, "lines"), i, line)
        count += strcmp(json_string_value(json_object_get(line, "what")), what) == 0 &&
                 strcmp(json_string_value(json_object_get(line, "outcome")), outcome) == 0;
    json_decref(trace);
    return count;
}

/* ---- the story ---- */

static void health_answers_anybody(void **state)
{
    (void)state;
    json_t *health = expect_json(ask("GET", "/api/health", "", SLICE_NONE), 200);
    assert_true(json_is_true(json_object_get(health, "ok")));
    assert_string_equal(json_string_value(json_object_get(health, "mode")), "demonstration");
    json_decref(health);
}

static void a_stranger_is_asked_to_sign_in(void **state)
{
    (void)state;
    json_t *refusal = expect_json(ask("GET", "/dicom-web/studies", "", SLICE_NONE), 401);
    assert_string_equal(json_string_value(json_object_get(json_object_get(refusal, "error"), "kind")), "sign-"
                                                                                                       "in");
    json_decref(refusal);
    expect(ask("GET", "/dicom-web/studies", "", SLICE_NONE), 401);
    assert_int_equal(lines_of("GET /dicom-web/studies", "refused"),
                     1); /* once: a stranger does not fill the trace */
    expect(ask("GET", "/api/nothing", "", SLICE_NONE), 404);
    expect(ask("DELETE", "/api/acts", "", SLICE_NONE), 405);
}

static void signing_in_takes_two_factors_and_our_origin(void **state)
{
    (void)state;
    Slice login = SLICE("{\"login\":\"pacs\",\"password\":\"correct horse battery\"}");
    expect(ask("POST", "/api/sign-in/password", "", login), 403);
    expect(ask("POST", "/api/sign-in/password", "Origin: https://elsewhere.example\r\n", login), 403);
    expect(ask("POST", "/api/sign-in/password", "Origin: " ORIGIN "\r\n",
               SLICE("{\"login\":\"pacs\",\"password\":\"no\"}")),
           401);
    Answer half = ask("POST", "/api/sign-in/password", "Origin: " ORIGIN "\r\n", login);
    keep_cookie(&half);
    expect(half, 200);
    learn_csrf(false);
    expect(ask_signed("GET", "/dicom-web/studies", "", SLICE_NONE), 401); /* half is not signed in */
    char code[8], body[64], half_cookie[128];
    memcpy(half_cookie, world.cookie, sizeof half_cookie);
    assert_true(totp_code_now(SLICE(SECRET), code, NULL));
    (void)snprintf(body, sizeof body, "{\"code\":\"%s\"}", code);
    Answer full = ask_signed("POST", "/api/sign-in/totp", "", slice_of(body));
    keep_cookie(&full);
    expect(full, 200);
    assert_string_not_equal(half_cookie, world.cookie);
    learn_csrf(true);
    char headers[256];
    (void)snprintf(headers, sizeof headers, "Cookie: %s\r\n", half_cookie);
    expect(ask("GET", "/api/me", headers, SLICE_NONE), 401); /* the half-open session is gone */
}

static void changes_need_csrf_and_searches_are_traced(void **state)
{
    (void)state;
    char headers[256];
    (void)snprintf(headers, sizeof headers, "Cookie: %s\r\nOrigin: " ORIGIN "\r\n", world.cookie);
    expect(ask("POST", "/api/demo/clock", headers, SLICE("{\"advance_ms\":1}")), 403);
    expect(ask_signed("POST", "/api/demo/clock", "", SLICE("{\"advance_ms\":1}")), 200);
    expect(ask_signed("POST", "/api/demo/clock", "", SLICE("[1]")), 400);
    expect(ask_signed("POST", "/api/people", "", SLICE("{}")), 403); /* no administrator */
    assert_int_equal(lines_of("POST /api/people", "refused"), 1);
    expect(ask_signed("GET", "/dicom-web/studies?PatientID=X", "", SLICE_NONE), 200);
    expect(ask_signed("GET", "/dicom-web/studies?PatientID=X", "", SLICE_NONE), 200);
    assert_int_equal(lines_of("GET /dicom-web/studies", "ok"), 1); /* covered for ten minutes */
    expect(ask_signed("GET", "/dicom-web/studies?NoSuchAttribute=1", "", SLICE_NONE), 400);
}

static void make_image(const char *instance, Buf *ret)
{
    static const char PIXELS[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    OWNED(DicomWriter) *w       = dw_new(1 << 20);
    dw_text(w, TAG_SOP_CLASS_UID, "1.2.840.10008.5.1.4.1.1.2");
    dw_text(w, TAG_SOP_INSTANCE_UID, instance);
    dw_text(w, TAG_STUDY_INSTANCE_UID, STUDY);
    dw_text(w, TAG_SERIES_INSTANCE_UID, SERIES);
    dw_text(w, TAG_MODALITY, "CT");
    dw_text(w, TAG_PATIENT_NAME, "ESSAI^CAMILLE");
    dw_text(w, TAG_PATIENT_ID, "T1");
    dw_int(w, TAG_SAMPLES_PER_PIXEL, 1);
    dw_text(w, TAG_PHOTOMETRIC_INTERPRETATION, "MONOCHROME2");
    dw_int(w, TAG_ROWS, 2);
    dw_int(w, TAG_COLUMNS, 2);
    dw_int(w, TAG_BITS_ALLOCATED, 16);
    dw_int(w, TAG_BITS_STORED, 16);
    dw_int(w, TAG_HIGH_BIT, 15);
    dw_int(w, TAG_PIXEL_REPRESENTATION, 0);
    dw_pixels(w, (Slice) { PIXELS, sizeof PIXELS }, 16);
    Err err = { 0 };
    assert_true(dw_finish_file(w, "1.2.840.10008.1.2.1", ret, &err));
}

static void add_part(Buf *body, Slice file)
{
    buf_add_text(body, "--cut\r\nContent-Type: application/dicom\r\n\r\n");
    buf_add(body, file);
    buf_add_text(body, "\r\n");
}

#define UPLOAD "Content-Type: multipart/related; type=\"application/dicom\"; boundary=cut\r\n"

static size_t values_of(const json_t *answer, const char *sequence)
{
    return json_array_size(json_object_get(json_object_get(answer, sequence), "Value"));
}

static void images_are_stored_each_judged_alone(void **state)
{
    (void)state;
    OWNED_BUF one = buf_make(1 << 20), two = buf_make(1 << 20), body = buf_make(4 << 20);
    make_image("2.25.1", &one);
    make_image("2.25.2", &two);
    add_part(&body, buf_slice(&one));
    add_part(&body, buf_slice(&two));
    buf_add_text(&body, "--cut--");
    json_t *all = expect_json(ask_signed("POST", "/dicom-web/studies", UPLOAD, buf_slice(&body)), 200);
    assert_int_equal(values_of(all, "00081199"), 2);
    json_decref(all);
    buf_clear(&body);
    add_part(&body, buf_slice(&one));
    add_part(&body, SLICE("this is no image"));
    buf_add_text(&body, "--cut--");
    json_t *some = expect_json(ask_signed("POST", "/dicom-web/studies", UPLOAD, buf_slice(&body)), 202);
    assert_int_equal(values_of(some, "00081199"), 1);
    assert_int_equal(values_of(some, "00081198"), 1);
    json_decref(some);
    json_t *none =
        expect_json(ask_signed("POST", "/dicom-web/studies/2.25.9", UPLOAD, buf_slice(&body)), 409);
    assert_int_equal(values_of(none, "00081198"), 2);
    json_decref(none);
    expect(ask_signed("POST", "/dicom-web/studies", UPLOAD, SLICE("--cut\r\n\r\ncut short")), 400);
    expect(ask_signed("POST", "/dicom-web/studies", "Content-Type: application/dicom\r\n", SLICE("x")), 415);
}

static void permission_for_an_upload_is_asked_before_its_body(void **state)
{
    (void)state;
    expect(ask("GET", "/api/may-upload", "", SLICE_NONE), 401);
    expect(ask_signed("GET", "/api/may-upload", "X-Upload-Bytes: 1000\r\n", SLICE_NONE), 204);
    expect(ask_signed("GET", "/api/may-upload", "X-Upload-Bytes: 99999999999999\r\n", SLICE_NONE), 403);
    char headers[256];
    (void)snprintf(headers, sizeof headers, "Cookie: %s\r\nOrigin: " ORIGIN "\r\n", world.cookie);
    expect(ask("GET", "/api/may-upload", headers, SLICE_NONE), 403);
}

#define INSTANCE "/dicom-web/studies/" STUDY "/series/" SERIES "/instances/2.25.1"

static void objects_come_back_byte_for_byte(void **state)
{
    (void)state;
    OWNED_BUF one = buf_make(1 << 20);
    make_image("2.25.1", &one);
    Answer single = ask_signed("GET", INSTANCE, "Accept: application/dicom\r\n", SLICE_NONE);
    assert_true(slice_starts(header_of(&single, "X-Accel-Redirect"), SLICE("/_blobs/")));
    assert_true(slice_equal(header_of(&single, "Content-Type"), SLICE("application/dicom")));
    expect(single, 200);
    Answer part =
        ask_signed("GET", INSTANCE, "Accept: multipart/related; type=\"application/dicom\"\r\n", SLICE_NONE);
    assert_true(slice_starts(header_of(&part, "X-Accel-Redirect"),
                             SLICE("/_parts/1.2.840.10008.1.2.1/_blobs/"))); /* the edge writes the rest */
    expect(part, 200);
    int64_t length;
    Answer  study = ask_signed("GET", "/dicom-web/studies/" STUDY, "", SLICE_NONE);
    assert_true(slice_int(header_of(&study, "Content-Length"), &length) && (size_t)length == study.body.len);
    assert_int_not_equal(slice_find(study.body, buf_slice(&one)), SIZE_MAX);
    assert_true(study.body.len > 2 * one.len && slice_ends(study.body, SLICE("--\r\n")));
    expect(study, 200);
    expect(ask_signed("GET", INSTANCE, "Accept: image/gif\r\n", SLICE_NONE), 406);
    expect(ask_signed("GET", INSTANCE,
                      "Accept: application/dicom; transfer-syntax=1.2.840.10008.1.2.4.90\r\n", SLICE_NONE),
           406);
    expect(ask_signed("GET", "/dicom-web/studies/2.25.77", "", SLICE_NONE), 404);
}

static void frames_and_headers_are_served(void **state)
{
    (void)state;
    Answer frame = ask_signed("GET", INSTANCE "/frames/1",
                              "Accept: multipart/related; type=application/octet-stream; "
                              "transfer-syntax=*\r\n",
                              SLICE_NONE);
    assert_true(slice_starts(header_of(&frame, "X-Accel-Redirect"), SLICE("/_cache/frames/")));
    expect(frame, 200);
    Answer alone =
        ask_signed("GET", INSTANCE "/frames/1", "Accept: application/octet-stream\r\n", SLICE_NONE);
    assert_true(slice_equal(alone.body, (Slice) { "\1\2\3\4\5\6\7\10", 8 }));
    expect(alone, 200);
    expect(ask_signed("GET", INSTANCE "/frames/2", "", SLICE_NONE), 404);
    expect(ask_signed("GET", INSTANCE "/frames/1,2", "", SLICE_NONE), 404);
    expect(ask_signed("GET", INSTANCE "/frames/1,1", "", SLICE_NONE), 200);
    expect(ask_signed("GET", INSTANCE "/frames/x", "", SLICE_NONE), 400);
    assert_int_equal(lines_of("GET "
                              "/dicom-web/studies/{study}/series/{series}/instances/{instance}/frames/{list}",
                              "ok"),
                     1);
    Answer series =
        ask_signed("GET", "/dicom-web/studies/" STUDY "/series/" SERIES "/metadata", "", SLICE_NONE);
    assert_true(slice_starts(header_of(&series, "X-Accel-Redirect"), SLICE("/_cache/headers/")));
    expect(series, 200);
    json_t *headers = expect_json(ask_signed("GET", INSTANCE "/metadata", "", SLICE_NONE), 200);
    assert_int_equal(json_array_size(headers), 1);
    json_decref(headers);
    json_t *found =
        expect_json(ask_signed("GET", "/dicom-web/studies/" STUDY "/instances", "", SLICE_NONE), 200);
    assert_int_equal(json_array_size(found), 2);
    json_decref(found);
}

static void read_until(int fd, Buf *all, Slice mark)
{
    char block[4096];
    while (slice_find(buf_slice(all), mark) == SIZE_MAX) {
        ssize_t got = recv(fd, block, sizeof block, 0);
        if (got <= 0)
            fail_msg("the socket ended before \"%.*s\"", (int)mark.len, mark.at);
        buf_add(all, (Slice) { block, (size_t)got });
    }
}

static void a_filter_too_long_is_refused_rather_than_left_out(void **state)
{
    (void)state;
    OWNED_BUF path = buf_make(8192);
    buf_add_text(&path, "/dicom-web/studies?PatientID=");
    for (int i = 0; i < 3000; i++)
        buf_add_char(&path, 'A');
    expect(ask_signed("GET", buf_text(&path), "", SLICE_NONE), 400);
}

static void a_body_over_its_limit_is_refused_whether_declared_or_not(void **state)
{
    (void)state;
    OWNED_BUF large = buf_make(1 << 20), chunked = buf_make(1 << 20);
    for (int i = 0; i < 20000; i++)
        buf_add_char(&large, ' ');
    expect(ask_signed("POST", "/api/demo/clock", "", buf_slice(&large)), 413);
    buf_addf(&chunked, "%zx\r\n%.*s\r\n0\r\n\r\n", large.len, (int)large.len, large.at);
    char headers[512];
    (void)snprintf(headers, sizeof headers,
                   "Cookie: %s\r\nOrigin: " ORIGIN "\r\nX-CSRF: %s\r\nTransfer-Encoding: chunked\r\n\r\n%s",
                   world.cookie, world.csrf, "");
    int       fd      = connect_door();
    OWNED_BUF request = buf_make(1 << 20), all = buf_make(1 << 20);
    buf_addf(&request, "POST /api/demo/clock HTTP/1.1\r\nHost: localhost\r\n%s", headers);
    buf_add(&request, buf_slice(&chunked));
    send_all(fd, buf_slice(&request));
    read_until(fd, &all, SLICE("\r\n\r\n"));
    assert_true(slice_starts(buf_slice(&all), SLICE("HTTP/1.1 413")));
    (void)close(fd);
}

/* ---- push ---- */

static const char HANDSHAKE[] = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

static int open_push(Buf *all)
{
    int       fd      = connect_door();
    OWNED_BUF request = buf_make(8192);
    buf_addf(&request,
             "GET /api/push HTTP/1.1\r\nHost: localhost\r\nOrigin: " ORIGIN "\r\nCookie: %s\r\n%s\r\n",
             world.cookie, HANDSHAKE);
    send_all(fd, buf_slice(&request));
    read_until(fd, all, SLICE("\"type\":\"hello\""));
    return fd;
}

static void the_accept_key_is_the_one_of_the_standard(void **state) /* RFC 6455 §1.3 */
{
    (void)state;
    char accept[PUSH_ACCEPT_SIZE];
    assert_true(push_accept_key(SLICE("dGhlIHNhbXBsZSBub25jZQ=="), accept));
    assert_string_equal(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    assert_false(push_accept_key(SLICE("short"), accept));
}

static void a_page_is_greeted_and_told_when_its_session_ends(void **state)
{
    (void)state;
    char headers[512];
    (void)snprintf(headers, sizeof headers, "Cookie: %s\r\nOrigin: https://elsewhere.example\r\n",
                   world.cookie);
    expect(ask("GET", "/api/push", headers, SLICE_NONE), 403);
    expect(ask_signed("GET", "/api/push", "", SLICE_NONE), 400); /* no handshake */
    OWNED_BUF all = buf_make(1 << 20);
    int       fd  = open_push(&all);
    assert_true(slice_starts(buf_slice(&all), SLICE("HTTP/1.1 101")));
    assert_int_not_equal(slice_find(buf_slice(&all), SLICE("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")), SIZE_MAX);
    expect(ask_signed("POST", "/api/sign-out", "", SLICE("{}")), 200);
    read_until(fd, &all, SLICE("\"ends\":\"signed-out\""));
    expect(ask_signed("GET", "/api/me", "", SLICE_NONE), 401); /* at once, not in five seconds */
    (void)close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(health_answers_anybody),
        cmocka_unit_test(a_stranger_is_asked_to_sign_in),
        cmocka_unit_test(signing_in_takes_two_factors_and_our_origin),
        cmocka_unit_test(changes_need_csrf_and_searches_are_traced),
        cmocka_unit_test(images_are_stored_each_judged_alone),
        cmocka_unit_test(permission_for_an_upload_is_asked_before_its_body),
        cmocka_unit_test(objects_come_back_byte_for_byte),
        cmocka_unit_test(frames_and_headers_are_served),
        cmocka_unit_test(a_filter_too_long_is_refused_rather_than_left_out),
        cmocka_unit_test(a_body_over_its_limit_is_refused_whether_declared_or_not),
        cmocka_unit_test(the_accept_key_is_the_one_of_the_standard),
        cmocka_unit_test(a_page_is_greeted_and_told_when_its_session_ends),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
