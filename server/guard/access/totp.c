/*
 * Codes of six digits that change every 30 seconds (RFC 6238): checking them once each, and enrolling a
 * generator.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <liboath/oath.h>
#include <qrencode.h>
#include <sodium.h>

#include "formats/json/base64.h"
#include "formats/json/json_util.h"
#include "guard/access/access_internal.h"
#include "platform/clock.h"

enum { STEP_S = 30, WINDOW = 1, SECRET_SIZE = 20, SEALED_MAX = 512 };

static pthread_once_t oath_once = PTHREAD_ONCE_INIT;
static bool           oath_fine;

static void oath_begin(void)
{
    oath_fine = oath_init() == OATH_OK;
}

bool totp_ready(void)
{
    return pthread_once(&oath_once, oath_begin) == 0 && oath_fine;
}

/* Six digits; spaces are what people type. */
static bool code_digits(Slice code, char ret[CODE_LENGTH + 1])
{
    size_t len = 0;
    for (size_t i = 0; i < code.len; i++) {
        char c = code.at[i];
        if (c == ' ')
            continue;
        if (c < '0' || c > '9' || len == CODE_LENGTH)
            return false;
        ret[len++] = c;
    }
    ret[len] = '\0';
    return len == CODE_LENGTH;
}

/* The time step that a code belongs to, now or one step around; 0 when none. */
static int64_t step_of(Slice secret, Slice code)
{
    char    digits[CODE_LENGTH + 1];
    int     position = 0;
    int64_t now      = clock_now_s();
    if (!code_digits(code, digits))
        return 0;
    if (oath_totp_validate2(secret.at, secret.len, now, STEP_S, 0, WINDOW, &position, digits) < 0)
        return 0;
    return now / STEP_S + position;
}

static bool secret_load(Db *db, const Access *a, int64_t person_id, Buf *ret, int64_t *ret_last_step,
                        Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT secret, is_public, last_step FROM totp WHERE person_id = ?1 AND "
                                     "secret IS NOT NULL");
    db_bind_int(q, 1, person_id);
    switch (db_next(q, err)) {
    case DB_ROW:
        *ret_last_step = db_int(q, 2);
        return db_int(q, 1) ? buf_add(ret, db_slice(q, 0)) : secret_open(a, db_slice(q, 0), ret, err);
    case DB_END:
        return err_set(err, ERR_CONFLICT, "This account has no code generator: use a passkey.", "no totp");
    case DB_FAILED:
        break;
    }
    return false;
}

bool totp_check(Db *db, const Access *a, int64_t person_id, Slice code, TotpVerdict *ret, Err *err)
{
    OWNED_BUF secret    = buf_make(SEALED_MAX);
    int64_t   last_step = 0;
    if (!secret_load(db, a, person_id, &secret, &last_step, err))
        return false;
    int64_t step = step_of(buf_slice(&secret), code);
    sodium_memzero(secret.at, secret.len);
    *ret = step == 0 ? TOTP_WRONG : step <= last_step ? TOTP_USED : TOTP_RIGHT;
    if (*ret != TOTP_RIGHT)
        return true;
    OWNED(DbQuery) *q = db_query(db, "UPDATE totp SET last_step = ?2 WHERE person_id = ?1");
    db_bind_int(q, 1, person_id);
    db_bind_int(q, 2, step);
    return db_run(q, err);
}

bool totp_code_now(Slice base32, char ret_code[8], Err *err)
{
    OWNED_BUF secret = buf_make(SEALED_MAX);
    char      code[CODE_LENGTH + 1];
    if (!base32_decode(base32, &secret, err))
        return false;
    if (!totp_ready() || oath_totp_generate(secret.at ? secret.at : "", secret.len, clock_now_s(), STEP_S, 0,
                                            CODE_LENGTH, code) != OATH_OK)
        return err_set(err, ERR_BUG, "The code could not be made.", "oath_totp_generate");
    memcpy(ret_code, code, sizeof code);
    return true;
}

/* ---- enrolling a generator ---- */

typedef struct TotpEnrol {
    Access    *access;
    const Who *asked;
    Slice      code;
    uint8_t    secret[SECRET_SIZE];
    bool       right;
    Who        who;
    char       token[SESSION_TOKEN_SIZE];
    char       codes[RECOVERY_CODES][RECOVERY_SIZE];
} TotpEnrol;

static bool enrol_start(Db *db, void *work, Err *err)
{
    TotpEnrol *e      = work;
    OWNED_BUF  sealed = buf_make(SEALED_MAX);
    if (!session_may_enrol(db, e->access, e->asked, &e->who, err))
        return false;
    if (!(e->who.factors & (FACTOR_PASSWORD | FACTOR_PASSKEY))) /* a code alone would be one factor */
        return err_set(err, ERR_CONFLICT, "Choose a password first: a code alone is one factor.", "no first factor");
    if (!secret_seal(e->access, slice_bytes(e->secret, sizeof e->secret), &sealed, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO totp (person_id, pending, changed_at_s)"
                                     " VALUES (?1, ?2, ?3)"
                                     " ON CONFLICT (person_id) DO UPDATE SET pending = excluded.pending");
    db_bind_int(q, 1, e->who.person_id);
    db_bind_blob(q, 2, buf_slice(&sealed));
    db_bind_int(q, 3, clock_now_s());
    return db_run(q, err);
}

bool qr_svg(const char *text, Buf *ret, Err *err)
{
    QRcode *qr = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (!qr)
        return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "QRcode_encodeString8bit");
    int side = qr->width + 8;
    buf_addf(ret,
             "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">"
             "<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path d=\"",
             side, side, side, side);
    for (int y = 0; y < qr->width; y++)
        for (int x = 0; x < qr->width; x++)
            if (qr->data[y * qr->width + x] & 1)
                buf_addf(ret, "M%d %dh1v1h-1z", x + 4, y + 4);
    buf_add_text(ret, "\"/></svg>");
    QRcode_free(qr);
    return buf_ok(ret, err);
}

