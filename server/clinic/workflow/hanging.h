/*
 * How the images of a study are hung: layout, what each pane shows, when it applies. E25.
 *
 * Each is somebody's own, or shared by an organisation: its members who view images use it, those with MAY_SHARE_AIDS in it
 * change it. The server checks and keeps it; the viewer chooses (own before shared, the closer fit first). It is no part
 * of the record: changing one changes no image and no report. The built-in ones are the viewer's.
 *
 *     {"when":{"modality":"CT","region":"chest","side":"","series_min":0,"series_max":0,"prior":"with","age_min":0,"age_max":0},
 *      "as":"panes","begin":"alone","rows":1,"columns":2,
 *      "panes":[{"exam":0,"modality":"CT","words":"parenchyme","without":"","plane":"axial","contrast":"","weight":"","view":"","side":"",
 *                "nth":1,"window":"lung","fit":"fit","link":1,"flip":""}, …],
 *      "second":{"rows":1,"columns":1,"panes":[…]}}
 *
 * "panes" has rows × columns of them, row by row; "exam" 0 is the current one, n the n-th earlier one. "as" says what is opened in
 * place of the panes: "panes", "planes" (reformatted) or "fusion" (PET laid over CT, and its projection). "begin" says whether it is
 * begun with or only offered. Ages are whole years, 0: any. "second", if there is one, is for a second monitor.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_HANGING_H
#define CLINIC_WORKFLOW_HANGING_H

#include <jansson.h>

#include "guard/access/who.h"
#include "platform/db/db.h"

enum { HANGING_NAME_MAX = 80, HANGING_WORDS_MAX = 120, HANGING_PANES_MAX = 8, HANGINGS_MAX = 200 };

typedef struct Hanging {
    int64_t id, organisation_id, person_id, version;
    char    name[HANGING_NAME_MAX * 4 + 1];
    json_t *content; /* owned: hanging_clear */
} Hanging;
void hanging_clear(Hanging *h);

/* Pure: reads {name, content} as sent; what is not known is dropped. ERR_INPUT says what is wrong with it. */
bool hanging_from_json(const json_t *body, Hanging *ret, Err *err);

/*
 * {"hangings":[{id,shared,organisation_id,organisation,name,place,content,version,changed_at_ms,changed_by,may_change}],
 *  "share":[{id,name}]}: what this person may use in its order, and the organisations whose shared ones they may change.
 */
bool hangings_json(Db *db, const Who *who, json_t **ret, Err *err);

/*
 * 'body' is {name, content}, with organisation_id (0 or absent: own) when it is new, with version when it is changed.
 * ERR_DENIED shared ones without the permission; ERR_NOT_FOUND somebody else's; ERR_CONFLICT that name is there already, or it was
 * changed meanwhile; ERR_LIMIT more than HANGINGS_MAX.
 */
bool hanging_add(Db *db, const Who *who, const json_t *body, int64_t *ret_id, Err *err);
bool hanging_change(Db *db, const Who *who, int64_t id, const json_t *body, Err *err);
bool hanging_remove(Db *db, const Who *who, int64_t id, const json_t *body, Err *err);

/* {"place":n}: it is tried as the n-th (from 1) among those of its owner; the others move. Errors: as hanging_change. */
bool hanging_move(Db *db, const Who *who, int64_t id, const json_t *body, Err *err);

#endif
