/*
 * Review of rights: the list of an organisation, its digest, its signature.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/rights_review.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>

#include "formats/json/base64.h"
#include "formats/json/json_util.h"
#include "guard/access/directory.h"
#include "guard/audit/seal.h"
#include "guard/access/people.h"
#include "platform/clock.h"

#define SEAL_PURPOSE "rights"
enum { DIGEST_TEXT = 65, LIST_BYTES_MAX = 1 << 20 };
static const int64_t INTERVAL_MS = (int64_t)RIGHTS_REVIEW_DAYS * 24 * 3600 * 1000;

/* Who is active there, by name, with the roles: as JSON and as the text that is signed. */
static bool list_load(Db *db, int64_t organisation_id, json_t *people, Buf *text, char ret_sha256[DIGEST_TEXT], Err *err)
{
    uint8_t digest[32];
    OWNED(DbQuery) *q = db_query(db, "SELECT person.id, " PERSON_NAME_SQL("person") ", person.profession, membership.roles, person.login,"
                                     "       (SELECT max(session.seen_at_s) FROM session WHERE session.person_id = person.id)"
                                     "  FROM membership JOIN person ON person.id = membership.person_id"
                                     " WHERE membership.organisation_id = ?1 AND person.active = 1 ORDER BY person.family, person.given, person.id");
    DbStep step;
    db_bind_int(q, 1, organisation_id);
    buf_addf(text, "organisation %" PRId64 "\n", organisation_id);
    while ((step = db_next(q, err)) == DB_ROW) {
        unsigned roles = (unsigned)db_int(q, 3);
        buf_addf(text, "%" PRId64 " ", db_int(q, 0));
        buf_add(text, db_slice(q, 4));
        buf_add_char(text, ' ');
        buf_add(text, db_slice(q, 1));
        buf_add_char(text, ':');
        for (int i = 0; i < ROLE_COUNT; i++)
            if (roles & (1u << i))
                buf_addf(text, " %s", role_name(1u << i));
        buf_add_char(text, '\n');
        json_push(people, json_pack("{s:I, s:o, s:o, s:o, s:o}", "id", (json_int_t)db_int(q, 0), "name", json_slice(db_slice(q, 1)), "profession", json_slice(db_slice(q, 2)), "roles",
                                    roles_json(roles), "last_seen_ms", db_is_null(q, 5) ? json_null() : json_integer(db_int(q, 5) * 1000)));
    }
    if (step == DB_FAILED || !buf_ok(text, err))
        return false;
    if (EVP_Digest(text->at, text->len, digest, NULL, EVP_sha256(), NULL) != 1)
        return err_set(err, ERR_BUG, "Something went wrong here.", "SHA-256 of rights");
    hex_encode(slice_bytes(digest, sizeof digest), ret_sha256);
    return true;
}

/* The last review beside the list as it is now. */
static bool last_put(Db *db, int64_t organisation_id, const char *sha256, json_t *one, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT rights_review.at_ms, rights_review.sha256, rights_review.note, " PERSON_NAME_SQL("person") ""
                                     "  FROM rights_review JOIN person ON person.id = rights_review.by_person"
                                     " WHERE rights_review.organisation_id = ?1 ORDER BY rights_review.id DESC LIMIT 1");
    db_bind_int(q, 1, organisation_id);
    DbStep step = db_next(q, err);
    if (step == DB_FAILED)
        return false;
    bool    there = step == DB_ROW;
    int64_t due   = there ? db_int(q, 0) + INTERVAL_MS : 0;
    return json_put(one, "last",
                    !there ? json_null()
                           : json_pack("{s:I, s:o, s:o}", "at_ms", (json_int_t)db_int(q, 0), "note", json_slice(db_slice(q, 2)), "by", json_slice(db_slice(q, 3)))) &&
           json_put(one, "due_at_ms", there ? json_integer(due) : json_null()) && json_put(one, "overdue", json_boolean(!there || due < clock_now_ms())) &&
           json_put(one, "changed", json_boolean(there && !slice_equal_text(db_slice(q, 1), sha256)));
}

static bool sees(const Who *who, int64_t organisation_id)
{
    return (who_roles(who) & ROLE_ADMIN) || (who_roles_in(who, organisation_id) & (ROLE_RESPONSIBLE | ROLE_QUALITY));
}

static bool one_json(Db *db, const Who *who, int64_t organisation_id, Slice name, json_t *list, Err *err)
{
    char      sha256[DIGEST_TEXT];
    OWNED_BUF text        = buf_make(LIST_BYTES_MAX);
    OWNED(json_t) *people = json_array();
    if (!list_load(db, organisation_id, people, &text, sha256, err))
        return false;
    OWNED(json_t) *one = json_pack("{s:I, s:o, s:O, s:s, s:b}", "id", (json_int_t)organisation_id, "name", json_slice(name), "people", people, "sha256", sha256, "may_sign",
                                   (who_roles_in(who, organisation_id) & ROLE_RESPONSIBLE) != 0);
    return last_put(db, organisation_id, sha256, one, err) && json_push(list, GIVE(one));
}

bool rights_json(Db *db, const Who *who, json_t **ret, Err *err)
{
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q   = db_query(db, "SELECT id, name FROM organisation ORDER BY name, id");
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW)
        if (sees(who, db_int(q, 0)) && !one_json(db, who, db_int(q, 0), db_slice(q, 1), list, err))
            return false;
    if (step == DB_FAILED)
        return false;
    *ret = GIVE(list);
    return true;
}

bool rights_sign(Db *db, const Who *who, int64_t organisation_id, Slice sha256, Slice note, const char *keys_folder, Err *err)
{
    char      now[DIGEST_TEXT];
    uint8_t   digest[32];
    OWNED_BUF text = buf_make(LIST_BYTES_MAX), seal = buf_make(512);
    OWNED(json_t) *people = json_array();
    note                  = slice_trim(note);
    if (!(who_roles_in(who, organisation_id) & ROLE_RESPONSIBLE))
        return err_set(err, ERR_DENIED, "The rights of an organisation are reviewed by its responsible.", "organisation %" PRId64, organisation_id);
    if (note.len > RIGHTS_NOTE_MAX)
        return err_set(err, ERR_INPUT, "The note is too long.", "%zu bytes", note.len);
    if (!list_load(db, organisation_id, people, &text, now, err))
        return false;
    if (!slice_equal_text(sha256, now))
        return err_set(err, ERR_CONFLICT, "The list has changed meanwhile: go through it again.", "organisation %" PRId64, organisation_id);
    if (!hex_decode(slice_of(now), digest, sizeof digest) || !seal_make(keys_folder, SEAL_PURPOSE, digest, &seal, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO rights_review (organisation_id, at_ms, by_person, list, sha256, seal, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    db_bind_int(q, 1, organisation_id);
    db_bind_int(q, 2, clock_now_ms());
    db_bind_int(q, 3, who->person_id);
    db_bind_text(q, 4, buf_slice(&text));
    db_bind_cstr(q, 5, now);
    db_bind_text(q, 6, slice_trim(buf_slice(&seal)));
    db_bind_text(q, 7, note);
    return db_run(q, err);
}
