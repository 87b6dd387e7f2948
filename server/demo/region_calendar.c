/*
 * The calendars of the demonstration's rooms: hours, lengths, what is held for emergencies. Fictitious.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/own.h"
#include "clinic/workflow/calendar.h"
#include "demo/region_tables.h"
#include "guard/access/people.h"

#define DAY_AND_NIGHT "\"hours\":[],\"holidays\":\"open\""
#define WEEKDAYS "\"hours\":[{\"days\":[1,2,3,4,5],\"from\":\"08:00\",\"to\":\"18:00\"}],\"holidays\":\"shut\""

static const struct {
    const char *modality, *content;
} CALENDARS[] = {
    { "CT", "{" DAY_AND_NIGHT ",\"held\":[{\"days\":[1,2,3,4,5],\"from\":\"12:30\",\"to\":\"13:30\"}],\"held_until_min\":120,\"buffer_minutes\":0,"
            "\"lengths\":[{\"region\":\"\",\"contrast\":\"any\",\"child\":\"any\",\"minutes\":15,\"lead_minutes\":0},"
            "{\"region\":\"\",\"contrast\":\"yes\",\"child\":\"any\",\"minutes\":20,\"lead_minutes\":0},"
            "{\"region\":\"\",\"contrast\":\"any\",\"child\":\"yes\",\"minutes\":30,\"lead_minutes\":0}]}" },
    { "MR", "{" DAY_AND_NIGHT ",\"held\":[],\"buffer_minutes\":0,"
            "\"lengths\":[{\"region\":\"\",\"contrast\":\"any\",\"child\":\"any\",\"minutes\":30,\"lead_minutes\":0}]}" },
    { "PT", "{" WEEKDAYS ",\"held\":[],\"buffer_minutes\":10,"
            "\"lengths\":[{\"region\":\"\",\"contrast\":\"any\",\"child\":\"any\",\"minutes\":30,\"lead_minutes\":60}]}" },
    { "US", "{" WEEKDAYS ",\"held\":[],\"buffer_minutes\":0,"
            "\"lengths\":[{\"region\":\"\",\"contrast\":\"any\",\"child\":\"any\",\"minutes\":20,\"lead_minutes\":0}]}" },
};

static bool keeper(Db *db, int64_t site_id, int64_t person_id, int64_t room_id, const char *content, Err *err)
{
    int64_t        version = 0;
    Who            by      = { .person_id = person_id, .memberships = { { site_id, ROLE_RESPONSIBLE } }, .membership_count = 1 };
    OWNED(json_t) *json    = json_parse_object(slice_of(content), err);
    return json && calendar_save(db, &by, room_id, json, 0, &version, err);
}

bool region_calendars_add(Db *db, Err *err)
{
    OWNED(DbQuery) *who = db_query(db, "SELECT id FROM person WHERE login = 'cheffe'");
    if (db_next(who, err) != DB_ROW)
        return false;
    int64_t         person_id = db_int(who, 0);
    OWNED(DbQuery) *q         = db_query(db, "SELECT id, site_id, modality FROM room ORDER BY id");
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        if (step == DB_FAILED)
            return false;
        for (size_t i = 0; i < COUNT(CALENDARS); i++)
            if (slice_equal_text(db_slice(q, 2), CALENDARS[i].modality) &&
                !keeper(db, db_int(q, 1), person_id, db_int(q, 0), CALENDARS[i].content, err))
                return false;
    }
    return true;
}
