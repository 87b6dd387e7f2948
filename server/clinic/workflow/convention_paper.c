/*
 * Drafting conventions: papers made, changed, listed. S3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/convention_paper.h"

#include <inttypes.h>

#include <openssl/sha.h>

#include "clinic/workflow/act_json.h"
#include "clinic/workflow/convention_rules.h"
#include "formats/json/base64.h"
#include "platform/clock.h"

enum { CONTENT_MAX = 256 * 1024 };

void paper_clear(Paper *p)
{
    json_decref(p->content);
    *p = (Paper) { 0 };
}

#define PAPER_COLUMNS                                                                                              \
    "convention_paper.id, convention_paper.revision, convention_paper.author_id, convention_paper.convention_id,"  \
    " convention_paper.changed_at_ms, convention_paper.sha256, convention_paper.content"

static bool from_row(const DbQuery *q, Paper *ret, Err *err)
{
    *ret = (Paper) { .id = db_int(q, 0), .revision = db_int(q, 1), .author_id = db_int(q, 2), .convention_id = db_int(q, 3),
                     .changed_at_ms = db_int(q, 4) };
    db_text(q, 5, ret->sha256, sizeof ret->sha256);
    ret->content = json_parse_object(db_slice(q, 6), err);
    return ret->content != NULL;
}

bool paper_load(Db *db, int64_t id, Paper *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " PAPER_COLUMNS " FROM convention_paper WHERE convention_paper.id = ?1");
    db_bind_int(q, 1, id);
    switch (db_next(q, err)) {
    case DB_ROW:
        return from_row(q, ret, err);
    case DB_END:
        return err_set(err, ERR_NOT_FOUND, "No such convention.", "paper %" PRId64, id);
    case DB_FAILED:
        break;
    }
    return false;
}

bool paper_may_edit(const Paper *p, const Who *who)
{
    size_t  i;
    json_t *party;
    json_array_foreach (json_object_get(p->content, "parties"), i, party)
        if (who_roles_in(who, json_integer_value(json_object_get(party, "id"))) & ROLE_RESPONSIBLE)
            return true;
    return p->author_id == who->person_id && (who_roles(who) & ROLE_RESPONSIBLE);
}

/* ---- storing ---- */

static bool documents_put(Db *db, Paper *p, Err *err)
{
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q   = db_query(db, "SELECT convention_document.id, convention_document.kind, convention_document.title,"
                                         "       convention_document.sha256, convention_document.bytes"
                                         "  FROM convention_document JOIN convention_paper_document"
                                         "    ON convention_paper_document.document_id = convention_document.id"
                                         " WHERE convention_paper_document.paper_id = ?1 ORDER BY convention_document.id");
    db_bind_int(q, 1, p->id);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        if (step == DB_FAILED)
            return false;
        json_push(list, json_pack("{s:I, s:o, s:o, s:o, s:I}", "id", (json_int_t)db_int(q, 0), "kind", json_slice(db_slice(q, 1)),
                                  "title", json_slice(db_slice(q, 2)), "sha256", json_slice(db_slice(q, 3)), "bytes",
                                  (json_int_t)db_int(q, 4)));
    }
    return json_put(p->content, "documents", json_incref(list));
}

static bool parties_store(Db *db, const Paper *p, Err *err)
{
    size_t  i;
    json_t *party;
    OWNED(DbQuery) *gone = db_query(db, "DELETE FROM convention_paper_party WHERE paper_id = ?1");
    db_bind_int(gone, 1, p->id);
    if (!db_run(gone, err))
        return false;
    json_array_foreach (json_object_get(p->content, "parties"), i, party) {
        OWNED(DbQuery) *q = db_query(db, "INSERT INTO convention_paper_party (paper_id, organisation_id)"
                                         " SELECT ?1, organisation.id FROM organisation WHERE organisation.id = ?2"
                                         " ON CONFLICT (paper_id, organisation_id) DO NOTHING");
        db_bind_int(q, 1, p->id);
        db_bind_int(q, 2, json_integer_value(json_object_get(party, "id")));
        if (!db_run(q, err))
            return false;
    }
    return true;
}

