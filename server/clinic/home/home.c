/*
 * The home page: lines of every room, set in one order.
 *
 * How pressing a line is follows from its end where it has one: within the hour or over is now, the same day at the place is
 * today. What a room calls "now" stays now.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/home/home.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "clinic/archive/archive_todo.h"
#include "clinic/home/home_line.h"
#include "clinic/reports/local_time.h"
#include "clinic/staff/staff_todo.h"
#include "clinic/workflow/emergency.h"
#include "clinic/workflow/convention_paper.h"
#include "clinic/workflow/roster_mine.h"
#include "clinic/workflow/todo.h"
#include "guard/access/people.h"
#include "platform/clock.h"

enum { HOUR_MS = 3600 * 1000, NOTE_MIN = 5, NOTE_MAX = 2000 };

/* ---- one line ---- */

static bool same_day(int64_t a_ms, int64_t b_ms, const char *zone)
{
    LocalTime a = local_time(a_ms, zone), b = local_time(b_ms, zone);
    return a.year == b.year && a.month == b.month && a.day == b.day;
}

const char *home_press(const HomeLine *l, int64_t now_ms, const char *zone)
{
    if (l->press == HOME_NOW || (l->due_ms && l->due_ms <= now_ms + HOUR_MS))
        return "now";
    if (l->due_ms)
        return same_day(l->due_ms, now_ms, zone) ? "today" : "later";
    return l->press == HOME_TODAY ? "today" : "later";
}

static int64_t sort_of(const HomeLine *l, int64_t now_ms)
{
    static const int64_t WITHOUT_END_MS[] = { [HOME_NOW] = 0, [HOME_TODAY] = 24 * (int64_t)HOUR_MS, [HOME_LATER] = 400 * 24 * (int64_t)HOUR_MS };
    return l->sort_ms ? l->sort_ms : l->due_ms ? l->due_ms : now_ms + WITHOUT_END_MS[l->press];
}

bool home_add(Home *h, HomeLine l)
{
    const char *zone = l.zone ? l.zone : h->zone;
    json_t     *act  = l.act ? json_incref((json_t *)l.act) : json_null();
    json_t     *one  = json_pack("{s:s, s:s, s:s, s:o, s:b, s:o, s:o, s:o, s:o, s:I, s:I, s:o, s:b, s:I}", "key", l.key, "what", l.what, "press",
                                 home_press(&l, h->now_ms, zone), "due_ms", l.due_ms ? json_integer(l.due_ms) : json_null(), "mine", l.mine, "role",
                                 json_cstr(l.role), "act", act, "text", json_cstr(l.text), "about", json_cstr(l.about), "count", (json_int_t)l.count, "id",
                                 (json_int_t)l.id, "until", json_cstr(l.until), "aside", l.aside, "sort_ms", (json_int_t)sort_of(&l, h->now_ms));
    return json_push(h->items, one);
}

/* ---- order ---- */

static int rank_of(const json_t *line)
{
    const char *press = json_string_value(json_object_get(line, "press"));
    return strcmp(press, "now") == 0 ? 0 : strcmp(press, "today") == 0 ? 1 : 2;
}

/* What may cost a life or harm somebody, and may be anybody's to do: it stands above what is one's own. */
static bool is_alarm(const json_t *line)
{
    const char *what = json_string_value(json_object_get(line, "what")), *priority = json_string_value(json_object_get(json_object_get(line, "act"), "priority"));
    return strncmp(what, "urgent-", 7) == 0 || strcmp(what, "incident") == 0 || strcmp(what, "record-care") == 0 ||
           (priority && strcmp(priority, "emergency") == 0);
}

/* The more pressing first; of what is to be done now, alarms by the clock alone; what is one's own before what is anybody's; then the nearer end. */
static int by_press(const void *left, const void *right)
{
    const json_t *a = *(json_t *const *)left, *b = *(json_t *const *)right;
    int           ra = rank_of(a), rb = rank_of(b);
    if (ra != rb)
        return ra < rb ? -1 : 1;
    bool aa = ra == 0 && is_alarm(a), ab = ra == 0 && is_alarm(b);
    if (aa != ab)
        return aa ? -1 : 1;
    bool ma = json_is_true(json_object_get(a, "mine")), mb = json_is_true(json_object_get(b, "mine"));
    if (ma != mb && !aa)
        return ma ? -1 : 1;
    int64_t sa = json_integer_value(json_object_get(a, "sort_ms")), sb = json_integer_value(json_object_get(b, "sort_ms"));
    if (sa != sb)
        return sa < sb ? -1 : 1;
    return strcmp(json_string_value(json_object_get(a, "key")), json_string_value(json_object_get(b, "key")));
}

