/*
 * Checks of the display: the only SQL of workstation, display_check and display_interval. Contract: display_check.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/staff/display_check.h"

#include <inttypes.h>
#include <math.h>
#include <openssl/evp.h>
#include <stdio.h>

#include "formats/json/json_util.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"

enum { DAY_MS = 86400000, CHECKS_A_DAY = 100, LETTERS = DISPLAY_ROWS * DISPLAY_COLUMNS };

/* ---- how it stands: pure ---- */

const char *display_state_name(DisplayState s)
{
    static const char *const NAMES[] = { "none", "failed", "expired", "soon", "valid", "not-asked" };
    return NAMES[s];
}

DisplayState display_state(bool passed, int64_t at_ms, int64_t days, int64_t now_ms, int64_t *ret_until_ms)
{
    int64_t whole = days * DAY_MS, soon = whole / 4 < 3LL * DAY_MS ? whole / 4 : 3LL * DAY_MS;
    *ret_until_ms = at_ms && passed && days ? at_ms + whole : 0;
    if (!days)
        return DISPLAY_UNASKED;
    if (!at_ms)
        return DISPLAY_NONE;
    if (!passed)
        return DISPLAY_FAILED;
    if (now_ms >= *ret_until_ms)
        return DISPLAY_EXPIRED;
    return now_ms >= *ret_until_ms - soon ? DISPLAY_SOON : DISPLAY_VALID;
}

/* ---- the interval ---- */

bool display_interval(Db *db, int64_t *ret_days, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT days FROM display_interval ORDER BY id DESC LIMIT 1");
    DbStep step       = db_next(q, err);
    *ret_days         = step == DB_ROW ? db_int(q, 0) : 0;
    return step != DB_FAILED;
}

bool display_interval_set(Db *db, int64_t days, Err *err)
{
    int64_t was = 0;
    char    detail[64];
    if (!display_interval(db, &was, err))
        return false;
    if (was == days)
        return true;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO display_interval (since_ms, days) VALUES (?1, ?2)");
    db_bind_int(q, 1, clock_now_ms());
    db_bind_int(q, 2, days);
    (void)snprintf(detail, sizeof detail, "%" PRId64 " days, were %" PRId64, days, was);
    return db_run(q, err) &&
           audit_add(db, &(AuditLine) { .event = AUDIT_SYSTEM, .actor = "system:serve", .what = "display-check-days", .detail = detail }, err);
}

/* ---- workstations ---- */

static bool key_digest(const char *key, char ret[65], Err *err)
{
    uint8_t digest[32];
    if (EVP_Digest(key, strlen(key), digest, NULL, EVP_sha256(), NULL) != 1)
        return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "no digest of a workstation's key");
    for (size_t i = 0; i < sizeof digest; i++)
        (void)snprintf(ret + 2 * i, 3, "%02x", digest[i]);
    return true;
}

typedef struct Workstation {
    int64_t id; /* 0: not known */
    char    name[DISPLAY_NAME_SIZE];
} Workstation;