bool paper_store(Db *db, Paper *p, Err *err)
{
    uint8_t   digest[SHA256_DIGEST_LENGTH];
    OWNED_BUF text = buf_make(CONTENT_MAX);
    if (!documents_put(db, p, err) || !json_dump_to_buf(p->content, &text, err) || !parties_store(db, p, err))
        return false;
    (void)SHA256((const unsigned char *)text.at, text.len, digest);
    hex_encode(slice_bytes(digest, sizeof digest), p->sha256);
    p->revision++;
    OWNED(DbQuery) *q = db_query(db, "UPDATE convention_paper SET revision = ?2, content = ?3, sha256 = ?4, changed_at_ms = ?5"
                                     " WHERE id = ?1");
    db_bind_int(q, 1, p->id);
    db_bind_int(q, 2, p->revision);
    db_bind_text(q, 3, buf_slice(&text));
    db_bind_cstr(q, 4, p->sha256);
    db_bind_int(q, 5, clock_now_ms());
    return db_run(q, err);
}

/* ---- new ---- */

/* What a version says, without its signatures: as a draft of the next. */
static bool content_of(Db *db, const Who *who, int64_t convention_id, json_t **ret, Err *err)
{
    static const char *const SIGNED[] = { "signed_by", "signed_at_ms", "responsible", "name" };
    static const char *const MADE[]   = { "id", "version", "days_left", "warning" };
    size_t         i;
    json_t        *party;
    bool           responsible = false;
    OWNED(json_t) *one         = NULL;
    if (!convention_one_json(db, convention_id, &one, err))
        return false;
    json_array_foreach (json_object_get(one, "parties"), i, party) {
        responsible |= (who_roles_in(who, json_integer_value(json_object_get(party, "id"))) & ROLE_RESPONSIBLE) != 0;
        for (size_t k = 0; k < COUNT(SIGNED); k++)
            json_object_del(party, SIGNED[k]);
    }
    for (size_t k = 0; k < COUNT(MADE); k++)
        json_object_del(one, MADE[k]);
    if (!responsible)
        return err_set(err, ERR_DENIED, "Only a responsible of a party may draft or sign this convention.", "convention %" PRId64,
                       convention_id);
    *ret = GIVE(one);
    return true;
}

static bool documents_copy(Db *db, int64_t paper_id, const json_t *content, Err *err)
{
    size_t  i;
    json_t *document;
    json_array_foreach (json_object_get(content, "documents"), i, document) {
        OWNED(DbQuery) *q = db_query(db, "INSERT INTO convention_paper_document (paper_id, document_id)"
                                         " SELECT ?1, convention_document.id FROM convention_document WHERE convention_document.id = ?2");
        db_bind_int(q, 1, paper_id);
        db_bind_int(q, 2, json_integer_value(json_object_get(document, "id")));
        if (!db_run(q, err))
            return false;
    }
    return true;
}

bool paper_new(Db *db, const Who *who, int64_t from_convention_id, int64_t *ret_id, Err *err)
{
    OWNED_PAPER p = { .author_id = who->person_id };
    if (!(who_roles(who) & ROLE_RESPONSIBLE))
        return err_set(err, ERR_DENIED, "Only a responsible of a party may draft or sign this convention.", "no responsible");
    if (from_convention_id && !content_of(db, who, from_convention_id, &p.content, err))
        return false;
    if (!p.content)
        p.content = json_pack("{s:s, s:s, s:s, s:s, s:[], s:{}, s:[], s:[], s:[], s:{}}", "number", "", "title", "", "valid_from", "",
                              "valid_until", "", "parties", "sections", "clauses", "reasons", "documents", "terms");
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO convention_paper (revision, content, sha256, author_id, created_at_ms, changed_at_ms)"
                                     " VALUES (0, '{}', '', ?1, ?2, ?2)");
    db_bind_int(q, 1, who->person_id);
    db_bind_int(q, 2, clock_now_ms());
    if (!db_run(q, err))
        return false;
    *ret_id = p.id = db_last_id(db);
    return documents_copy(db, p.id, p.content, err) && paper_store(db, &p, err);
}

