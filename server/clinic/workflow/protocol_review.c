/*
 * How a version of a protocol comes into force: by the turns of every library (library_review.c), and judged by the medical
 * physicist where doses are set. E19, E11; R.1333-68.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/protocol.h"

#include <inttypes.h>
#include <string.h>

#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/library.h"

enum { REASON_LETTERS = 10, WHY_LETTERS = 5 };

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

/* ---- the turns ---- */

bool protocol_submit(Db *db, const Who *who, int64_t id, const json_t *body, Err *err)
{
    return library_submit(&PROTOCOLS, db, who, id, body, err);
}

bool protocol_return(Db *db, const Who *who, int64_t id, const json_t *body, Err *err)
{
    return library_return(&PROTOCOLS, db, who, id, body, err);
}

bool protocol_retire(Db *db, const Who *who, int64_t id, const json_t *body, Err *err)
{
    (void)body;
    return library_retire(&PROTOCOLS, db, who, id, err);
}

bool protocol_opinion(Db *db, const Who *who, int64_t id, const json_t *body, Err *err)
{
    OWNED_PROTOCOL        p         = { 0 };
    OWNED_LIBRARY_VERSION v         = { 0 };
    bool                  physicist = false;
    Slice                 text, opinion = SLICE_NONE;
    if (!protocol_load(db, id, &p, err) || !protocol_is_physicist(db, who, &p, &physicist, err))
        return false;
    if (!physicist)
        return err_set(err, ERR_DENIED, "Opinions on doses are given by the medical physicist of the group or of a site under its convention.", "protocol %" PRId64, id);
    if (!library_load(&PROTOCOLS, db, id, &v, err) || !library_is_judged(&PROTOCOLS, &v, err) || !library_words(body, &text, err) ||
        !json_may_text(body, "opinion", &opinion, err))
        return false;
    if (!code_known(CODES_OPINION, opinion) || !says_something(text, WHY_LETTERS))
        return err_set(err, ERR_INPUT, "Say whether the opinion is favourable, with reserves or unfavourable, and why.", "opinion");
    json_t *given = library_said(who, text);
    json_put(given, "opinion", json_slice(opinion));
    return library_turn(&PROTOCOLS, db, &v, "opinion", given, err);
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

/* Approved by the rules of every library first; what is said of the doses then stops it all the same (one transaction). */
bool protocol_approve(Db *db, const Who *who, int64_t id, const json_t *body, Err *err)
{
    OWNED_PROTOCOL p = { 0 };
    Slice          text;
    return protocol_load(db, id, &p, err) && library_approve(&PROTOCOLS, db, who, id, body, err) && library_words(body, &text, err) &&
           opinion_lets(&p, text, err);
}