static bool in_order(const json_t *items, json_t **ret, Err *err)
{
    size_t   count = json_array_size(items);
    json_t **at    = calloc(count ? count : 1, sizeof *at);
    *ret           = json_array();
    if (!at || !*ret) {
        free(at);
        return err_set(err, ERR_UNAVAILABLE, "The list could not be read: try again.", "no memory");
    }
    for (size_t i = 0; i < count; i++)
        at[i] = json_array_get(items, i);
    qsort(at, count, sizeof *at, by_press);
    for (size_t i = 0; i < count; i++) {
        json_push(*ret, json_incref(at[i]));
        json_object_del(at[i], "sort_ms");
    }
    free(at);
    return true;
}

/* ---- the rooms ---- */

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static int64_t int_of(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static HomePress press_of(const char *word)
{
    return strcmp(word, "now") == 0 ? HOME_NOW : strcmp(word, "today") == 0 ? HOME_TODAY : HOME_LATER;
}

static bool acts(Db *db, const Who *who, Home *h, Err *err)
{
    OWNED(json_t) *list = NULL;
    const json_t *one;
    size_t        i;
    if (!todos_json(db, who, HOME_ROLE_LINES_MAX, &list, &h->more, err))
        return false;
    json_array_foreach (list, i, one) {
        const json_t *act = json_object_get(one, "act");
        char          key[96];
        (void)snprintf(key, sizeof key, "act.%" PRId64 ".%s.%" PRId64, int_of(act, "id"), text_of(one, "kind"), int_of(one, "item"));
        if (!home_add(h, (HomeLine) { .key = key, .what = text_of(one, "kind"), .press = press_of(text_of(one, "press")), .due_ms = int_of(one, "due_ms"),
                                      .sort_ms = int_of(one, "sort_ms"), .mine = json_is_true(json_object_get(one, "mine")), .role = text_of(one, "role"),
                                      .act = act, .zone = text_of(act, "zone"), .text = text_of(one, "text"), .id = int_of(one, "item"),
                                      .aside = strcmp(text_of(one, "kind"), "dose-above") == 0 }))
            return err_set(err, ERR_UNAVAILABLE, "The list could not be read: try again.", "no memory");
    }
    return true;
}

/* The last hour of a day "YYYY-MM-DD", near enough for an order of lines: the day itself is shown as it stands. */
static int64_t day_end_ms(const char *day)
{
    int64_t days = 0;
    return day && staff_day(slice_of(day), &days) ? (days + 1) * 24 * (int64_t)HOUR_MS - 1 : 0;
}

static bool files(Db *db, const Who *who, Lang lang, Home *h, Err *err)
{
    static const struct {
        const char *kind;
        HomePress   press;
    } PRESS[] = { { "file-blocked", HOME_TODAY }, { "procedures-sign", HOME_TODAY }, { "meeting-sign", HOME_TODAY }, { "register-unfit", HOME_TODAY },
                  { "equipment-stopped", HOME_NOW } };
    OWNED(json_t) *list = NULL;
    const json_t *one;
    size_t        i;
    if (!staff_todos_json(db, who, lang, h->now_ms, &list, err))
        return false;
    json_array_foreach (list, i, one) {
        const char *kind = text_of(one, "kind"), *until = text_of(one, "until");
        bool        ends = strcmp(kind, "file-ends") == 0;
        char        key[128];
        HomeLine    l = { .key = key, .what = kind, .press = HOME_LATER, .about = text_of(one, "about"), .text = text_of(one, "text"), .until = until,
                          .sort_ms = day_end_ms(until), .id = int_of(one, "id"), .count = int_of(one, "count"), .mine = !text_of(one, "about") };
        for (size_t k = 0; k < COUNT(PRESS); k++)
            if (strcmp(kind, PRESS[k].kind) == 0)
                l.press = PRESS[k].press;
        if (ends) /* 'count' is the warning: 60, 30, 7 days, 0 over */
            l.press = l.count == 0 ? HOME_NOW : l.count == 7 ? HOME_TODAY : HOME_LATER;
        (void)snprintf(key, sizeof key, "staff.%s.%" PRId64 ".%zu", kind, l.id, i);
        if (!home_add(h, l))
            return err_set(err, ERR_UNAVAILABLE, "The list could not be read: try again.", "no memory");
    }
    return true;
}

static bool duties(Db *db, const Who *who, Home *h, Err *err)
{
    OWNED(json_t) *list = NULL;
    const json_t *one;
    size_t        i;
    if (!roster_mine_json(db, who, h->now_ms, &list, err))
        return false;
    json_array_foreach (list, i, one) {
        const char *kind = text_of(one, "kind");
        bool        runs = strcmp(kind, "on-duty") == 0;
        char        key[96];
        (void)snprintf(key, sizeof key, "roster.%s.%" PRId64 ".%" PRId64 ".%zu", kind, int_of(one, "id"), int_of(one, "from_ms"), i);
        if (!home_add(h, (HomeLine) { .key = key, .what = kind, .press = runs ? HOME_TODAY : HOME_LATER, .due_ms = runs ? 0 : int_of(one, "from_ms"),
                                      .sort_ms = runs ? h->now_ms : 0, .mine = true, .role = text_of(one, "role"), .about = text_of(one, "about"),
                                      .zone = text_of(one, "zone"), .id = runs ? int_of(one, "to_ms") : int_of(one, "from_ms") }))
            return err_set(err, ERR_UNAVAILABLE, "The list could not be read: try again.", "no memory");
    }
    return true;
}

static bool archive(Db *db, unsigned may, Home *h, Err *err)
{
    OWNED(json_t) *list = NULL;
    const json_t *one;
    size_t        i;
    if (!archive_todos_json(db, (may & MAY_ARCHIVE) != 0, (may & MAY_ADMINISTER) != 0, &list, err))
        return false;
    json_array_foreach (list, i, one) {
        static const char *const NOW[] = { "images-wrong-patient", "files-damaged", "room-full" };
        const char *kind  = text_of(one, "kind");
        HomePress   press = HOME_TODAY;
        char        key[96];
        for (size_t k = 0; k < COUNT(NOW); k++)
            press = strcmp(kind, NOW[k]) == 0 ? HOME_NOW : press;
        (void)snprintf(key, sizeof key, "archive.%s.%zu", kind, i);
        if (!home_add(h, (HomeLine) { .key = key, .what = kind, .press = press, .count = int_of(one, "count"), .about = text_of(one, "about") }))
            return err_set(err, ERR_UNAVAILABLE, "The list could not be read: try again.", "no memory");
    }
    return true;
}

/* Conventions this person may sign and has not; those of which the end is near and which nobody has drafted anew. */
static bool conventions(Db *db, const Who *who, Lang lang, Home *h, Err *err)
{
    OWNED(json_t) *papers = NULL, *in_force = NULL;
    const json_t *one;
    size_t        i;
    if (!papers_json(db, who, lang, &papers, err) || !conventions_json(db, who, &in_force, err))
        return false;
    json_array_foreach (json_object_get(papers, "papers"), i, one) {
        const json_t *content = json_object_get(one, "content");
        bool          signing = strcmp(text_of(one, "state"), "signing") == 0, whole = json_array_size(json_object_get(one, "missing")) == 0;
        char          key[64];
        if (!json_array_size(json_object_get(one, "may_sign")) || !whole)
            continue;
        (void)snprintf(key, sizeof key, "convention.sign.%" PRId64, int_of(one, "id"));
        if (!home_add(h, (HomeLine) { .key = key, .what = "convention-sign", .press = signing ? HOME_TODAY : HOME_LATER, .mine = true,
                                      .about = text_of(content, "title"), .text = text_of(content, "number"), .id = int_of(one, "id") }))
            return err_set(err, ERR_UNAVAILABLE, "The list could not be read: try again.", "no memory");
    }
    json_array_foreach (json_object_get(in_force, "conventions"), i, one) {
        char key[64];
        if (!json_is_integer(json_object_get(one, "warning")))
            continue;
        (void)snprintf(key, sizeof key, "convention.ends.%" PRId64, int_of(one, "id"));
        if (!home_add(h, (HomeLine) { .key = key, .what = "convention-ends", .press = int_of(one, "days_left") <= 7 ? HOME_TODAY : HOME_LATER,
                                      .about = text_of(one, "title"), .text = text_of(one, "number"), .until = text_of(one, "valid_until"),
                                      .sort_ms = day_end_ms(text_of(one, "valid_until")), .count = int_of(one, "days_left"), .id = int_of(one, "id") }))
            return err_set(err, ERR_UNAVAILABLE, "The list could not be read: try again.", "no memory");
    }
    return true;
}

/* Accounts that nobody has finished opening. */
static bool accounts(Db *db, Home *h, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT count(*) FROM person JOIN account ON account.person_id = person.id"
                                     " WHERE person.active = 1 AND (person.enrolled = 0 OR account.must_change = 1)");
    if (db_next(q, err) != DB_ROW)
        return false;
    int64_t count = db_int(q, 0);
    return !count || home_add(h, (HomeLine) { .key = "accounts.open", .what = "accounts-open", .press = HOME_LATER, .count = count });
}

