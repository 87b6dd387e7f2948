/*
 * beclere user admin: the first administrator of an installation, with a one-time password.
 * beclere user reset: an administrator who lost their factors where no two others can recover the account (guard/access/account_recovery.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "commands/house.h"
#include "guard/access/people.h"
#include "guard/audit/audit.h"

typedef struct Wanted {
    Person person;
    char   one_time[32];
} Wanted;

static bool make_admin(Db *db, void *work, Err *err)
{
    Wanted      *w        = work;
    Organisation platform = { .kind = "imaging", .time_zone = "Europe/Paris" };
    int64_t      organisation = 0, person = 0;
    slice_copy(SLICE("Plateforme"), platform.name, sizeof platform.name);
    return organisation_create(db, &platform, &organisation, err) && person_create(db, &w->person, &person, err) &&
           membership_set(db, person, organisation, ROLE_ADMIN, err) && account_reset(db, person, w->one_time, err);
}

/* Whose login it is, when that person administers: everybody else is recovered by two people. */
static bool administrator_find(Db *db, const char *login, int64_t *ret_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT person.id FROM person JOIN membership ON membership.person_id = person.id"
                                     " WHERE person.login = ?1 AND person.active = 1 AND (membership.roles & ?2) <> 0");
    db_bind_cstr(q, 1, login);
    db_bind_int(q, 2, ROLE_ADMIN);
    DbStep step = db_next(q, err);
    if (step == DB_ROW)
        *ret_id = db_int(q, 0);
    return step == DB_ROW || (step == DB_END && err_set(err, ERR_NOT_FOUND, "No such person.", "no active administrator has this login"));
}

static bool reset_admin(Db *db, void *work, Err *err)
{
    Wanted *w      = work;
    int64_t person = 0;
    if (!administrator_find(db, w->person.login, &person, err) || !account_reset(db, person, w->one_time, err))
        return false;
    AuditLine line = { .event = AUDIT_ACCOUNT, .outcome = AUDIT_OK, .actor = "system:console", .what = "user reset", .object = w->person.login };
    return audit_add(db, &line, err);
}

int command_user(int argc, char **argv)
{
    const char *what = option_word(argc, argv, 0), *login = option_word(argc, argv, 1);
    const char *family = option_word(argc, argv, 2), *given = option_word(argc, argv, 3);
    bool        reset = what && strcmp(what, "reset") == 0;
    if (!what || (!reset && strcmp(what, "admin") != 0) || (reset ? !login || family : !given)) {
        fprintf(stderr, "beclere user admin LOGIN FAMILY GIVEN [--config FILE]\n"
                        "beclere user reset LOGIN [--config FILE]   an administrator's; everybody else is recovered by two people on the page\n");
        return 2;
    }
    Wanted w = { .person = { .active = true, .profession = "administrator" } };
    slice_copy(slice_of(login), w.person.login, sizeof w.person.login);
    if (!reset) {
        slice_copy(slice_of(family), w.person.family, sizeof w.person.family);
        slice_copy(slice_of(given), w.person.given, sizeof w.person.given);
    }
    Err   err = { 0 };
    House h;
    if (!house_open(&h, option_value(argc, argv, "--config", NULL), &err))
        return command_failed("user", &err);
    bool ok = db_write(h.db, reset ? reset_admin : make_admin, &w, &err);
    house_close(&h);
    if (!ok)
        return command_failed("user", &err);
    printf("%s can sign in once with: %s\nA new password and a second factor are asked at that moment.\n", login, w.one_time);
    return 0;
}
