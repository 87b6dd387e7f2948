/*
 * What the two libraries of an imaging group have in common, exam protocols and preparation sheets for patients: a row is a version; a
 * draft is rewritten until it is submitted, sent back, or approved by somebody who did not write it; the next version replaces it. E19, E11.
 *
 * The table of a library has the columns id, root_id, version, imaging_id, site_id, made_by, made_at_ms, approved_by, approved_at_ms,
 * retired_at_ms, review and writers; its own file keeps what the version says.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_LIBRARY_H
#define CLINIC_WORKFLOW_LIBRARY_H

#include "formats/json/json_util.h"
#include "guard/access/who.h"
#include "platform/db/db.h"

typedef struct Library {
    const char *object;                      /* for the log */
    const char *unknown, *writers, *settled; /* what is shown: no such one, who writes them, approved or withdrawn already */
    const char *load, *next, *root, *hands, *review, *approve, *retire, *later, *names; /* LIBRARY_STATEMENTS */
} Library;

/* The approved version with the highest number counts; a withdrawn one counts no more. */
#define LIBRARY_IN_FORCE(TABLE)                                                                                                            \
    " approved_at_ms IS NOT NULL AND retired_at_ms IS NULL AND NOT EXISTS (SELECT 1 FROM " TABLE " AS later"                               \
    "   WHERE later.root_id = " TABLE ".root_id AND later.version > " TABLE ".version AND later.approved_at_ms IS NOT NULL) "

#define LIBRARY_STATEMENTS(TABLE)                                                                                                          \
    .load    = "SELECT id, root_id, version, imaging_id, site_id, made_by, made_at_ms, approved_at_ms, retired_at_ms, review, writers"     \
               "  FROM " TABLE " WHERE id = ?1",                                                                                           \
    .next    = "SELECT max(version) + 1 FROM " TABLE " WHERE root_id = ?1",                                                                \
    .root    = "UPDATE " TABLE " SET root_id = id WHERE id = ?1 AND root_id = 0",                                                          \
    .hands   = "UPDATE " TABLE " SET made_by = ?2, made_at_ms = ?3, writers = ?4 WHERE id = ?1",                                           \
    .review  = "UPDATE " TABLE " SET review = ?2 WHERE id = ?1",                                                                           \
    .approve = "UPDATE " TABLE " SET approved_by = ?2, approved_at_ms = ?3 WHERE id = ?1",                                                 \
    .retire  = "UPDATE " TABLE " SET retired_at_ms = ?2 WHERE id = ?1",                                                                    \
    .later   = "SELECT 1 FROM " TABLE " WHERE root_id = ?1 AND version > ?2 AND approved_at_ms IS NOT NULL",                               \
    .names   = "SELECT imaging.name, site.name, maker.given || ' ' || maker.family, approver.given || ' ' || approver.family"              \
               "  FROM " TABLE " AS one JOIN organisation AS imaging ON imaging.id = one.imaging_id"                                       \
               "  LEFT JOIN organisation AS site ON site.id = one.site_id JOIN person AS maker ON maker.id = one.made_by"                  \
               "  LEFT JOIN person AS approver ON approver.id = one.approved_by WHERE one.id = ?1"

typedef struct LibraryVersion {
    int64_t id, root_id, version, imaging_id, site_id; /* site_id 0: every site */
    int64_t made_by, made_at_ms, approved_at_ms, retired_at_ms;
    json_t *review;  /* owned: submitted {at_ms,by,name,text}, opinion {…,opinion}, returned {…}, approved {…}; those that were said */
    json_t *writers; /* owned: the ids of all who had a hand in it */
} LibraryVersion;
void library_version_clear(LibraryVersion *v);
#define OWNED_LIBRARY_VERSION __attribute__((cleanup(library_version_clear))) LibraryVersion

/* ERR_NOT_FOUND */
bool library_load(const Library *of, Db *db, int64_t id, LibraryVersion *ret, Err *err);

/* An imager of the group. ERR_DENIED */
bool library_may_write(const Library *of, const Who *who, int64_t imaging_id, Err *err);
/* An imager or the responsible radiologist of the group, who had no hand in this version; where the group has no such person, the
 * responsible of a site that a convention in force binds to it. ERR_DENIED */
bool library_may_approve(const Library *of, Db *db, const Who *who, const LibraryVersion *v, Err *err);
/* The version is submitted and waits for this person of a partner site, since nobody else of the group may approve it. */
bool library_stands_in(const Library *of, Db *db, const Who *who, int64_t id, bool *ret, Err *err);
/* Reads drafts of the group: whoever writes or approves. */
bool library_is_inside(const Who *who, int64_t imaging_id);

/* Root and number of the version that comes after 'previous'; 0 and 1 when it is 0. */
bool library_next(const Library *of, Db *db, int64_t previous, int64_t *ret_root, int64_t *ret_version, Err *err);
/* The row is there: its first version is its own root, and 'who' wrote it. */
bool library_made(const Library *of, Db *db, const Who *who, int64_t id, Err *err);
/* A draft, and one of 'who's group. ERR_CONFLICT submitted, approved or withdrawn: the next version. */
bool library_may_rewrite(const Library *of, Db *db, const Who *who, int64_t id, Err *err);
/* The row was rewritten by 'who'. */
bool library_rewritten(const Library *of, Db *db, const Who *who, int64_t id, Err *err);

/* ---- library_review.c: the turns ---- */

/* 'body' {"text"} says what changes, why it is sent back, what the approval says. */
bool library_submit(const Library *of, Db *db, const Who *who, int64_t id, const json_t *body, Err *err);
bool library_return(const Library *of, Db *db, const Who *who, int64_t id, const json_t *body, Err *err);
bool library_approve(const Library *of, Db *db, const Who *who, int64_t id, const json_t *body, Err *err);
bool library_retire(const Library *of, Db *db, const Who *who, int64_t id, Err *err);
/* Submitted and not settled: what an opinion or an approval is about. ERR_CONFLICT */
bool library_is_judged(const Library *of, const LibraryVersion *v, Err *err);
/* Keeps in the review what was said at a turn; 'said' is given away. */
bool library_turn(const Library *of, Db *db, const LibraryVersion *v, const char *turn, json_t *said, Err *err);
/* The words of a turn, trimmed. ERR_INPUT */
bool library_words(const json_t *body, Slice *ret, Err *err);
json_t *library_said(const Who *who, Slice text);

/* "draft", "submitted", "in-force", "replaced", "withdrawn". */
bool library_state(const Library *of, Db *db, const LibraryVersion *v, const char **ret, Err *err);
/* Adds state, review, imaging, site, made_by, approved_by, made_at_ms, approved_at_ms, retired_at_ms, mine (may write), inside (of the group),
 * alone (nobody else of the group may approve it), approves (may approve this one) to 'json'. */
bool library_put(const Library *of, Db *db, const Who *who, int64_t id, json_t *json, Err *err);

#endif
