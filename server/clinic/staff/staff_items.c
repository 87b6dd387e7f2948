/*
 * Items of a file: the only SQL for their table.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/staff/staff_items.h"

#include <inttypes.h>

#include "formats/json/json_util.h"
#include "guard/access/people.h"
#include "platform/clock.h"

#define ITEM_COLUMNS                                                                                               \
    "staff_item.id, COALESCE(staff_item.person_id, staff_item.staff_room_id, staff_item.equipment_id), staff_item.kind," \
    " staff_item.procedure_id, staff_item.document_id, staff_item.label, staff_item.issuer, staff_item.number,"   \
    " staff_item.note, staff_item.valid_from, staff_item.valid_until, staff_item.assessed_on, staff_item.result," \
    " staff_item.luminance_max, staff_item.luminance_min, staff_item.ambient_lux, staff_item.grey_error,"         \
    " staff_item.verified_at_ms IS NOT NULL, staff_item.factors <> ''"

void staff_items_free(StaffItems *items)
{
    free(items->at);
    *items = (StaffItems) { 0 };
}

/* False: a kind that this program does not know. */
static bool item_from_row(const DbQuery *q, StaffItem *ret)
{
    *ret = (StaffItem) { .id            = db_int(q, 0),
                         .subject_id    = db_int(q, 1),
                         .kind          = staff_kind(db_slice(q, 2)),
                         .procedure_id  = db_int(q, 3),
                         .document_id   = db_int(q, 4),
                         .measured      = !db_is_null(q, 15),
                         .luminance_max = db_real(q, 13),
                         .luminance_min = db_real(q, 14),
                         .ambient_lux   = db_real(q, 15),
                         .grey_error    = db_real(q, 16),
                         .verified      = db_int(q, 17) != 0,
                         .is_signed     = db_int(q, 18) != 0 };
    db_text(q, 5, ret->label, sizeof ret->label);
    db_text(q, 6, ret->issuer, sizeof ret->issuer);
    db_text(q, 7, ret->number, sizeof ret->number);
    db_text(q, 8, ret->note, sizeof ret->note);
    db_text(q, 9, ret->from, sizeof ret->from);
    db_text(q, 10, ret->until, sizeof ret->until);
    db_text(q, 11, ret->assessed_on, sizeof ret->assessed_on);
    db_text(q, 12, ret->result, sizeof ret->result);
    return ret->kind != NULL;
}

static DbQuery *of_subject(Db *db, StaffSubject subject)
{
    switch (subject) {
    case OF_PERSON:
        return db_query(db, "SELECT " ITEM_COLUMNS " FROM staff_item WHERE staff_item.person_id = ?1"
                            "   AND staff_item.withdrawn_at_ms IS NULL ORDER BY staff_item.id DESC LIMIT ?2");
    case OF_ROOM:
        return db_query(db, "SELECT " ITEM_COLUMNS " FROM staff_item WHERE staff_item.staff_room_id = ?1"
                            "   AND staff_item.withdrawn_at_ms IS NULL ORDER BY staff_item.id DESC LIMIT ?2");
    default:
        return db_query(db, "SELECT " ITEM_COLUMNS " FROM staff_item WHERE staff_item.equipment_id = ?1"
                            "   AND staff_item.withdrawn_at_ms IS NULL ORDER BY staff_item.id DESC LIMIT ?2");
    }
}

bool staff_items_load(Db *db, StaffSubject subject, int64_t subject_id, StaffItems *ret, Err *err)
{
    OWNED_ITEMS read = { .at = calloc(STAFF_ITEMS_MAX, sizeof *read.at) };
    if (!read.at)
        return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "items of a file");
    OWNED(DbQuery) *q = of_subject(db, subject);
    db_bind_int(q, 1, subject_id);
    db_bind_int(q, 2, STAFF_ITEMS_MAX);
    DbStep step = DB_END;
    while (read.count < STAFF_ITEMS_MAX && (step = db_next(q, err)) == DB_ROW)
        read.count += item_from_row(q, &read.at[read.count]);
    if (step == DB_FAILED)
        return false;
    *ret = read;
    read = (StaffItems) { 0 };
    return true;
}

bool staff_item_load(Db *db, int64_t id, StaffItem *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " ITEM_COLUMNS " FROM staff_item WHERE staff_item.id = ?1"
                                     "   AND staff_item.withdrawn_at_ms IS NULL");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    if (step == DB_ROW && item_from_row(q, ret))
        return true;
    return step != DB_FAILED && err_set(err, ERR_NOT_FOUND, "There is no such item in a file.", "item %" PRId64, id);
}

static void bind_real(DbQuery *q, int n, double v, bool there)
{
    if (there)
        db_bind_real(q, n, v);
    else
        db_bind_null(q, n);
}

static void bind_id(DbQuery *q, int n, int64_t id)
{
    if (id)
        db_bind_int(q, n, id);
    else
        db_bind_null(q, n);
}

static bool may_record(const StaffItem *item, const StaffBy *by, Err *err)
{
    if (!(item->kind->record & by->roles))
        return err_set(err, ERR_DENIED, "Your role does not record this kind of item.", "%s, roles %#x", item->kind->code, by->roles);
    if (item->kind->needs & ITEM_NEEDS_SIGNED && !by->proved)
        return err_set(err, ERR_SIGN_IN, "Confirm with your second factor.", "%s without proof", item->kind->code);
    return true;
}

