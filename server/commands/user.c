/*
 * beclere user admin: the first administrator of an installation, with a one-time password.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "commands/house.h"
#include "guard/access/people.h"

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

int command_user(int argc, char **argv)
{
    const char *what = option_word(argc, argv, 0), *login = option_word(argc, argv, 1);
    const char *family = option_word(argc, argv, 2), *given = option_word(argc, argv, 3);
    if (!what || strcmp(what, "admin") != 0 || !given) {
        fprintf(stderr, "beclere user admin LOGIN FAMILY GIVEN [--config FILE]\n");
        return 2;
    }
    Wanted w = { .person = { .active = true, .profession = "administrator" } };
    slice_copy(slice_of(login), w.person.login, sizeof w.person.login);
    slice_copy(slice_of(family), w.person.family, sizeof w.person.family);
    slice_copy(slice_of(given), w.person.given, sizeof w.person.given);
    Err   err = { 0 };
    House h;
    if (!house_open(&h, option_value(argc, argv, "--config", NULL), &err))
        return command_failed("user", &err);
    bool ok = db_write(h.db, make_admin, &w, &err);
    house_close(&h);
    if (!ok)
        return command_failed("user", &err);
    printf("%s can sign in once with: %s\nA new password and a second factor are asked at that moment.\n", login, w.one_time);
    return 0;
}