static bool workstation_find(Db *db, const char *key, Workstation *ret, Err *err)
{
    char digest[65];
    *ret = (Workstation) { 0 };
    if (!*key)
        return true;
    if (!key_digest(key, digest, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT id, name FROM workstation WHERE key_sha256 = ?1");
    db_bind_cstr(q, 1, digest);
    DbStep step = db_next(q, err);
    if (step == DB_ROW) {
        ret->id = db_int(q, 0);
        db_text(q, 1, ret->name, sizeof ret->name);
    }
    return step != DB_FAILED;
}

/* Made at its first check; called anew by whoever gives it another name. */
static bool workstation_keep(Db *db, const DisplayBegin *begin, Workstation *w, Err *err)
{
    char  digest[65];
    Slice name = slice_trim(begin->name);
    if (!w->id && !name.len)
        return err_set(err, ERR_INPUT, "Give this workstation a name: the room, the place, which screen.", "no name");
    if (name.len >= sizeof w->name)
        return err_set(err, ERR_INPUT, "The name of a workstation has at most 95 characters.", "%zu bytes", name.len);
    if (w->id && (!name.len || slice_equal_text(name, w->name)))
        return true;
    slice_copy(name, w->name, sizeof w->name);
    if (!key_digest(begin->key, digest, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO workstation (key_sha256, name, created_by, created_at_ms) VALUES (?1, ?2, ?3, ?4)"
                                     " ON CONFLICT (key_sha256) DO UPDATE SET name = excluded.name");
    db_bind_cstr(q, 1, digest);
    db_bind_text(q, 2, name);
    db_bind_int(q, 3, begin->person_id);
    db_bind_int(q, 4, clock_now_ms());
    if (!db_run(q, err))
        return false;
    if (!w->id)
        w->id = db_last_id(db);
    return true;
}

/* ---- the newest judged check of a workstation ---- */

typedef struct Judged {
    bool    passed;
    int64_t at_ms; /* 0: none */
} Judged;

static bool newest(Db *db, int64_t workstation_id, Judged *ret, Err *err)
{
    *ret              = (Judged) { 0 };
    OWNED(DbQuery) *q = db_query(db, "SELECT verdict = 'passed', judged_at_ms FROM display_check WHERE workstation_id = ?1 AND judged_at_ms IS NOT NULL"
                                     " ORDER BY judged_at_ms DESC, id DESC LIMIT 1");
    db_bind_int(q, 1, workstation_id);
    DbStep step = db_next(q, err);
    if (step == DB_ROW)
        *ret = (Judged) { db_int(q, 0) != 0, db_int(q, 1) };
    return step != DB_FAILED;
}

bool display_fit(Db *db, const char *key, int64_t now_ms, MissingList *blocking, Err *err)
{
    int64_t     days = 0, until_ms = 0;
    Workstation w;
    Judged      last = { 0 };
    if (!display_interval(db, &days, err))
        return false;
    if (!days)
        return true;
    if (!workstation_find(db, key, &w, err) || (w.id && !newest(db, w.id, &last, err)))
        return false;
    switch (display_state(last.passed, last.at_ms, days, now_ms, &until_ms)) {
    case DISPLAY_NONE:
        missing_add(blocking, "display-unchecked", "This screen has not been checked: open “Check of the screen” (three minutes), then come back here.", "O4");
        break;
    case DISPLAY_FAILED:
        missing_add(blocking, "display-unchecked",
                    "This screen did not pass its last check: put right what was said, open “Check of the screen” and check it again, or read on another workstation.", "O4");
        break;
    case DISPLAY_EXPIRED:
        missing_add(blocking, "display-unchecked", "The check of this screen is over: open “Check of the screen” (three minutes), then come back here.", "O4");
        break;
    default:
        break;
    }
    return true;
}

/* ---- a check ---- */

/* What nobody answered goes after a day; who begins without end is stopped. */
static bool may_begin(Db *db, int64_t person_id, int64_t now_ms, Err *err)
{
    OWNED(DbQuery) *gone = db_query(db, "DELETE FROM display_check WHERE judged_at_ms IS NULL AND person_id = ?1 AND began_at_ms < ?2");
    db_bind_int(gone, 1, person_id);
    db_bind_int(gone, 2, now_ms - DAY_MS);
    OWNED(DbQuery) *q = db_query(db, "SELECT count(*) FROM display_check WHERE person_id = ?1 AND began_at_ms >= ?2");
    db_bind_int(q, 1, person_id);
    db_bind_int(q, 2, now_ms - DAY_MS);
    if (!db_run(gone, err) || db_next(q, err) != DB_ROW)
        return false;
    return db_int(q, 0) < CHECKS_A_DAY || err_set(err, ERR_LIMIT, "Too many checks of a screen today: go on tomorrow.", "person %" PRId64, person_id);
}

bool display_begin(Db *db, const DisplayBegin *begin, int64_t *ret_id, MissingList *ret_missing, Err *err)
{
    char        seed[DISPLAY_SEED];
    Workstation w;
    int64_t     now_ms = clock_now_ms();
    if (!display_screen_check(&begin->screen, ret_missing, err) || !may_begin(db, begin->person_id, now_ms, err) ||
        !workstation_find(db, begin->key, &w, err) || !workstation_keep(db, begin, &w, err) || !display_seed(seed, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO display_check (workstation_id, person_id, name, began_at_ms, seed, width, height, ratio, colour_depth)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    db_bind_int(q, 1, w.id);
    db_bind_int(q, 2, begin->person_id);
    db_bind_cstr(q, 3, w.name);
    db_bind_int(q, 4, now_ms);
    db_bind_cstr(q, 5, seed);
    db_bind_int(q, 6, begin->screen.width);
    db_bind_int(q, 7, begin->screen.height);
    db_bind_real(q, 8, begin->screen.ratio);
    db_bind_int(q, 9, begin->screen.colour_depth);
    if (!db_run(q, err))
        return false;
    *ret_id = db_last_id(db);
    return true;
}

bool display_asked(Db *db, int64_t id, const char *key, int64_t person_id, DisplayAsked *ret, Err *err)
{
    Workstation w;
    char        seed[DISPLAY_SEED];
    *ret = (DisplayAsked) { .id = id };
    if (!workstation_find(db, key, &w, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT began_at_ms, judged_at_ms IS NOT NULL, seed FROM display_check WHERE id = ?1 AND workstation_id = ?2 AND person_id = ?3");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, w.id);
    db_bind_int(q, 3, person_id);
    DbStep step = db_next(q, err);
    if (step == DB_FAILED)
        return false;
    if (step == DB_END)
        return err_set(err, ERR_NOT_FOUND, "There is no such check on this workstation: begin a new one.", "check %" PRId64, id);
    if (db_int(q, 1))
        return err_set(err, ERR_CONFLICT, "This check is answered already: begin a new one.", "check %" PRId64, id);
    if (clock_now_ms() - db_int(q, 0) > DISPLAY_ANSWER_MS)
        return err_set(err, ERR_CONFLICT, "This check was begun more than half an hour ago: begin a new one.", "check %" PRId64, id);
    ret->workstation_id = w.id;
    db_text(q, 2, seed, sizeof seed);
    return display_challenge(seed, &ret->shown, err);
}

static void faults_text(const MissingList *faults, char *ret, size_t size)
{
    size_t used = 0;
    ret[0]      = '\0';
    for (size_t i = 0; i < faults->count && used < size; i++)
        used += (size_t)snprintf(ret + used, size - used, "%s%s", i ? " " : "", faults->items[i].code);
}

static json_t *faults_json(Slice codes, Lang lang)
{
    json_t *list = json_array();
    while (codes.len) {
        Slice       code = slice_cut(&codes, ' ');
        const char *text = display_fault_text(code);
        json_push(list, json_pack("{s:o, s:s}", "code", json_slice(code), "text", text ? text_in(lang, text) : ""));
    }
    return list;
}

static json_t *letters_json(int64_t read)
{
    return json_pack("{s:I, s:i}", "read", (json_int_t)read, "of", LETTERS);
}

bool display_answer(Db *db, const DisplayAsked *asked, const DisplayAnswers *seen, const DisplayScreen *screen, const json_t *as_sent, Lang lang,
                    json_t **ret, Err *err)
{
    MissingList faults  = { 0 };
    int         letters = 0;
    int64_t     days = 0, until_ms = 0, now_ms = clock_now_ms();
    char        codes[256];
    OWNED_BUF   answers = buf_make(16 * 1024);
    display_judge(&asked->shown, seen, screen, &faults, &letters);
    faults_text(&faults, codes, sizeof codes);
    if (!json_dump_to_buf(as_sent, &answers, err) || !display_interval(db, &days, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "UPDATE display_check SET judged_at_ms = ?2, verdict = ?3, faults = ?4, answers = ?5, letters = ?6, luminance_max = ?7, luminance_min = ?8"
                                     " WHERE id = ?1 AND judged_at_ms IS NULL");
    db_bind_int(q, 1, asked->id);
    db_bind_int(q, 2, now_ms);
    db_bind_cstr(q, 3, faults.count ? "failed" : "passed");
    db_bind_cstr(q, 4, codes);
    db_bind_text(q, 5, buf_slice(&answers));
    db_bind_int(q, 6, letters);
    if (seen->luminance_max > 0) {
        db_bind_real(q, 7, seen->luminance_max);
        db_bind_real(q, 8, seen->luminance_min);
    } else {
        db_bind_null(q, 7);
        db_bind_null(q, 8);
    }
    if (!db_run(q, err))
        return false;
    (void)display_state(!faults.count, now_ms, days, now_ms, &until_ms);
    *ret = json_pack("{s:s, s:o, s:o, s:o}", "verdict", faults.count ? "failed" : "passed", "letters", letters_json(letters), "faults",
                     faults_json(slice_of(codes), lang), "until_ms", until_ms ? json_integer(until_ms) : json_null());
    return *ret || err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "a verdict as JSON");
}

/* ---- reading them ---- */

#define CHECK_COLUMNS                                                                                                   \
    " display_check.id, display_check.workstation_id, display_check.name, person.given || ' ' || person.family, display_check.judged_at_ms," \
    " display_check.verdict, display_check.letters, display_check.faults, display_check.width, display_check.height, display_check.ratio,"   \
    " display_check.colour_depth, display_check.luminance_max, display_check.luminance_min"

static json_t *check_json(const DbQuery *q, int64_t days, int64_t now_ms, bool is_newest, Lang lang)
{
    int64_t      until_ms = 0;
    DisplayState state    = display_state(slice_equal_text(db_slice(q, 5), "passed"), db_int(q, 4), days, now_ms, &until_ms);
    json_t      *json = json_pack("{s:I, s:I, s:o, s:o, s:I, s:o, s:o, s:o}", "id", (json_int_t)db_int(q, 0), "workstation_id", (json_int_t)db_int(q, 1), "workstation",
                                  json_slice(db_slice(q, 2)), "by", json_slice(db_slice(q, 3)), "at_ms", (json_int_t)db_int(q, 4), "verdict",
                                  json_slice(db_slice(q, 5)), "letters", letters_json(db_int(q, 6)), "faults", faults_json(db_slice(q, 7), lang));
    json_put(json, "screen", json_pack("{s:I, s:I, s:f, s:I}", "width", (json_int_t)db_int(q, 8), "height", (json_int_t)db_int(q, 9), "ratio", db_real(q, 10),
                                       "colour_depth", (json_int_t)db_int(q, 11)));
    json_put(json, "luminance_max", db_is_null(q, 12) ? json_null() : json_real(db_real(q, 12)));
    json_put(json, "luminance_min", db_is_null(q, 13) ? json_null() : json_real(db_real(q, 13)));
    json_put(json, "until_ms", until_ms ? json_integer(until_ms) : json_null());
    json_put(json, "newest", json_boolean(is_newest));
    json_put(json, "state", json_string(display_state_name(state)));
    return json;
}

bool display_here_json(Db *db, const char *key, Lang lang, json_t **ret, Err *err)
{
    int64_t     days = 0, now_ms = clock_now_ms();
    Workstation w;
    if (!display_interval(db, &days, err) || !workstation_find(db, key, &w, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT" CHECK_COLUMNS " FROM display_check JOIN person ON person.id = display_check.person_id"
                                     " WHERE display_check.workstation_id = ?1 AND display_check.judged_at_ms IS NOT NULL"
                                     " ORDER BY display_check.judged_at_ms DESC, display_check.id DESC LIMIT 1");
    db_bind_int(q, 1, w.id);
    DbStep step = db_next(q, err);
    if (step == DB_FAILED)
        return false;
    json_t     *last  = step == DB_ROW ? check_json(q, days, now_ms, true, lang) : json_null();
    const char *state = step == DB_ROW ? json_string_value(json_object_get(last, "state")) : display_state_name(days ? DISPLAY_NONE : DISPLAY_UNASKED);
    *ret              = json_pack("{s:I, s:s, s:o, s:o}", "days", (json_int_t)days, "state", state ? state : "none", "workstation",
                                  w.id ? json_pack("{s:I, s:s}", "id", (json_int_t)w.id, "name", w.name) : json_null(), "last", last);
    return *ret || err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "a workstation as JSON");
}

bool display_checks_json(Db *db, int64_t organisation_id, Lang lang, json_t **ret, Err *err)
{
    int64_t days = 0, now_ms = clock_now_ms();
    OWNED(json_t) *list = json_array();
    if (!display_interval(db, &days, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT" CHECK_COLUMNS ","
                                     " NOT EXISTS (SELECT 1 FROM display_check AS later WHERE later.workstation_id = display_check.workstation_id"
                                     "   AND (later.judged_at_ms, later.id) > (display_check.judged_at_ms, display_check.id))"
                                     "  FROM display_check JOIN person ON person.id = display_check.person_id"
                                     " WHERE display_check.judged_at_ms IS NOT NULL"
                                     "   AND EXISTS (SELECT 1 FROM membership WHERE membership.person_id = display_check.person_id AND membership.organisation_id = ?1)"
                                     " ORDER BY display_check.judged_at_ms DESC, display_check.id DESC LIMIT 500");
    db_bind_int(q, 1, organisation_id);
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW)
        json_push(list, check_json(q, days, now_ms, db_int(q, 14) != 0, lang));
    if (step == DB_FAILED)
        return false;
    *ret = json_pack("{s:I, s:o}", "days", (json_int_t)days, "checks", GIVE(list));
    return *ret || err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "checks as JSON");
}