/* Access outside care that this person judges. X2 */
static bool emergencies(Db *db, const Who *who, Home *h, Err *err)
{
    int64_t count = 0, due_ms = 0;
    return emergency_waiting(db, who, &count, &due_ms, err) &&
           (!count || home_add(h, (HomeLine) { .key = "emergency.review", .what = "emergency-review", .press = HOME_TODAY, .due_ms = due_ms, .count = count }));
}

/* ---- put aside ---- */

static bool aside_drop(Db *db, const Who *who, json_t *items, Err *err)
{
    DbStep step       = DB_END;
    OWNED(DbQuery) *q = db_query(db, "SELECT key FROM home_aside WHERE person_id = ?1");
    db_bind_int(q, 1, who->person_id);
    while ((step = db_next(q, err)) == DB_ROW)
        for (size_t i = json_array_size(items); i-- > 0;) {
            const json_t *one = json_array_get(items, i);
            if (json_is_true(json_object_get(one, "aside")) && slice_equal_text(db_slice(q, 0), text_of(one, "key")))
                json_array_remove(items, i);
        }
    return step == DB_END;
}

/* ---- all of it ---- */

bool home_json(Db *db, const Who *who, Lang lang, json_t **ret, Err *err)
{
    Organisation   o        = { .time_zone = "Europe/Paris" };
    OWNED(json_t) *items    = json_array();
    json_t        *ordered  = NULL;
    unsigned       may      = who_permissions(who);
    Home           h        = { .items = items, .now_ms = clock_now_ms() };
    if (!items || (who->membership_count && !organisation_load(db, who->memberships[0].organisation_id, &o, err)))
        return false;
    h.zone = o.time_zone;
    if (!acts(db, who, &h, err) || !emergencies(db, who, &h, err) || ((may & MAY_FILE) && (!files(db, who, lang, &h, err) || !duties(db, who, &h, err))) ||
        ((may & (MAY_ARCHIVE | MAY_ADMINISTER)) && !archive(db, may, &h, err)) || ((may & MAY_ADMINISTER) && !accounts(db, &h, err)) ||
        ((who_roles(who) & ROLE_RESPONSIBLE) && !conventions(db, who, lang, &h, err)) || !aside_drop(db, who, items, err) ||
        !in_order(items, &ordered, err))
        return false;
    *ret = json_pack("{s:o, s:b, s:I, s:s}", "items", ordered, "more", h.more, "now_ms", (json_int_t)h.now_ms, "zone", h.zone);
    return *ret || err_set(err, ERR_UNAVAILABLE, "The list could not be read: try again.", "no memory");
}

