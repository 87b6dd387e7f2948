/*
 * Search before creation: what was looked for, by whom and when; a creation names it. E15.
 *
 * Source: Référentiel national d'identitovigilance (recherche avant création).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/patients/patient_internal.h"

#include <openssl/rand.h>

#include "formats/json/base64.h"
#include "platform/clock.h"

enum { SEARCH_VALID_MS = 30 * 60 * 1000, SEARCH_KEPT_MS = 24 * 60 * 60 * 1000, LETTERS_MAX = 3 };

void search_letters(Slice name, char ret[16])
{
    char key[256];
    trait_key(name, key, sizeof key);
    ret[0] = 0;
    for (size_t i = 0, letters = 0; key[i] && letters < LETTERS_MAX; i++) {
        letters += ((unsigned char)key[i + 1] & 0xC0) != 0x80;
        slice_copy(slice_bytes(key, i + 1), ret, 16);
    }
}

static bool forget_old(Db *db, int64_t now_ms, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM patient_search WHERE at_ms < ?1");
    db_bind_int(q, 1, now_ms - SEARCH_KEPT_MS);
    return db_run(q, err);
}

bool patient_search_note(Db *db, int64_t person_id, Slice birth_date, Slice name, size_t found, char ret_token[33],
                         Err *err)
{
    uint8_t random[16];
    char    letters[16], date[11] = "", known[6];
    if (RAND_bytes(random, sizeof random) != 1)
        return err_set(err, ERR_UNAVAILABLE, "The search could not be recorded: try again.", "no random bytes");
    hex_encode(slice_bytes(random, sizeof random), ret_token);
    search_letters(name, letters);
    (void)birth_date_settle(birth_date, date, known);
    if (!forget_old(db, clock_now_ms(), err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO patient_search (token, person_id, birth_date, letters, found, at_ms)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    db_bind_cstr(q, 1, ret_token);
    db_bind_int(q, 2, person_id);
    db_bind_cstr(q, 3, date);
    db_bind_cstr(q, 4, letters);
    db_bind_int(q, 5, (int64_t)found);
    db_bind_int(q, 6, clock_now_ms());
    return db_run(q, err);
}

static bool begins(Slice name, const char *letters)
{
    char key[256];
    trait_key(name, key, sizeof key);
    return key[0] && strncmp(key, letters, strlen(letters)) == 0;
}

bool patient_search_covers(Db *db, Slice token, int64_t person_id, const PatientDraft *draft, Err *err)
{
    char date[11] = "", known[6], searched[11], letters[16];
    (void)birth_date_settle(draft->birth_date, date, known);
    OWNED(DbQuery) *q = db_query(db, "SELECT birth_date, letters FROM patient_search"
                                     " WHERE token = ?1 AND person_id = ?2 AND at_ms >= ?3");
    db_bind_text(q, 1, token);
    db_bind_int(q, 2, person_id);
    db_bind_int(q, 3, clock_now_ms() - SEARCH_VALID_MS);
    switch (db_next(q, err)) {
    case DB_FAILED:
        return false;
    case DB_END:
        return err_set(err, ERR_CONFLICT,
                       "Search first, by date of birth and the first letters of a name: nobody is registered before it is "
                       "known that they are not registered already.",
                       "no search");
    case DB_ROW:
        break;
    }
    db_text(q, 0, searched, sizeof searched);
    db_text(q, 1, letters, sizeof letters);
    bool covers = strcmp(searched, date) == 0 && (begins(draft->birth_name, letters) || begins(draft->used_name, letters) ||
                                                  begins(draft->first_given, letters));
    return covers || err_set(err, ERR_CONFLICT,
                             "The search was for another date of birth or another name: search again with what is written "
                             "here.",
                             "search of another identity");
}
