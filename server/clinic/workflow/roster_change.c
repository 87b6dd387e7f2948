/*
 * Changing the roster: shifts, absences, swaps, skills. O2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "clinic/workflow/roster.h"
#include "formats/texts/texts.h"
#include "guard/access/people.h"
#include "platform/clock.h"

static const int64_t SHIFT_MAX_MS = 8LL * 24 * 3600 * 1000;

bool roster_may_edit(const Who *who, int64_t organisation_id)
{
    return (who_roles_in(who, organisation_id) & (ROLE_RESPONSIBLE | ROLE_SECRETARY | ROLE_ADMIN)) != 0;
}

static bool keeps(const Who *who, int64_t organisation_id, Err *err)
{
    return roster_may_edit(who, organisation_id) ||
           err_set(err, ERR_DENIED, "The roster is kept by a responsible, a secretary or an administrator of the organisation.",
                   "organisation %" PRId64, organisation_id);
}

static bool holds(Db *db, int64_t person_id, int64_t organisation_id, unsigned role, Err *err)
{
    Membership memberships[WHO_MEMBERSHIPS_MAX];
    size_t     count = 0;
    if (!memberships_load(db, person_id, memberships, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (memberships[i].organisation_id == organisation_id && (memberships[i].roles & role))
            return true;
    return err_set(err, ERR_INPUT, "This person does not hold this role in this organisation.", "person %" PRId64, person_id);
}

bool roster_shift_add(Db *db, const Who *who, const RosterShift *s, int64_t *ret_id, Err *err)
{
    enum { WEEKS_MAX = 12 };
    unsigned role = role_from_name(slice_of(s->role));
    if (!keeps(who, s->organisation_id, err))
        return false;
    if (!role || !holds(db, s->person_id, s->organisation_id, role, err))
        return err_set(err, ERR_INPUT, "This person does not hold this role in this organisation.", "role");
    if (s->to_ms <= s->from_ms || s->to_ms - s->from_ms > SHIFT_MAX_MS || s->weeks < 0 || s->weeks > WEEKS_MAX ||
        (s->weeks && s->to_ms - s->from_ms > s->weeks * 7LL * 24 * 3600 * 1000))
        return err_set(err, ERR_INPUT, "A shift ends after it begins, within its week.", "from %" PRId64 " to %" PRId64, s->from_ms, s->to_ms);
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO roster_shift (organisation_id, person_id, role, from_ms, to_ms, weeks, until_ms, contact,"
                                     " created_by, created_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
    db_bind_int(q, 1, s->organisation_id);
    db_bind_int(q, 2, s->person_id);
    db_bind_cstr(q, 3, s->role);
    db_bind_int(q, 4, s->from_ms);
    db_bind_int(q, 5, s->to_ms);
    db_bind_int(q, 6, s->weeks);
    db_bind_int(q, 7, s->until_ms);
    db_bind_cstr(q, 8, s->contact);
    db_bind_int(q, 9, who->person_id);
    db_bind_int(q, 10, clock_now_ms());
    if (!db_run(q, err))
        return false;
    *ret_id = db_last_id(db);
    return true;
}

static bool shift_load(Db *db, int64_t id, bool ended_too, RosterShift *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id, organisation_id, person_id, from_ms, to_ms, weeks, until_ms, role FROM roster_shift"
                                     " WHERE id = ?1 AND (?2 OR ended_at_ms IS NULL)");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, ended_too);
    switch (db_next(q, err)) {
    case DB_ROW:
        *ret = (RosterShift) { .id = db_int(q, 0), .organisation_id = db_int(q, 1), .person_id = db_int(q, 2), .from_ms = db_int(q, 3),
                               .to_ms = db_int(q, 4), .weeks = db_int(q, 5), .until_ms = db_int(q, 6) };
        db_text(q, 7, ret->role, sizeof ret->role);
        return true;
    case DB_END:
        return err_set(err, ERR_NOT_FOUND, "No such shift.", "shift %" PRId64, id);
    case DB_FAILED:
        break;
    }
    return false;
}

bool roster_shift_end(Db *db, const Who *who, int64_t id, Err *err)
{
    RosterShift s;
    if (!shift_load(db, id, false, &s, err) || !keeps(who, s.organisation_id, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "UPDATE roster_shift SET ended_at_ms = ?2 WHERE id = ?1");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, clock_now_ms());
    return db_run(q, err);
}

bool roster_shift_back(Db *db, const Who *who, int64_t id, Err *err)
{
    RosterShift s;
    if (!shift_load(db, id, true, &s, err) || !keeps(who, s.organisation_id, err) ||
        !holds(db, s.person_id, s.organisation_id, role_from_name(slice_of(s.role)), err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "UPDATE roster_shift SET ended_at_ms = NULL WHERE id = ?1");
    db_bind_int(q, 1, id);
    return db_run(q, err);
}

bool roster_absence_add(Db *db, const Who *who, const RosterAbsence *a, int64_t *ret_id, Err *err)
{
    enum { REASON_MAX = 200 };
    bool own = a->person_id == who->person_id && who_roles_in(who, a->organisation_id);
    if ((!own && !keeps(who, a->organisation_id, err)) || !holds(db, a->person_id, a->organisation_id, ~0u, err))
        return false;
    if (a->to_ms <= a->from_ms || !a->reason.len || a->reason.len > REASON_MAX || !text_is_clean_utf8(a->reason))
        return err_set(err, ERR_INPUT, "An absence has a beginning, an end after it, and a reason.", "absence");
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO roster_absence (organisation_id, person_id, from_ms, to_ms, reason, created_by, created_at_ms)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    db_bind_int(q, 1, a->organisation_id);
    db_bind_int(q, 2, a->person_id);
    db_bind_int(q, 3, a->from_ms);
    db_bind_int(q, 4, a->to_ms);
    db_bind_text(q, 5, a->reason);
    db_bind_int(q, 6, who->person_id);
    db_bind_int(q, 7, clock_now_ms());
    if (!db_run(q, err))
        return false;
    *ret_id = db_last_id(db);
    return true;
}

bool roster_swap_ask(Db *db, const Who *who, int64_t shift_id, int64_t from_ms, int64_t person_id, int64_t *ret_id, Err *err)
{
    RosterShift s;
    char        zone[40];
    int64_t     from = 0, to = 0, holder = 0; /* who has this duty today: an earlier swap may have passed it on */
    bool        absent = false;
    if (!shift_load(db, shift_id, false, &s, err) || !roster_zone(db, s.organisation_id, zone, err) ||
        !roster_holder(db, &s, from_ms, from_ms, &holder, &absent, err) ||
        (holder != who->person_id && !keeps(who, s.organisation_id, err)) ||
        !holds(db, person_id, s.organisation_id, role_from_name(slice_of(s.role)), err))
        return false;
    if (!shift_covers(&s, zone, from_ms, &from, &to) || from != from_ms || to <= clock_now_ms() || person_id == holder)
        return err_set(err, ERR_CONFLICT, "A swap is asked of somebody else, for a duty that is not over.", "shift %" PRId64, shift_id);
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO roster_swap (shift_id, from_ms, to_ms, person_id, state, asked_by, asked_at_ms)"
                                     " VALUES (?1, ?2, ?3, ?4, 'asked', ?5, ?6)");
    db_bind_int(q, 1, shift_id);
    db_bind_int(q, 2, from);
    db_bind_int(q, 3, to);
    db_bind_int(q, 4, person_id);
    db_bind_int(q, 5, who->person_id);
    db_bind_int(q, 6, clock_now_ms());
    if (!db_run(q, err))
        return false;
    *ret_id = db_last_id(db);
    return true;
}