bool staff_item_add(Db *db, StaffItem *item, const char *modality, int64_t today, const StaffBy *by, Err *err)
{
    if (!may_record(item, by, err) || !staff_item_check(item, modality, today, err))
        return false;
    OWNED(DbQuery) *q = db_query(
        db, "INSERT INTO staff_item (person_id, staff_room_id, equipment_id, kind, procedure_id, label, issuer, number, valid_from,"
            " valid_until, assessed_on, result, document_id, note, luminance_max, luminance_min, ambient_lux, grey_error, factors,"
            " recorded_by, recorded_at_ms)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)");
    bool display = item->measured && item->luminance_max > 0;
    for (int s = OF_PERSON; s < STAFF_SUBJECTS; s++)
        bind_id(q, 1 + s, (int)item->kind->subject == s ? item->subject_id : 0);
    db_bind_cstr(q, 4, item->kind->code);
    bind_id(q, 5, item->procedure_id);
    db_bind_cstr(q, 6, item->label);
    db_bind_cstr(q, 7, item->issuer);
    db_bind_cstr(q, 8, item->number);
    db_bind_cstr(q, 9, item->from);
    db_bind_cstr(q, 10, item->until);
    db_bind_cstr(q, 11, item->assessed_on);
    db_bind_cstr(q, 12, item->result);
    bind_id(q, 13, item->document_id);
    db_bind_cstr(q, 14, item->note);
    bind_real(q, 15, item->luminance_max, display);
    bind_real(q, 16, item->luminance_min, display);
    bind_real(q, 17, item->ambient_lux, item->measured);
    bind_real(q, 18, item->grey_error, display);
    db_bind_cstr(q, 19, item->kind->needs & ITEM_NEEDS_SIGNED ? by->factors : "");
    bind_id(q, 20, by->person_id);
    db_bind_int(q, 21, clock_now_ms());
    if (!db_run(q, err))
        return false;
    item->id = db_last_id(db);
    return true;
}

bool staff_item_verify(Db *db, const StaffItem *item, const StaffBy *by, Err *err)
{
    if (by->roles & STAFF_SELF)
        return err_set(err, ERR_DENIED, "Nobody verifies an item of their own file.", "item %" PRId64, item->id);
    if (!(item->kind->verify & by->roles))
        return err_set(err, ERR_DENIED, "Your role does not verify this kind of item.", "%s, roles %#x", item->kind->code, by->roles);
    OWNED(DbQuery) *q = db_query(db, "UPDATE staff_item SET verified_by = ?2, verified_at_ms = ?3"
                                     " WHERE id = ?1 AND verified_at_ms IS NULL AND withdrawn_at_ms IS NULL");
    db_bind_int(q, 1, item->id);
    bind_id(q, 2, by->person_id);
    db_bind_int(q, 3, clock_now_ms());
    return db_run(q, err) && (db_changes(q) || err_set(err, ERR_CONFLICT, "This item is verified already.", "item %" PRId64, item->id));
}

bool staff_item_withdraw(Db *db, const StaffItem *item, const StaffBy *by, Slice why, Err *err)
{
    if (!((item->kind->record | item->kind->verify) & by->roles))
        return err_set(err, ERR_DENIED, "Your role does not record this kind of item.", "%s, roles %#x", item->kind->code, by->roles);
    if (!slice_trim(why).len || why.len > 500)
        return err_set(err, ERR_INPUT, "A reason is required.", "withdrawal of %zu characters", why.len);
    OWNED(DbQuery) *q = db_query(db, "UPDATE staff_item SET withdrawn_by = ?2, withdrawn_at_ms = ?3, withdrawn_why = ?4"
                                     " WHERE id = ?1 AND withdrawn_at_ms IS NULL");
    db_bind_int(q, 1, item->id);
    bind_id(q, 2, by->person_id);
    db_bind_int(q, 3, clock_now_ms());
    db_bind_text(q, 4, why);
    return db_run(q, err) && (db_changes(q) || err_set(err, ERR_NOT_FOUND, "There is no such item in a file.", "item %" PRId64, item->id));
}

bool staff_item_follow_up(Db *db, const StaffItem *item, const StaffBy *by, Slice text, Err *err)
{
    if (!(item->kind->record & by->roles))
        return err_set(err, ERR_DENIED, "Your role does not record this kind of item.", "%s, roles %#x", item->kind->code, by->roles);
    if (strcmp(item->result, "failed") != 0)
        return err_set(err, ERR_CONFLICT, "Only a check that was failed has a follow-up.", "item %" PRId64, item->id);
    if (!slice_trim(text).len || text.len > 1000)
        return err_set(err, ERR_INPUT, "Write what was done after the check.", "follow-up of %zu characters", text.len);
    OWNED(DbQuery) *q = db_query(db, "UPDATE staff_item SET follow_up = ?2, follow_up_by = ?3, follow_up_at_ms = ?4"
                                     " WHERE id = ?1 AND follow_up = ''");
    db_bind_int(q, 1, item->id);
    db_bind_text(q, 2, text);
    bind_id(q, 3, by->person_id);
    db_bind_int(q, 4, clock_now_ms());
    return db_run(q, err) && (db_changes(q) || err_set(err, ERR_CONFLICT, "The follow-up is written already.", "item %" PRId64, item->id));
}