bool home_put_aside(Db *db, const Who *who, Slice key, Slice note, Err *err)
{
    OWNED(json_t) *home = NULL;
    const json_t *one, *found = NULL;
    size_t        i;
    note = slice_trim(note);
    if (note.len < NOTE_MIN || note.len > NOTE_MAX)
        return err_set(err, ERR_INPUT, "Write what you found: it stays with this line.", "note of %zu bytes", note.len);
    if (!home_json(db, who, LANG_FR, &home, err))
        return false;
    json_array_foreach (json_object_get(home, "items"), i, one)
        if (slice_equal_text(key, text_of(one, "key")))
            found = one;
    if (!found)
        return err_set(err, ERR_NOT_FOUND, "This line is not among yours, or no longer.", "key " SLICE_FMT, SLICE_ARG(key));
    if (!json_is_true(json_object_get(found, "aside")))
        return err_set(err, ERR_CONFLICT, "This line goes when it is done: open it.", "key " SLICE_FMT, SLICE_ARG(key));
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO home_aside (person_id, key, at_ms, note) VALUES (?1, ?2, ?3, ?4)");
    db_bind_int(q, 1, who->person_id);
    db_bind_text(q, 2, key);
    db_bind_int(q, 3, clock_now_ms());
    db_bind_text(q, 4, note);
    return db_run(q, err);
}
