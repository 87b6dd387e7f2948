/*
 * A protocol in force given to the technologists of a site to read and sign, as one of the site's own protocols. O6, E19.
 *
 * What is signed, by whom, and the imager's dated check of knowledge are the staff's (clinic/staff): nothing is told twice.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/protocol.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clinic/staff/staff.h"
#include "clinic/staff/staff_procedures.h"
#include "clinic/workflow/partners.h"
#include "platform/clock.h"

static void code_of(const Protocol *p, char ret[32])
{
    snprintf(ret, 32, "PROTOCOLE-%" PRId64, p->root_id);
}

/* A site of the group's conventions: the group itself signs nothing. */
static bool is_site(Db *db, const Protocol *p, int64_t site_id, bool *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM convention_party AS site"
                                     "  JOIN convention_party AS imaging ON imaging.convention_id = site.convention_id AND imaging.part = 'imaging'"
                                     " WHERE site.organisation_id = ?1 AND site.part = 'site' AND imaging.organisation_id = ?2");
    db_bind_int(q, 1, site_id);
    db_bind_int(q, 2, p->imaging_id);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW;
    return step != DB_FAILED;
}

static bool may_publish(Db *db, const Who *who, const Protocol *p, int64_t site_id, Err *err)
{
    bool                  partner = false, site = false;
    const char           *state   = "";
    OWNED_LIBRARY_VERSION v       = { 0 };
    if (!library_may_write(&PROTOCOLS, who, p->imaging_id, err) || !library_load(&PROTOCOLS, db, p->id, &v, err) ||
        !library_state(&PROTOCOLS, db, &v, &state, err) || !convention_partner(db, who->person_id, site_id, &partner, err) ||
        !is_site(db, p, site_id, &site, err))
        return false;
    if (strcmp(state, "in-force") != 0)
        return err_set(err, ERR_CONFLICT, "Only the version in force is given to the technologists to sign.", "protocol %" PRId64, p->id);
    return (partner && site && (!p->site_id || p->site_id == site_id)) ||
           err_set(err, ERR_DENIED, "Your group has no convention in force with this site.", "site %" PRId64, site_id);
}

bool protocol_publish(Db *db, const Who *who, int64_t id, const json_t *body, Err *err)
{
    OWNED_PROTOCOL   p       = { 0 };
    OWNED_BUF        text    = buf_make(PROCEDURE_TEXT_MAX);
    int64_t          site_id = 0, today = 0, procedure_id = 0;
    ProcedureVersion version = { 0 };
    StaffBy          by      = { .person_id = who->person_id, .roles = ROLE_IMAGER, .factors = "" };
    if (!protocol_load(db, id, &p, err) || !json_need_int(body, "organisation_id", 1, INT64_MAX, &site_id, err) ||
        !may_publish(db, who, &p, site_id, err) || !staff_today(db, site_id, clock_now_ms(), &today, err))
        return false;
    StaffProcedure procedure = { .organisation_id = site_id, .kind = "protocol", .roles = ROLE_TECHNOLOGIST, .active = true };
    size_t         plain     = strcspn(p.modality, "/"); /* PT/CT is done in a room PT */
    code_of(&p, procedure.code);
    snprintf(procedure.title, sizeof procedure.title, "%s", p.name);
    snprintf(procedure.modality, sizeof procedure.modality, "%.*s", (int)plain, p.modality);
    if (!procedure_of_code(db, site_id, procedure.code, &procedure_id, err) ||
        (!procedure_id && !procedure_add(db, &procedure, &by, &procedure_id, err)) || !procedure_load(db, procedure_id, &procedure, err) ||
        !protocol_text(&p, &text, err))
        return false;
    version.text = buf_slice(&text);
    staff_day_text(today, version.from);
    return procedure_publish(db, &procedure, &version, &by, err);
}

static bool site_push(Db *db, const Protocol *p, int64_t site_id, Slice name, json_t *list, Err *err)
{
    char           code[32];
    int64_t        id = 0, today = 0;
    StaffProcedure procedure;
    json_t        *people = NULL;
    code_of(p, code);
    if (!procedure_of_code(db, site_id, code, &id, err) || !staff_today(db, site_id, clock_now_ms(), &today, err))
        return false;
    if (id && (!procedure_load(db, id, &procedure, err) || !procedure_people_json(db, &procedure, today, &people, err)))
        return false;
    return json_push(list, json_pack("{s:I, s:o, s:o, s:o}", "organisation_id", (json_int_t)site_id, "name", json_slice(name), "procedure_id",
                                     id ? json_integer(id) : json_null(), "people", people ? people : json_array()));
}

/* The sites of the group's conventions, or the protocol's own. */
bool protocol_acceptance(Db *db, const Protocol *p, json_t **ret, Err *err)
{
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q   = db_query(db, "SELECT DISTINCT organisation.id, organisation.name FROM organisation"
                                       "  JOIN convention_party AS site ON site.organisation_id = organisation.id AND site.part = 'site'"
                                       "  JOIN convention_party AS imaging ON imaging.convention_id = site.convention_id AND imaging.part = 'imaging'"
                                       " WHERE imaging.organisation_id = ?1 AND (?2 = 0 OR organisation.id = ?2) ORDER BY organisation.name LIMIT 100");
    db_bind_int(q, 1, p->imaging_id);
    db_bind_int(q, 2, p->site_id);
    for (DbStep step; (step = db_next(q, err)) != DB_END;)
        if (step == DB_FAILED || !site_push(db, p, db_int(q, 0), db_slice(q, 1), list, err))
            return false;
    *ret = GIVE(list);
    return true;
}
