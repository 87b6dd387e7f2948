/*
 * Acts: one remote exam each, told as a log. What was done is an event; state and facts are its projection.
 *
 *     ActHouse *house = act_house_new(&(ActNeeds){ .host = host, .access = access, .blobs = blobs, .archive =
 * archive }, err); act_create(house, who, wanted_json, &id, &missing, err); act_do(house, who, &(ActCall){
 * .act_id = id, .step = SLICE("send"), .data = data }, &missing, err);
 *
 * Which step may follow which, who may do it and what must be there first: act_steps.c.
 * docs/decisions/0007-act-log.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_H
#define CLINIC_WORKFLOW_ACT_H

#include "clinic/reports/missing.h"
#include "formats/json/json_util.h"
#include "guard/access/sign_in.h"
#include "platform/blobs/blobs.h"
#include "platform/jobs/jobs.h"

typedef struct Archive Archive;

typedef enum ActState {
    ACT_DRAFT,
    ACT_ASKED,
    ACT_INFO_ASKED,
    ACT_VALIDATED,
    ACT_PLANNED,
    ACT_RUNNING,
    ACT_GONE, /* the patient went away before the release: an incident with recall */
    ACT_RELEASED,
    ACT_LEFT,
    ACT_SIGNED,
    ACT_DELIVERED,
    ACT_ACKNOWLEDGED,
    ACT_REFUSED,
    ACT_CANCELLED,
    ACT_NOT_DONE,
    ACT_CLOSED,
    ACT_STATES
} ActState;

const char *act_state_name(ActState s);      /* "draft", "info-asked"...: API and database spelling */
ActState    act_state_from_name(Slice name); /* ACT_STATES when unknown */

typedef struct ActNeeds {
    DbHost  *host;
    Access  *access;  /* for the fresh proof of a signature */
    Blobs   *blobs;   /* for the documents of a report; may be NULL where nothing is delivered (tests) */
    Archive *archive; /* for the DICOM object of a report; may be NULL likewise */
    int      access_days_after_close; /* 0: 30 */
    bool demonstration;     /* fictitious identities may be in acts; false: they are refused */
    const char *keys_folder; /* of the seal of proof files; NULL: none are made (tests) */
} ActNeeds;

/* A door to everything here; what 'needs' points to is borrowed. */
typedef struct ActHouse ActHouse;
ActHouse               *act_house_new(const ActNeeds *needs, Err *err);
void                    act_house_free(ActHouse *house);
OWNED_BY(ActHouse, act_house_free)
/* What documents of this room are kept in; borrowed, may be NULL. */
Blobs *act_house_blobs(const ActHouse *house);

/*
 * A draft. 'wanted' as POST /api/acts. Refused with the missing clause named (S3) when no convention in force
 * covers it, and by name for the kinds (L7) and modalities (S1) whose rules do not exist here. Errors:
 * ERR_INPUT; ERR_DENIED not a requester there, or no right to this patient; ERR_CONFLICT with 'ret_missing'.
 */
bool act_create(ActHouse *house, const Who *who, const json_t *wanted, int64_t *ret_id,
                MissingList *ret_missing, Err *err);

struct Act;
struct ActEvent;
typedef struct ActCall {
    int64_t act_id;
    Slice   step;    /* "accept": the last part of the address */
    int64_t version; /* what the caller last saw; 0: not said. Behind: ERR_CONFLICT "stale" for the steps that
                        check it */
    const json_t *data; /* may be NULL */
    /* NULL, or: what a room of this house does with the step, in its transaction; some steps are taken only so. */
    bool (*also)(Db *db, const struct Act *a, const struct ActEvent *e, void *arg, Err *err);
    void *also_arg;
} ActCall;

/*
 * One step, in one write transaction: load, check, apply, event, projection, audit line, grants, jobs.
 * A refusal changes nothing and is traced in a transaction of its own.
 * Errors: ERR_NOT_FOUND no such act for this person; ERR_DENIED role; ERR_INPUT data; ERR_SIGN_IN the proof;
 * ERR_CONFLICT state, version ('ret_missing' has "stale"), or something missing ('ret_missing', may be NULL,
 * names it).
 */
bool act_do(ActHouse *house, const Who *who, const ActCall *call, MissingList *ret_missing, Err *err);

/* The messages up to now were shown to this person (unread_messages of the summaries). */
bool act_seen(ActHouse *house, const Who *who, int64_t act_id, Err *err);

/* ---- the log ---- */
typedef struct ActCheck {
    int64_t acts, events; /* read */
    int64_t broken_act;   /* 0: all fit */
    int64_t broken_seq;
    char    why[128]; /* "content altered", "event removed before", "projection differs"... */
} ActCheck;
/* Walks the chain of one act (0: of all) and rebuilds its projection. True when it could be read; look at
 * broken_act. */
bool act_verify(Db *db, int64_t act_id, ActCheck *ret, Err *err);

/* ---- jobs: kinds that commands/serve.c hands to platform/jobs; 'house' of the handlers is the ActHouse ----
 */
extern const JobKind ACT_JOBS[]; /* "act.deliver", "act.deadline", "act.order-due", "act.presence"... */
extern const size_t  ACT_JOB_COUNT;

/* ---- rooms of a site ---- */
typedef struct Room {
    int64_t id, site_id;
    char    name[64];
    char    modality[8]; /* "CT" */
    char    ae_title[17];
    char    station_name[17];
} Room;
bool room_create(Db *db, const Room *room, int64_t *ret_id, Err *err);
bool room_load(Db *db, int64_t id, Room *ret, Err *err);
/* [{id,name,modality,ae_title,station_name}] of a site. */
bool rooms_json(Db *db, int64_t site_id, json_t **ret, Err *err);

#endif