bool roster_swap_answer(Db *db, const Who *who, int64_t id, bool yes, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT person_id, state, EXISTS (SELECT 1 FROM roster_swap AS other WHERE other.shift_id = s.shift_id"
                                     "   AND other.from_ms = s.from_ms AND other.state = 'accepted' AND other.answered_at_ms > s.asked_at_ms)"
                                     " FROM roster_swap AS s WHERE id = ?1");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    if (step == DB_FAILED)
        return false;
    if (step == DB_END)
        return err_set(err, ERR_NOT_FOUND, "No such swap.", "swap %" PRId64, id);
    if (db_int(q, 0) != who->person_id)
        return err_set(err, ERR_DENIED, "Only the person who was asked answers a swap.", "swap %" PRId64, id);
    if (!slice_equal_text(db_slice(q, 1), "asked"))
        return err_set(err, ERR_CONFLICT, "This swap was answered already.", "swap %" PRId64, id);
    if (yes && db_int(q, 2))
        return err_set(err, ERR_CONFLICT, "Somebody else has taken over this duty since you were asked.", "swap %" PRId64, id);
    OWNED(DbQuery) *set = db_query(db, "UPDATE roster_swap SET state = ?2, answered_at_ms = ?3 WHERE id = ?1");
    db_bind_int(set, 1, id);
    db_bind_cstr(set, 2, yes ? "accepted" : "refused");
    db_bind_int(set, 3, clock_now_ms());
    return db_run(set, err);
}

bool roster_skills_set(Db *db, const Who *who, int64_t organisation_id, int64_t person_id, const json_t *skills, Err *err)
{
    enum { SKILLS_MAX = 40, WORD_MAX = 64 };
    size_t  i;
    json_t *skill;
    if (!keeps(who, organisation_id, err) || !holds(db, person_id, organisation_id, ~0u, err))
        return false;
    if (!json_is_array(skills) || json_array_size(skills) > SKILLS_MAX)
        return err_set(err, ERR_INPUT, "A skill names a modality, and a region if it is limited to one.", "skills");
    OWNED(DbQuery) *gone = db_query(db, "DELETE FROM roster_skill WHERE person_id = ?1");
    db_bind_int(gone, 1, person_id);
    if (!db_run(gone, err))
        return false;
    json_array_foreach (skills, i, skill) {
        Slice modality = SLICE_NONE, region = SLICE_NONE;
        if (!json_need_text(skill, "modality", &modality, err) || !json_may_text(skill, "region", &region, err))
            return false;
        if (modality.len > WORD_MAX || region.len > WORD_MAX)
            return err_set(err, ERR_INPUT, "A skill names a modality, and a region if it is limited to one.", "skill %zu", i);
        OWNED(DbQuery) *q = db_query(db, "INSERT INTO roster_skill (person_id, modality, region) VALUES (?1, ?2, ?3)"
                                         " ON CONFLICT (person_id, modality, region) DO NOTHING");
        db_bind_int(q, 1, person_id);
        db_bind_text(q, 2, modality);
        db_bind_text(q, 3, region.at ? region : SLICE(""));
        if (!db_run(q, err))
            return false;
    }
    return true;
}
