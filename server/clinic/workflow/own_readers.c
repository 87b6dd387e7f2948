/*
 * Who looked at a patient's images and reports, told to the patient from the trace: one line a day, person and kind. X3, E34.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/own_record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "clinic/patients/own.h"
#include "clinic/reports/local_time.h"
#include "guard/access/people.h"
#include "guard/audit/audit_list.h"
#include "platform/clock.h"

enum { READERS_MAX = 300, LINES_MAX = 50000 };

typedef struct Reader {
    AuditRead   last; /* the latest of the day */
    const char *kind;
    LocalTime   day;
    int64_t     times;
} Reader;

typedef struct Readers {
    Reader *list;
    size_t  count, lines;
} Readers;

/* "report", "images", "copy" or "record": what was looked at, as a patient would say it. */
static const char *kind_of(const AuditRead *r)
{
    if (strcmp(r->event, "export") == 0 || strcmp(r->event, "send") == 0)
        return strstr(r->what, "dossier") ? "record" : "copy";
    if (strcmp(r->event, "view-image") == 0 || strstr(r->what, "/dicom-web") || strstr(r->what, "/series"))
        return "images";
    return strstr(r->what, "report") ? "report" : "record";
}

static bool same_day(const LocalTime *a, const LocalTime *b)
{
    return a->year == b->year && a->month == b->month && a->day == b->day;
}

static bool same_reader(const Reader *one, const AuditRead *r, const char *kind, const LocalTime *day)
{
    return one->last.person_id == r->person_id && one->last.act_id == r->act_id && strcmp(one->kind, kind) == 0 &&
           same_day(&one->day, day) && (r->person_id || strcmp(one->last.actor, r->actor) == 0);
}

static bool gather(const AuditRead *r, void *with)
{
    Readers    *all  = with;
    const char *kind = kind_of(r);
    LocalTime   day  = local_time(r->at_ms, "Europe/Paris");
    if (++all->lines > LINES_MAX)
        return false;
    for (size_t i = all->count; i-- > 0;) {
        if (!same_reader(&all->list[i], r, kind, &day))
            continue;
        all->list[i].times++;
        if (r->at_ms > all->list[i].last.at_ms)
            all->list[i].last = *r;
        return true;
    }
    if (all->count == READERS_MAX)
        return false;
    all->list[all->count++] = (Reader) { .last = *r, .kind = kind, .day = day, .times = 1 };
    return true;
}

static int later_first(const void *a, const void *b)
{
    int64_t x = ((const Reader *)a)->last.at_ms, y = ((const Reader *)b)->last.at_ms;
    return x < y ? 1 : x > y ? -1 : 0;
}

/* ---- in words ---- */

static bool organisations_of(Db *db, int64_t person_id, json_t *list, Err *err)
{
    Membership memberships[WHO_MEMBERSHIPS_MAX];
    size_t     count = 0;
    if (!memberships_load(db, person_id, memberships, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        Organisation o;
        if (!organisation_load(db, memberships[i].organisation_id, &o, err))
            return false;
        json_push(list, json_cstr(o.name));
    }
    return true;
}

static bool act_number(Db *db, int64_t act_id, json_t **ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT act.number FROM act WHERE act.id = ?1");
    db_bind_int(q, 1, act_id);
    DbStep step = act_id ? db_next(q, err) : DB_END;
    *ret        = step == DB_ROW ? json_slice(db_slice(q, 0)) : json_null();
    return step != DB_FAILED;
}

/* The recipient named on the delivery that this one-time access was handed for. */
static bool recipient_name(Db *db, const AuditRead *r, char *ret, size_t size, Err *err)
{
    Slice   actor = slice_of(r->actor);
    int64_t id    = 0;
    (void)slice_cut(&actor, ':');
    if (!slice_int(actor, &id))
        return true;
    OWNED(DbQuery) *q = db_query(db, "SELECT handed_access.delivery_id FROM handed_access"
                                     " WHERE handed_access.id = ?1 AND handed_access.act_id = ?2");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, r->act_id);
    OWNED_ACT a    = { 0 };
    DbStep    step = db_next(q, err);
    if (step != DB_ROW)
        return step == DB_END;
    if (!act_load(db, r->act_id, &a, err))
        return false;
    const char *name = json_string_value(json_object_get(act_item(&a, "deliveries", db_int(q, 0)), "name"));
    (void)slice_copy(slice_of(name), ret, size);
    return true;
}

/* Of an export the purpose that was given; else care, in an act; else the running of the platform. */
static void purpose_of(const Reader *one, char ret[24])
{
    Slice detail = slice_of(one->last.detail);
    bool  asked  = strcmp(one->last.event, "export") == 0 && strcmp(one->kind, "copy") == 0 && strchr(one->last.detail, ',');
    (void)slice_copy(asked ? slice_cut(&detail, ',') : one->last.act_id ? SLICE("care") : SLICE("service"), ret, 24);
}

static bool reader_json(Db *db, const Who *who, const Reader *one, json_t *list, Err *err)
{
    Person  p         = { 0 };
    char    name[160] = "", purpose[24];
    bool    known = one->last.person_id != 0, holder = false;
    json_t *number = NULL;
    OWNED(json_t) *organisations = json_array();
    if (known && (!person_load(db, one->last.person_id, &p, err) || !holder_is(db, p.id, &holder, err) ||
                  !organisations_of(db, p.id, organisations, err)))
        return false;
    if (known)
        person_shown_name(&p, name, sizeof name);
    else if (slice_starts(slice_of(one->last.actor), SLICE("handed-access:")) &&
             !recipient_name(db, &one->last, name, sizeof name, err))
        return false;
    if (!act_number(db, one->last.act_id, &number, err))
        return false;
    purpose_of(one, purpose);
    const char *profession = holder ? "holder" : known ? p.profession : name[0] ? "recipient" : "system";
    return json_push(list, json_pack("{s:I, s:s, s:s, s:s, s:O, s:s, s:o, s:I, s:b}", "at_ms", (json_int_t)one->last.at_ms, "kind",
                                     one->kind, "name", name, "profession", profession, "organisations", organisations,
                                     "purpose", holder ? "own" : purpose, "number", number, "times", (json_int_t)one->times,
                                     "you", known && p.id == who->person_id));
}

bool own_readers_json(Db *db, const Who *who, json_t **ret, Err *err)
{
    Holder  h;
    int64_t same[SAME_PATIENT_MAX];
    size_t  count          = 0;
    OWNED_TEXT char *space = calloc(READERS_MAX, sizeof(Reader));
    OWNED(json_t) *list    = json_array();
    Readers all            = { .list = (Reader *)(void *)space };
    if (!space)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "readers");
    if (!holder_of_person(db, who->person_id, &h, err) || !patient_same(db, h.patient_id, same, &count, err))
        return false;
    bool over = h.ended_at_s || (h.until_s && h.until_s <= clock_now_s());
    for (size_t i = 0; !over && i < count; i++)
        if (!audit_reads_each(db, same[i], gather, &all, err))
            return false;
    qsort(all.list, all.count, sizeof *all.list, later_first);
    for (size_t i = 0; i < all.count; i++)
        if (!reader_json(db, who, &all.list[i], list, err))
            return false;
    *ret = json_pack("{s:O}", "readers", list);
    return *ret != NULL;
}
