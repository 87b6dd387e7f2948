/*
 * How a version of a protocol comes into force: submitted by an imager, judged by the medical physicist where doses are set, approved
 * by an imager of the group or sent back. E19, E11; R.1333-68.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/protocol.h"

#include <inttypes.h>
#include <string.h>

#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"
#include "formats/texts/texts.h"
#include "platform/clock.h"

enum { WORDS_MAX = 4000, REASON_LETTERS = 10, WHY_LETTERS = 5 };

static bool is_imager(const Who *who, const Protocol *p, Err *err)
{
    return (who_roles_in(who, p->imaging_id) & ROLE_IMAGER) ||
           err_set(err, ERR_DENIED, "Protocols are written and approved by the imagers of the group.", "organisation %" PRId64, p->imaging_id);
}

bool protocol_is_physicist(Db *db, const Who *who, const Protocol *p, bool *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM membership WHERE membership.person_id = ?1 AND (membership.roles & ?2) <> 0"
                                     "   AND (membership.organisation_id IN (?3, ?4) OR (?4 = 0 AND EXISTS"
                                     "       (SELECT 1 FROM convention_party AS mine JOIN convention_party AS theirs ON theirs.convention_id = mine.convention_id"
                                     "         WHERE mine.organisation_id = membership.organisation_id AND theirs.organisation_id = ?3 AND theirs.part = 'imaging')))");
    db_bind_int(q, 1, who->person_id);
    db_bind_int(q, 2, ROLE_PHYSICIST);
    db_bind_int(q, 3, p->imaging_id);
    db_bind_int(q, 4, p->site_id);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW;
    return step != DB_FAILED;
}

bool protocol_state(Db *db, const Protocol *p, const char **ret, Err *err)
{
    *ret = p->retired_at_ms ? "withdrawn" : json_object_get(p->review, "submitted") ? "submitted" : "draft";
    if (p->retired_at_ms || !p->approved_at_ms)
        return true;
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM protocol WHERE root_id = ?1 AND version > ?2 AND approved_at_ms IS NOT NULL");
    db_bind_int(q, 1, p->root_id);
    db_bind_int(q, 2, p->version);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW ? "replaced" : "in-force";
    return step != DB_FAILED;
}

/* ---- what is said at each turn ---- */

static bool words_of(const json_t *body, Slice *ret, Err *err)
{
    *ret = SLICE_NONE;
    if (body && !json_may_text(body, "text", ret, err))
        return false;
    *ret = slice_trim(*ret);
    return (ret->len <= WORDS_MAX && text_is_clean_utf8(*ret)) || err_set(err, ERR_INPUT, "The protocol is not as it should be.", "text");
}

static json_t *turn(const Who *who, Slice text)
{
    return json_pack("{s:I, s:I, s:s, s:o}", "at_ms", (json_int_t)clock_now_ms(), "by", (json_int_t)who->person_id, "name", who->name, "text",
                     json_slice(text));
}

static bool review_save(Db *db, const Protocol *p, Err *err)
{
    OWNED_BUF text = buf_make(64 << 10);
    if (!json_dump_to_buf(p->review, &text, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "UPDATE protocol SET review = ?2 WHERE id = ?1");
    db_bind_int(q, 1, p->id);
    db_bind_text(q, 2, buf_slice(&text));
    return db_run(q, err);
}

static bool is_not_settled(const Protocol *p, Err *err)
{
    return (!p->approved_at_ms && !p->retired_at_ms) ||
           err_set(err, ERR_CONFLICT, "This version of the protocol is approved or withdrawn already.", "protocol %" PRId64, p->id);
}

static bool is_submitted(const Protocol *p, Err *err)
{
    return json_object_get(p->review, "submitted") ||
           err_set(err, ERR_CONFLICT, "This version is not submitted for approval: submit it first.", "protocol %" PRId64, p->id);
}

/* ---- the turns ---- */

bool protocol_submit(Db *db, const Who *who, int64_t id, const json_t *body, Err *err)
{
    OWNED_PROTOCOL p = { 0 };
    Slice          text;
    if (!protocol_load(db, id, &p, err) || !is_imager(who, &p, err) || !is_not_settled(&p, err) || !words_of(body, &text, err))
        return false;
    if (json_object_get(p.review, "submitted"))
        return err_set(err, ERR_CONFLICT, "This version is submitted already.", "protocol %" PRId64, id);
    json_object_del(p.review, "opinion"); /* of what was submitted before, not of this text */
    json_put(p.review, "submitted", turn(who, text));
    return review_save(db, &p, err);
}

bool protocol_opinion(Db *db, const Who *who, int64_t id, const json_t *body, Err *err)
{
    OWNED_PROTOCOL p         = { 0 };
    bool           physicist = false;
    Slice          text, opinion = SLICE_NONE;
    if (!protocol_load(db, id, &p, err) || !protocol_is_physicist(db, who, &p, &physicist, err))
        return false;
    if (!physicist)
        return err_set(err, ERR_DENIED, "Opinions on doses are given by the medical physicist of the group or of a site under its convention.", "protocol %" PRId64, id);
    if (!is_not_settled(&p, err) || !is_submitted(&p, err) || !words_of(body, &text, err) || !json_may_text(body, "opinion", &opinion, err))
        return false;
    if (!code_known(CODES_OPINION, opinion) || !says_something(text, WHY_LETTERS))
        return err_set(err, ERR_INPUT, "Say whether the opinion is favourable, with reserves or unfavourable, and why.", "opinion");
    json_t *given = turn(who, text);
    json_put(given, "opinion", json_slice(opinion));
    json_put(p.review, "opinion", given);
    return review_save(db, &p, err);
}

bool protocol_return(Db *db, const Who *who, int64_t id, const json_t *body, Err *err)
{
    OWNED_PROTOCOL p = { 0 };
    Slice          text;
    if (!protocol_load(db, id, &p, err) || !is_imager(who, &p, err) || !is_not_settled(&p, err) || !is_submitted(&p, err) || !words_of(body, &text, err))
        return false;
    if (!says_something(text, WHY_LETTERS))
        return err_set(err, ERR_INPUT, "Write what is to be changed before it comes back.", "text");
    json_object_del(p.review, "submitted");
    json_put(p.review, "returned", turn(who, text));
    return review_save(db, &p, err);
}

static bool opinion_lets(const Protocol *p, Slice why, Err *err)
{
    const char *opinion = json_string_value(json_object_get(json_object_get(p->review, "opinion"), "opinion"));
    return !protocol_asks_physicist(p) || (opinion && strcmp(opinion, "unfavourable") != 0) || says_something(why, REASON_LETTERS) ||
           err_set(err, ERR_CONFLICT,
                   "The medical physicist has not given a favourable opinion on the doses of this protocol: wait for it, or write why it comes into "
                   "force without.",
                   "protocol %" PRId64, p->id);
}

bool protocol_approve(Db *db, const Who *who, int64_t id, const json_t *body, Err *err)
{
    OWNED_PROTOCOL p = { 0 };
    Slice          text;
    if (!protocol_load(db, id, &p, err) || !is_imager(who, &p, err) || !is_not_settled(&p, err) || !is_submitted(&p, err) ||
        !words_of(body, &text, err) || !opinion_lets(&p, text, err))
        return false;
    json_put(p.review, "approved", turn(who, text));
    OWNED(DbQuery) *q = db_query(db, "UPDATE protocol SET approved_by = ?2, approved_at_ms = ?3 WHERE id = ?1");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, who->person_id);
    db_bind_int(q, 3, clock_now_ms());
    return db_run(q, err) && review_save(db, &p, err);
}
