/*
 * People, organisations and memberships: checks of their fields, and the only SQL of these tables.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/people.h"

#include <inttypes.h>
#include <stdio.h>

#include "formats/texts/texts.h"
#include "guard/access/access_internal.h"

/* ---- organisations ---- */

void organisation_from_row(const DbQuery *row, int first_column, Organisation *ret)
{
    *ret = (Organisation) { .id = db_int(row, first_column) };
    db_text(row, first_column + 1, ret->name, sizeof ret->name);
    db_text(row, first_column + 2, ret->kind, sizeof ret->kind);
    db_text(row, first_column + 3, ret->finess, sizeof ret->finess);
    db_text(row, first_column + 4, ret->city, sizeof ret->city);
    db_text(row, first_column + 5, ret->time_zone, sizeof ret->time_zone);
    db_text(row, first_column + 6, ret->street, sizeof ret->street);
    db_text(row, first_column + 7, ret->postcode, sizeof ret->postcode);
    db_text(row, first_column + 8, ret->phone, sizeof ret->phone);
}

static bool all_digits(Slice s, size_t len)
{
    bool digits = s.len == len;
    for (size_t i = 0; digits && i < s.len; i++)
        digits = s.at[i] >= '0' && s.at[i] <= '9';
    return digits;
}

/* "Area/City": letters, '_', '-', '+', '/', digits; never a path upwards. */
static bool time_zone_valid(Slice zone)
{
    bool fine =
        zone.len > 2 && zone.at[0] >= 'A' && zone.at[0] <= 'Z' && slice_find(zone, SLICE("..")) == SIZE_MAX;
    for (size_t i = 0; fine && i < zone.len; i++)
        fine = zone.at[i] &&
               strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/", zone.at[i]);
    return fine;
}

static bool clean_line(const char *text)
{
    Slice s = slice_of(text);
    return text_is_clean_utf8(s) && !strpbrk(text, "\r\n\t");
}

/* Digits with an optional leading '+', in groups: at least nine digits. */
static bool phone_valid(const char *text)
{
    size_t digits = 0;
    for (const char *c = text; *c; c++) {
        if (*c >= '0' && *c <= '9')
            digits++;
        else if (!strchr(" .-()", *c) && !(*c == '+' && c == text))
            return false;
    }
    return digits >= 9 && digits <= 15;
}

static bool organisation_check(const Organisation *o, Err *err)
{
    if (!slice_trim(slice_of(o->name)).len)
        return err_set(err, ERR_INPUT, "An organisation needs a name.", "name of %zu bytes", strlen(o->name));
    if (!clean_line(o->name) || !clean_line(o->city) || !clean_line(o->street))
        return err_set(err, ERR_INPUT, "A text holds characters that are not allowed.", "organisation field");
    if (strcmp(o->kind, "site") != 0 && strcmp(o->kind, "imaging") != 0 && strcmp(o->kind, "requester") != 0)
        return err_set(err, ERR_INPUT, "An organisation is a site, an imaging group or a requester.",
                       "organisation kind");
    if (o->finess[0] && !all_digits(slice_of(o->finess), 9))
        return err_set(err, ERR_INPUT, "A FINESS number has nine digits.", "finess of %zu characters",
                       strlen(o->finess));
    if (o->postcode[0] && !all_digits(slice_of(o->postcode), 5))
        return err_set(err, ERR_INPUT, "A postcode has five digits.", "postcode of %zu characters", strlen(o->postcode));
    if (o->phone[0] && !phone_valid(o->phone))
        return err_set(err, ERR_INPUT, "Write the telephone number with its digits, for example 04 71 00 00 00 or +33 4 71 00 00 00.",
                       "phone of %zu characters", strlen(o->phone));
    if (o->time_zone[0] && !time_zone_valid(slice_of(o->time_zone)))
        return err_set(err, ERR_INPUT, "The time zone is not known.", "time zone of %zu characters",
                       strlen(o->time_zone));
    return true;
}

