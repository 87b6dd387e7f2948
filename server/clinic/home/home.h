/*
 * The home page: what this person has to do now, today, later, gathered from every room. S4; docs/decisions/0105-home.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_HOME_HOME_H
#define CLINIC_HOME_HOME_H

#include <jansson.h>

#include "formats/texts/texts.h"
#include "guard/access/who.h"

enum { HOME_ROLE_LINES_MAX = 100 }; /* of acts, for each role in each organisation */

/*
 * {"items":[{"key","what","press":"now"|"today"|"later","due_ms","mine","role","act","text","about","count","id","until",
 *   "aside"}],"more","now_ms","zone"}: docs/api.md. Each line is one thing to do; only what the person may see and do. The
 * most pressing first. 'more': there are acts beyond those listed, in the lists of acts.
 */
bool home_json(Db *db, const Who *who, Lang lang, json_t **ret, Err *err);

/*
 * Puts a line aside for this person, with what they found. Only lines that say "aside" can be. ERR_NOT_FOUND: not among
 * theirs; ERR_CONFLICT: this one goes when it is done; ERR_INPUT: nothing found is written.
 */
bool home_put_aside(Db *db, const Who *who, Slice key, Slice note, Err *err);

#endif