bool paper_save(Db *db, const Who *who, int64_t id, int64_t revision, const json_t *content, Err *err)
{
    static const char *const KEPT[] = { "number", "title", "valid_from", "valid_until", "parties", "sections", "clauses", "reasons", "terms" };
    OWNED_PAPER p = { 0 };
    if (!paper_load(db, id, &p, err))
        return false;
    if (!paper_may_edit(&p, who))
        return err_set(err, ERR_DENIED, "Only a responsible of a party may draft or sign this convention.", "paper %" PRId64, id);
    if (p.convention_id)
        return err_set(err, ERR_CONFLICT, "A party has signed this version: it does not change any more. Draft a new version.",
                       "paper %" PRId64 " is signed", id);
    if (p.revision != revision)
        return err_set(err, ERR_CONFLICT, "Somebody saved this convention in between: look at it again.", "paper %" PRId64, id);
    for (size_t i = 0; i < COUNT(KEPT); i++) {
        json_t *value = json_object_get(content, KEPT[i]);
        if (value && !json_put(p.content, KEPT[i], json_deep_copy(value)))
            return err_set(err, ERR_UNAVAILABLE, "The convention could not be read.", "no memory");
    }
    return paper_store(db, &p, err);
}

/* ---- listing ---- */

static const char *state_of(const Paper *p, const json_t *convention)
{
    size_t  i;
    json_t *party;
    if (!p->convention_id)
        return "draft";
    json_array_foreach (json_object_get(convention, "parties"), i, party)
        if (!json_integer_value(json_object_get(party, "signed_at_ms")))
            return "signing";
    char        today[CLOCK_ISO_SIZE];
    const char *from = json_string_value(json_object_get(convention, "valid_from"));
    clock_iso(clock_now_ms(), today);
    if (json_integer_value(json_object_get(convention, "days_left")) < 0)
        return "expired";
    return from && strncmp(from, today, 10) > 0 ? "waiting" : "in-force";
}

/* The organisations this person may sign for, and has not signed for. */
static json_t *may_sign(const Paper *p, const json_t *convention, const Who *who)
{
    size_t        i;
    json_t       *party, *list = json_array();
    int64_t       last    = 0;
    const json_t *parties = json_object_get(convention ? convention : p->content, "parties");
    json_array_foreach (parties, i, party) {
        int64_t id = json_integer_value(json_object_get(party, "id"));
        if (id != last && !json_integer_value(json_object_get(party, "signed_at_ms")) && (who_roles_in(who, id) & ROLE_RESPONSIBLE)) {
            size_t  k;
            json_t *has;
            bool    there = false;
            json_array_foreach (list, k, has)
                there |= json_integer_value(has) == id;
            if (!there)
                json_push(list, json_integer(id));
        }
        last = id;
    }
    return list;
}

static bool paper_json(Db *db, const Paper *p, const Who *who, Lang lang, json_t *into, Err *err)
{
    MissingList    missing    = { 0 };
    OWNED(json_t) *convention = NULL;
    if (p->convention_id && !convention_one_json(db, p->convention_id, &convention, err))
        return false;
    convention_paper_missing(p->content, &missing);
    return json_push(into, json_pack("{s:I, s:I, s:s, s:s, s:I, s:O, s:o, s:b, s:o, s:o}", "id", (json_int_t)p->id, "revision",
                                     (json_int_t)p->revision, "sha256", p->sha256, "state", state_of(p, convention), "changed_at_ms",
                                     (json_int_t)p->changed_at_ms, "content", p->content, "convention",
                                     convention ? json_incref(convention) : json_null(), "may_edit",
                                     !p->convention_id && paper_may_edit(p, who), "may_sign", may_sign(p, convention, who), "missing",
                                     missing_json(&missing, lang)));
}

bool papers_json(Db *db, const Who *who, Lang lang, json_t **ret, Err *err)
{
    enum { PAPERS_MAX = 100 };
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q   = db_query(db, "SELECT " PAPER_COLUMNS " FROM convention_paper"
                                         " WHERE (convention_paper.author_id = ?1 AND convention_paper.convention_id IS NULL)"
                                         "    OR EXISTS (SELECT 1 FROM convention_paper_party JOIN membership"
                                         "        ON membership.organisation_id = convention_paper_party.organisation_id"
                                         "     WHERE convention_paper_party.paper_id = convention_paper.id AND membership.person_id = ?1)"
                                         " ORDER BY convention_paper.id DESC LIMIT ?2");
    db_bind_int(q, 1, who->person_id);
    db_bind_int(q, 2, PAPERS_MAX);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        OWNED_PAPER p = { 0 };
        if (step == DB_FAILED || !from_row(q, &p, err) || !paper_json(db, &p, who, lang, list, err))
            return false;
    }
    *ret = json_pack("{s:O}", "papers", list);
    return *ret != NULL;
}
