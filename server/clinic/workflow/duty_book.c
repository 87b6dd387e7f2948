/*
 * The roster of an organisation, read once, to be asked for many moments. O2, E10.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/duty_book.h"

#include <inttypes.h>

static bool full(size_t count, size_t max, int64_t organisation_id, Err *err)
{
    return count >= max && !err_set(err, ERR_LIMIT, "The roster has too many entries to be looked through.", "organisation %" PRId64, organisation_id);
}

static bool shift_keep(Db *db, const RosterShift *s, void *arg, Err *err)
{
    DutyBook *book = arg;
    (void)db;
    if (full(book->shift_count, DUTY_SHIFTS_MAX, s->organisation_id, err))
        return false;
    book->shifts[book->shift_count++] = *s;
    return true;
}

static bool swaps_load(Db *db, int64_t organisation_id, int64_t from_ms, int64_t to_ms, DutyBook *book, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT shift_id, roster_swap.from_ms, roster_swap.person_id FROM roster_swap"
                                     "  JOIN roster_shift ON roster_shift.id = roster_swap.shift_id"
                                     " WHERE roster_shift.organisation_id = ?1 AND roster_swap.to_ms > ?2 AND roster_swap.from_ms < ?3"
                                     "   AND state = 'accepted' ORDER BY roster_swap.id DESC");
    db_bind_int(q, 1, organisation_id);
    db_bind_int(q, 2, from_ms);
    db_bind_int(q, 3, to_ms);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        if (step == DB_FAILED || full(book->swap_count, DUTY_CHANGES_MAX, organisation_id, err))
            return false;
        book->swaps[book->swap_count++] = (DutySwap) { db_int(q, 0), db_int(q, 1), db_int(q, 2) };
    }
    return true;
}

static bool absences_load(Db *db, int64_t organisation_id, int64_t from_ms, int64_t to_ms, DutyBook *book, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT person_id, from_ms, to_ms FROM roster_absence"
                                     " WHERE organisation_id = ?1 AND to_ms > ?2 AND from_ms < ?3 ORDER BY id");
    db_bind_int(q, 1, organisation_id);
    db_bind_int(q, 2, from_ms);
    db_bind_int(q, 3, to_ms);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        if (step == DB_FAILED || full(book->absence_count, DUTY_CHANGES_MAX, organisation_id, err))
            return false;
        book->absences[book->absence_count++] = (DutyAbsence) { db_int(q, 0), db_int(q, 1), db_int(q, 2) };
    }
    return true;
}

bool duty_book_load(Db *db, int64_t organisation_id, int64_t from_ms, int64_t to_ms, DutyBook *ret, Err *err)
{
    ret->shift_count = ret->swap_count = ret->absence_count = 0;
    return roster_zone(db, organisation_id, ret->zone, err) && roster_shifts_each(db, organisation_id, from_ms, shift_keep, ret, err) &&
           swaps_load(db, organisation_id, from_ms, to_ms, ret, err) && absences_load(db, organisation_id, from_ms, to_ms, ret, err);
}

static int64_t holder(const DutyBook *book, const RosterShift *s, int64_t from_ms)
{
    for (size_t i = 0; i < book->swap_count; i++)
        if (book->swaps[i].shift_id == s->id && book->swaps[i].from_ms == from_ms)
            return book->swaps[i].person_id;
    return s->person_id;
}

static bool absent(const DutyBook *book, int64_t person_id, int64_t at_ms)
{
    for (size_t i = 0; i < book->absence_count; i++)
        if (book->absences[i].person_id == person_id && book->absences[i].from_ms <= at_ms && book->absences[i].to_ms > at_ms)
            return true;
    return false;
}

size_t duty_book_at(const DutyBook *book, const char *role, int64_t at_ms, int64_t *ret, size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < book->shift_count && count < max; i++) {
        const RosterShift *s    = &book->shifts[i];
        int64_t            from = 0, to = 0;
        if (strcmp(s->role, role) != 0 || !shift_covers(s, book->zone, at_ms, &from, &to))
            continue;
        int64_t person = holder(book, s, from);
        bool    known  = absent(book, person, at_ms);
        for (size_t k = 0; k < count; k++)
            known = known || ret[k] == person;
        if (!known)
            ret[count++] = person;
    }
    return count;
}
