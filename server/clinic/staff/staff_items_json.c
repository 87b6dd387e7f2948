/*
 * A file as JSON: every item with its state, evidence and who stood for it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/staff/staff_items.h"
#include "formats/json/json_util.h"

#define NAME(column) "(SELECT person.given || ' ' || person.family FROM person WHERE person.id = staff_item." column ")"
#define WHOLE                                                                                                        \
    "SELECT staff_item.id, staff_item.kind, staff_item.label, staff_item.issuer, staff_item.number, staff_item.valid_from," \
    " staff_item.valid_until, staff_item.assessed_on, staff_item.result, staff_item.document_id, staff_item.note,"   \
    " staff_item.luminance_max, staff_item.luminance_min, staff_item.ambient_lux, staff_item.grey_error,"            \
    " staff_item.factors, staff_item.follow_up, " NAME("follow_up_by") ", staff_item.follow_up_at_ms, "              \
    NAME("recorded_by") ", staff_item.recorded_at_ms, " NAME("verified_by") ", staff_item.verified_at_ms, "          \
    NAME("withdrawn_by") ", staff_item.withdrawn_at_ms, staff_item.withdrawn_why, staff_item.procedure_id,"          \
    " (SELECT staff_procedure.title FROM staff_procedure WHERE staff_procedure.id = staff_item.procedure_id)"        \
    " FROM staff_item WHERE staff_item."

static json_t *text_or_null(const DbQuery *q, int column)
{
    return db_is_null(q, column) ? json_null() : json_slice(db_slice(q, column));
}

static json_t *int_or_null(const DbQuery *q, int column)
{
    return db_is_null(q, column) ? json_null() : json_integer(db_int(q, column));
}

static json_t *real_or_null(const DbQuery *q, int column)
{
    return db_is_null(q, column) ? json_null() : json_real(db_real(q, column));
}

/* "withdrawn", "aside" (a later assessment was failed), or the item's own state. */
static const char *state_of_row(const DbQuery *q, const StaffItems *hold, int64_t today)
{
    for (size_t i = 0; i < hold->count; i++)
        if (hold->at[i].id == db_int(q, 0))
            return staff_put_aside(hold->at, hold->count, &hold->at[i], today) ? "aside" : staff_state_name(staff_item_state(&hold->at[i], today));
    return "withdrawn";
}

static json_t *faults_of_row(const DbQuery *q, const StaffKind *kind, const char *modality, Lang lang)
{
    const char *faults[8];
    StaffItem   item = { .kind = kind, .luminance_max = db_real(q, 11), .luminance_min = db_real(q, 12), .ambient_lux = db_real(q, 13),
                         .grey_error = db_real(q, 14) };
    json_t     *list = json_array();
    size_t      n    = kind->needs & ITEM_IS_MEASURED ? staff_measured_faults(&item, modality, faults) : 0;
    for (size_t i = 0; i < n; i++)
        json_push(list, json_cstr(text_in(lang, faults[i])));
    return list;
}

static void whole(const DbQuery *q, const StaffKind *kind, const char *modality, Lang lang, json_t *json)
{
    static const struct {
        const char *key;
        int         column;
        json_t *(*value)(const DbQuery *q, int column);
    } MEMBERS[] = {
        { "label", 2, text_or_null },       { "issuer", 3, text_or_null },          { "number", 4, text_or_null },
        { "result", 8, text_or_null },      { "document_id", 9, int_or_null },      { "note", 10, text_or_null },
        { "luminance_max", 11, real_or_null }, { "luminance_min", 12, real_or_null }, { "ambient_lux", 13, real_or_null },
        { "grey_error", 14, real_or_null }, { "factors", 15, text_or_null },        { "follow_up", 16, text_or_null },
        { "follow_up_by", 17, text_or_null }, { "follow_up_at_ms", 18, int_or_null }, { "recorded_by", 19, text_or_null },
        { "verified_by", 21, text_or_null }, { "withdrawn_by", 23, text_or_null },  { "withdrawn_why", 25, text_or_null },
        { "procedure_id", 26, int_or_null }, { "procedure", 27, text_or_null },
    };
    for (size_t i = 0; i < COUNT(MEMBERS); i++)
        json_put(json, MEMBERS[i].key, MEMBERS[i].value(q, MEMBERS[i].column));
    json_put(json, "faults", faults_of_row(q, kind, modality, lang));
}

bool staff_items_json(Db *db, StaffSubject subject, int64_t subject_id, StaffReader see, const char *modality, int64_t today, json_t **ret,
                      Err *err)
{
    OWNED(json_t) *list = json_array();
    OWNED_ITEMS hold    = { 0 };
    if (!staff_items_load(db, subject, subject_id, &hold, err))
        return false;
    OWNED(DbQuery) *q   = subject == OF_PERSON ? db_query(db, WHOLE "person_id = ?1 ORDER BY staff_item.id DESC LIMIT ?2")
                          : subject == OF_ROOM ? db_query(db, WHOLE "staff_room_id = ?1 ORDER BY staff_item.id DESC LIMIT ?2")
                                               : db_query(db, WHOLE "equipment_id = ?1 ORDER BY staff_item.id DESC LIMIT ?2");
    db_bind_int(q, 1, subject_id);
    db_bind_int(q, 2, STAFF_ITEMS_MAX);
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW) {
        const StaffKind *kind = staff_kind(db_slice(q, 1));
        if (!kind)
            continue;
        bool    sees = (kind->see & see.roles) != 0;
        if (subject == OF_PERSON && !sees && !(see.roles & STAFF_ANSWERS))
            continue;
        json_t *json = json_pack("{s:I, s:s, s:s, s:b}", "id", (json_int_t)db_int(q, 0), "kind", kind->code, "state",
                                 state_of_row(q, &hold, today), "whole", sees);
        json_put(json, "valid_from", text_or_null(q, 5));
        json_put(json, "valid_until", text_or_null(q, 6));
        json_put(json, "assessed_on", text_or_null(q, 7));
        json_put(json, "recorded_at_ms", int_or_null(q, 20));
        json_put(json, "verified_at_ms", int_or_null(q, 22));
        json_put(json, "withdrawn_at_ms", int_or_null(q, 24));
        if (sees)
            whole(q, kind, modality, see.lang, json);
        if (!json_push(list, json))
            return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "items as JSON");
    }
    if (step == DB_FAILED)
        return false;
    *ret = GIVE(list);
    return true;
}