bool totp_enrol_start(Access *a, const Who *w, Buf *ret_json, Err *err)
{
    TotpEnrol e      = { .access = a, .asked = w };
    OWNED_BUF base32 = buf_make(64), otpauth = buf_make(512), picture = buf_make(256 << 10);
    randombytes_buf(e.secret, sizeof e.secret);
    base32_encode(slice_bytes(e.secret, sizeof e.secret), &base32);
    if (!db_write(a->host, enrol_start, &e, err))
        return false;
    buf_addf(&otpauth,
             "otpauth://totp/"
             "B%%C3%%A9cl%%C3%%A8re:%s?secret=%s&issuer=B%%C3%%A9cl%%C3%%A8re&algorithm=SHA1&digits=6&period="
             "30",
             e.who.login, buf_text(&base32));
    if (!buf_ok(&otpauth, err) || !qr_svg(buf_text(&otpauth), &picture, err))
        return false;
    OWNED(json_t) *out = json_object();
    json_put(out, "secret", json_slice(buf_slice(&base32)));
    json_put(out, "otpauth", json_slice(buf_slice(&otpauth)));
    json_put(out, "qr_svg", json_slice(buf_slice(&picture)));
    sodium_memzero(e.secret, sizeof e.secret);
    return json_dump_to_buf(out, ret_json, err);
}

static bool pending_step(Db *db, TotpEnrol *e, int64_t *ret_step, Err *err)
{
    OWNED_BUF secret  = buf_make(SEALED_MAX);
    OWNED(DbQuery) *q = db_query(db, "SELECT pending FROM totp WHERE person_id = ?1 AND pending IS NOT NULL");
    db_bind_int(q, 1, e->who.person_id);
    switch (db_next(q, err)) {
    case DB_ROW:
        if (!secret_open(e->access, db_slice(q, 0), &secret, err))
            return false;
        *ret_step = step_of(buf_slice(&secret), e->code);
        sodium_memzero(secret.at, secret.len);
        return true;
    case DB_END:
        return err_set(err, ERR_CONFLICT, "Begin the enrolment of the code generator again.",
                       "no pending secret");
    case DB_FAILED:
        break;
    }
    return false;
}

static bool pending_accept(Db *db, int64_t person_id, int64_t step, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE totp"
                                     "   SET secret = pending, pending = NULL, is_public = 0, last_step = "
                                     "?2, changed_at_s = ?3"
                                     " WHERE person_id = ?1");
    db_bind_int(q, 1, person_id);
    db_bind_int(q, 2, step);
    db_bind_int(q, 3, clock_now_s());
    return db_run(q, err);
}

static bool enrol_confirm(Db *db, void *work, Err *err)
{
    TotpEnrol *e    = work;
    Access    *a    = e->access;
    int64_t    step = 0;
    if (!session_may_enrol(db, a, e->asked, &e->who, err) ||
        !throttle_check(db, a, slice_of(e->who.login), e->asked->address, err) ||
        !pending_step(db, e, &step, err))
        return false;
    e->right = step != 0;
    if (!e->right)
        return throttle_wrong(db, a, slice_of(e->who.login), e->asked->address, err) &&
               access_trace(db, AUDIT_ACCOUNT, AUDIT_REFUSED, &e->who, e->asked->address, "totp",
                            "wrong code at enrolment", err);
    Who was = e->who;
    return pending_accept(db, was.person_id, step, err) &&
           recovery_make(db, a, was.person_id, e->codes, err) &&
           person_set_enrolled(db, was.person_id, err) &&
           sessions_end_others(db, was.person_id, was.session_id, err) &&
           session_open(db, a, was.person_id, was.factors | FACTOR_TOTP, true, e->asked->address,
                        was.session_id, e->token, &e->who, err) &&
           throttle_right(db, a, slice_of(was.login), err) &&
           access_trace(db, AUDIT_ACCOUNT, AUDIT_OK, &e->who, e->asked->address, "totp",
                        "enrolled, new recovery codes", err);
}

bool totp_enrol_confirm(Access *a, const Who *w, Slice code, Buf *ret_json,
                        char ret_token[SESSION_TOKEN_SIZE], Who *ret, Err *err)
{
    TotpEnrol e = { .access = a, .asked = w, .code = code };
    if (!db_write(a->host, enrol_confirm, &e, err))
        return false;
    if (!e.right)
        return err_set(err, ERR_SIGN_IN, "The code is wrong.", "person %lld", (long long)w->person_id);
    OWNED(json_t) *out = json_object();
    json_t *codes      = json_array();
    for (size_t i = 0; i < RECOVERY_CODES; i++)
        json_push(codes, json_cstr(e.codes[i]));
    json_put(out, "recovery_codes", codes);
    json_put(out, "next", json_cstr("done"));
    sodium_memzero(e.codes, sizeof e.codes);
    if (!json_dump_to_buf(out, ret_json, err))
        return false;
    memcpy(ret_token, e.token, SESSION_TOKEN_SIZE);
    *ret = e.who;
    return true;
}
