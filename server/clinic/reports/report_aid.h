/*
 * What helps to write a report: templates per exam, phrases behind a short trigger, words the spelling knows. E29.
 *
 * Each is somebody's own, or shared by an organisation: its members who write reports use it, those with MAY_SHARE_AIDS
 * in it change it. Nothing of them is part of a report until its writer puts it there.
 *
 *     template  {"texts":{"technique":…,"results":…}}   sections of a report; {{…}} are fields, filled or written over
 *     phrase    {"text":…}                              its name is what is typed: ;nl
 *     word      {}                                      its name is the word
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_REPORTS_REPORT_AID_H
#define CLINIC_REPORTS_REPORT_AID_H

#include <jansson.h>

#include "base/buf.h"
#include "guard/access/who.h"

enum { AID_TEXT_MAX = 16 * 1024, AID_NAME_MAX = 120, AID_TRIGGER_MAX = 24, AID_WORD_MAX = 60, AIDS_MAX = 3000 };

typedef enum AidKind { AID_TEMPLATE, AID_PHRASE, AID_WORD, AID_KINDS } AidKind;
const char *aid_kind_name(AidKind k); /* "template", "phrase", "word" */

/* What may be kept of one; 'content' is owned: aid_clear. */
typedef struct Aid {
    int64_t id, organisation_id, person_id, version, changed_at_ms, changed_by;
    AidKind kind;
    char    name[AID_NAME_MAX * 4 + 1];
    char    modality[17], region[321];
    json_t *content;
} Aid;
void aid_clear(Aid *a);

/* Pure: reads {kind,name,modality,region,content} as sent. ERR_INPUT says what is wrong with it. */
bool aid_from_json(const json_t *body, Aid *ret, Err *err);

/* One that this person may use. ERR_NOT_FOUND somebody else's, or none. */
bool aid_load(Db *db, const Who *who, int64_t id, Aid *ret, Err *err);

/* {"aids":[{id,kind,shared,organisation_id,organisation,name,modality,region,content,version,changed_at_ms,changed_by,may_change}],
 *  "share":[{id,name}]}: what this person may use, and the organisations whose shared ones they may change. */
bool aids_json(Db *db, const Who *who, json_t **ret, Err *err);

/*
 * 'body' as above, with organisation_id (0 or absent: own) when it is new, with version when it is changed.
 * ERR_DENIED shared ones without the permission, own ones without writing reports; ERR_NOT_FOUND somebody else's;
 * ERR_CONFLICT that name is there already, or it was changed meanwhile; ERR_LIMIT too many.
 */
bool aid_add(Db *db, const Who *who, const json_t *body, int64_t *ret_id, Err *err);
bool aid_change(Db *db, const Who *who, int64_t id, const json_t *body, Err *err);
bool aid_remove(Db *db, const Who *who, int64_t id, const json_t *body, Err *err);

/* ---- report_aid_mrrt.c: templates of other houses (IHE MRRT) ---- */

/*
 * What a document would be as a template of ours: {"template":{kind,name,modality,region,content},"notes":[{code,about,count}]}. Pure:
 * nothing is kept; who asked reads it, then adds it as any other. Codes of notes: mrrt.h, and "section" (it stands under its title in
 * the results), "language" (it is not French). ERR_INPUT no template, or nothing in it that a report has.
 */
bool aid_from_mrrt(Slice html, json_t **ret, Err *err);
/* A template as a document, found at 'address'. ERR_INPUT a phrase or a word. */
bool aid_to_mrrt(Db *db, const Who *who, int64_t id, const char *address, Buf *ret, Err *err);

#endif