bool organisation_create(Db *db, const Organisation *o, int64_t *ret_id, Err *err)
{
    if (!organisation_check(o, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO organisation (name, kind, finess, city, time_zone, street, postcode, phone)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    db_bind_cstr(q, 1, o->name);
    db_bind_cstr(q, 2, o->kind);
    db_bind_cstr(q, 3, o->finess);
    db_bind_cstr(q, 4, o->city);
    db_bind_cstr(q, 5, o->time_zone[0] ? o->time_zone : "Europe/Paris");
    db_bind_cstr(q, 6, o->street);
    db_bind_cstr(q, 7, o->postcode);
    db_bind_cstr(q, 8, o->phone);
    if (!db_run(q, err))
        return false;
    *ret_id = db_last_id(db);
    return true;
}

bool organisation_change(Db *db, const Organisation *o, Err *err)
{
    if (!organisation_check(o, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "UPDATE organisation SET name = ?2, finess = ?3, city = ?4, time_zone = ?5, street = ?6, postcode = ?7, phone = ?8"
                                     " WHERE id = ?1");
    db_bind_int(q, 1, o->id);
    db_bind_cstr(q, 2, o->name);
    db_bind_cstr(q, 3, o->finess);
    db_bind_cstr(q, 4, o->city);
    db_bind_cstr(q, 5, o->time_zone);
    db_bind_cstr(q, 6, o->street);
    db_bind_cstr(q, 7, o->postcode);
    db_bind_cstr(q, 8, o->phone);
    return db_run(q, err);
}

void organisation_address(const Organisation *o, char *ret, size_t size)
{
    (void)snprintf(ret, size, "%s%s%s%s%s", o->street, o->street[0] && (o->postcode[0] || o->city[0]) ? ", " : "", o->postcode,
                   o->postcode[0] && o->city[0] ? " " : "", o->city);
}

bool organisation_load(Db *db, int64_t id, Organisation *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " ORGANISATION_COLUMNS " FROM organisation WHERE "
                                     "organisation.id = ?1");
    db_bind_int(q, 1, id);
    switch (db_next(q, err)) {
    case DB_ROW:
        organisation_from_row(q, 0, ret);
        return true;
    case DB_END:
        return err_set(err, ERR_NOT_FOUND, "No such organisation.", "organisation %" PRId64, id);
    case DB_FAILED:
        break;
    }
    return false;
}

/* ---- people ---- */

void person_from_row(const DbQuery *row, int first_column, Person *ret)
{
    *ret = (Person) { .id = db_int(row, first_column) };
    db_text(row, first_column + 1, ret->login, sizeof ret->login);
    db_text(row, first_column + 2, ret->title, sizeof ret->title);
    db_text(row, first_column + 3, ret->family, sizeof ret->family);
    db_text(row, first_column + 4, ret->given, sizeof ret->given);
    db_text(row, first_column + 5, ret->rpps, sizeof ret->rpps);
    db_text(row, first_column + 6, ret->profession, sizeof ret->profession);
    db_text(row, first_column + 7, ret->speciality, sizeof ret->speciality);
    db_text(row, first_column + 8, ret->phone, sizeof ret->phone);
    db_text(row, first_column + 9, ret->email, sizeof ret->email);
    ret->active   = db_int(row, first_column + 10) != 0;
    ret->enrolled = db_int(row, first_column + 11) != 0;
}

bool rpps_valid(Slice rpps)
{
    if (!all_digits(rpps, 11))
        return false;
    unsigned sum = 0;
    for (size_t i = 0; i < 11;
         i++) { /* Luhn: every second digit from the right, after the key, counts double */
        unsigned digit = (unsigned)(rpps.at[10 - i] - '0');
        if (i % 2 == 1)
            digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
        sum += digit;
    }
    return sum % 10 == 0;
}

/* 3 to 63 of a-z 0-9 . _ - @, beginning with a letter. */
static bool login_valid(Slice login)
{
    bool fine = login.len >= 3 && login.len <= 63 && login.at[0] >= 'a' && login.at[0] <= 'z';
    for (size_t i = 0; fine && i < login.len; i++)
        fine = login.at[i] && strchr("abcdefghijklmnopqrstuvwxyz0123456789._-@", login.at[i]);
    return fine;
}

static bool person_check(const Person *p, Err *err)
{
    if (!login_valid(slice_of(p->login)))
        return err_set(err, ERR_INPUT, "A login has 3 to 63 small letters, digits, dots or hyphens.",
                       "login form");
    if (!slice_trim(slice_of(p->family)).len)
        return err_set(err, ERR_INPUT, "A person needs a family name.", "empty family name");
    if (p->rpps[0] && !rpps_valid(slice_of(p->rpps)))
        return err_set(err, ERR_INPUT, "The RPPS number is wrong: 11 digits with a key.",
                       "rpps of %zu characters", strlen(p->rpps));
    const char *const texts[] = { p->title,      p->family, p->given, p->profession,
                                  p->speciality, p->phone,  p->email };
    for (size_t i = 0; i < COUNT(texts); i++)
        if (!clean_line(texts[i]))
            return err_set(err, ERR_INPUT, "A text holds characters that are not allowed.",
                           "person field %zu", i);
    return true;
}

/* Is 'login' or 'rpps' (when not empty) somebody else's than person 'id'? Says which. */
static bool person_is_free(Db *db, const Person *p, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT person.login = ?1"
                                     "  FROM person"
                                     " WHERE (person.login = ?1 OR (person.rpps = ?2 AND person.rpps <> ''))"
                                     "   AND person.id <> ?3");
    db_bind_cstr(q, 1, p->login);
    db_bind_cstr(q, 2, p->rpps);
    db_bind_int(q, 3, p->id);
    switch (db_next(q, err)) {
    case DB_ROW:
        if (db_int(q, 0))
            return err_set(err, ERR_CONFLICT, "This login is taken.", "login taken");
        return err_set(err, ERR_CONFLICT, "This RPPS number belongs to another person.", "rpps taken");
    case DB_END:
        return true;
    case DB_FAILED:
        break;
    }
    return false;
}

static void person_bind(DbQuery *q, const Person *p)
{
    db_bind_cstr(q, 1, p->login);
    db_bind_cstr(q, 2, p->title);
    db_bind_cstr(q, 3, p->family);
    db_bind_cstr(q, 4, p->given);
    db_bind_cstr(q, 5, p->rpps);
    db_bind_cstr(q, 6, p->profession);
    db_bind_cstr(q, 7, p->speciality);
    db_bind_cstr(q, 8, p->phone);
    db_bind_cstr(q, 9, p->email);
    db_bind_int(q, 10, p->active);
}

bool person_create(Db *db, const Person *p, int64_t *ret_id, Err *err)
{
    Person fresh = *p;
    fresh.id     = 0;
    if (!person_check(&fresh, err) || !person_is_free(db, &fresh, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO person (login, title, family, given, rpps, profession, "
                                     "speciality, phone, email, active)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
    person_bind(q, &fresh);
    if (!db_run(q, err))
        return false;
    *ret_id = db_last_id(db);
    return true;
}

bool person_update(Db *db, const Person *p, Err *err)
{
    if (!person_check(p, err) || !person_is_free(db, p, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "UPDATE person"
                                     "   SET login = ?1, title = ?2, family = ?3, given = ?4, rpps = ?5, "
                                     "profession = ?6, speciality = ?7,"
                                     "       phone = ?8, email = ?9, active = ?10"
                                     " WHERE id = ?11");
    person_bind(q, p);
    db_bind_int(q, 11, p->id);
    if (!db_run(q, err))
        return false;
    if (!db_changes(q))
        return err_set(err, ERR_NOT_FOUND, "No such person.", "person %" PRId64, p->id);
    if (p->active)
        return true;
    OWNED(DbQuery) *end = db_query(db, "DELETE FROM session WHERE person_id = ?1"); /* out at once */
    db_bind_int(end, 1, p->id);
    return db_run(end, err);
}

bool person_set_lang(Db *db, int64_t id, Slice lang, Err *err)
{
    if (!slice_equal_text(lang, "fr") && !slice_equal_text(lang, "en"))
        return err_set(err, ERR_INPUT, "The languages are French and English.", "lang of %zu characters",
                       lang.len);
    OWNED(DbQuery) *q = db_query(db, "UPDATE person SET lang = ?1 WHERE id = ?2");
    db_bind_text(q, 1, lang);
    db_bind_int(q, 2, id);
    return db_run(q, err);
}

bool person_load(Db *db, int64_t id, Person *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " PERSON_COLUMNS " FROM person WHERE person.id = ?1");
    db_bind_int(q, 1, id);
    switch (db_next(q, err)) {
    case DB_ROW:
        person_from_row(q, 0, ret);
        return true;
    case DB_END:
        return err_set(err, ERR_NOT_FOUND, "No such person.", "person %" PRId64, id);
    case DB_FAILED:
        break;
    }
    return false;
}

/* Latin capitals, accents included (U+00E0..U+00FE are 0x20 above their capitals); the rest as it stands. */
static void add_capitals(Buf *to, const char *text)
{
    for (const char *c = text; *c; c++) {
        uint8_t byte     = (uint8_t)*c;
        bool    accented = c > text && (uint8_t)c[-1] == 0xC3 && byte >= 0xA0 && byte != 0xB7 && byte != 0xBF;
        if ((byte >= 'a' && byte <= 'z') || accented)
            byte = (uint8_t)(byte - 0x20);
        buf_add_char(to, (char)byte);
    }
}

void person_shown_name(const Person *p, char *ret, size_t size)
{
    OWNED_BUF name = buf_make(256);
    if (p->title[0])
        buf_addf(&name, "%s ", p->title);
    if (p->given[0])
        buf_addf(&name, "%s ", p->given);
    add_capitals(&name, p->family);
    slice_copy(buf_slice(&name), ret, size);
}

bool person_name_load(Db *db, int64_t id, char *ret, size_t size, Err *err)
{
    Person p;
    if (!person_load(db, id, &p, err))
        return false;
    person_shown_name(&p, ret, size);
    return true;
}

/* ---- memberships ---- */

static bool membership_count_fits(Db *db, int64_t person_id, int64_t organisation_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT count(*) FROM membership WHERE person_id = ?1 AND "
                                     "organisation_id <> ?2");
    db_bind_int(q, 1, person_id);
    db_bind_int(q, 2, organisation_id);
    if (db_next(q, err) != DB_ROW)
        return false;
    if (db_int(q, 0) >= WHO_MEMBERSHIPS_MAX)
        return err_set(err, ERR_LIMIT, "A person belongs to 32 organisations at most.", "person %" PRId64,
                       person_id);
    return true;
}

bool membership_set(Db *db, int64_t person_id, int64_t organisation_id, unsigned roles, Err *err)
{
    if (roles >> ROLE_COUNT)
        return err_set(err, ERR_INPUT, "The role is not known.", "roles %#x", roles);
    if (!roles) {
        OWNED(DbQuery) *q = db_query(db, "DELETE FROM membership WHERE person_id = ?1 AND organisation_id = "
                                         "?2");
        db_bind_int(q, 1, person_id);
        db_bind_int(q, 2, organisation_id);
        return db_run(q, err);
    }
    if (!membership_count_fits(db, person_id, organisation_id, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO membership (person_id, organisation_id, roles, clinical)"
                                     " VALUES (?1, ?2, ?3, ?4)"
                                     " ON CONFLICT (person_id, organisation_id)"
                                     " DO UPDATE SET roles = excluded.roles, clinical = excluded.clinical");
    db_bind_int(q, 1, person_id);
    db_bind_int(q, 2, organisation_id);
    db_bind_int(q, 3, roles);
    db_bind_int(q, 4, roles_are_clinical(roles));
    return db_run(q, err);
}

bool memberships_load(Db *db, int64_t person_id, Membership ret[WHO_MEMBERSHIPS_MAX], size_t *ret_count,
                      Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT organisation_id, roles FROM membership WHERE person_id = ?1 "
                                     "ORDER BY organisation_id");
    db_bind_int(q, 1, person_id);
    size_t count = 0;
    for (;;) {
        DbStep step = db_next(q, err);
        if (step == DB_FAILED)
            return false;
        if (step == DB_END || count == WHO_MEMBERSHIPS_MAX)
            break;
        ret[count++] = (Membership) { .organisation_id = db_int(q, 0), .roles = (unsigned)db_int(q, 1) };
    }
    *ret_count = count;
    return true;
}
