/*
 * Exam workflow: which step may follow which, who may do it, what must be there first.
 *
 * The rows of the chapters are the permitted steps; all else is refused. No configuration switches a row off.
 * Source: requirements sections 2 to 4, docs/api.md section 4; docs/decisions/0007-act-log.md, 0080-chapters.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"

extern const ActChapter CHAPTER_REQUEST,
    CHAPTER_CONSENT,
    CHAPTER_VERDICT,
    CHAPTER_PROTOCOL,
    CHAPTER_SITE,
    CHAPTER_IDENTITY,
    CHAPTER_PRESENCE,
    CHAPTER_CHANNEL,
    CHAPTER_ORDERS,
    CHAPTER_EXAMINATION,
    CHAPTER_EXAM,
    CHAPTER_EXPERTISE,
    CHAPTER_ASSISTANCE,
    CHAPTER_READING,
    CHAPTER_DELIVER,
    CHAPTER_ANNOUNCE,
    CHAPTER_DUTIES,
    CHAPTER_AFTER,
    CHAPTER_PATIENT,
    CHAPTER_CLOCKS,
    CHAPTER_ASSIGNMENT,
    CHAPTER_FITNESS,
    CHAPTER_PLANNING,
    CHAPTER_PREPARATION,
    CHAPTER_CHECKLIST,
    CHAPTER_PHARMACY,
    CHAPTER_DRUGS,
    CHAPTER_DRUGS_SEEN,
    CHAPTER_INCIDENTS,
    CHAPTER_VERSIONS,
    CHAPTER_DISCUSS,
    CHAPTER_URGENT,
    CHAPTER_ROOM,
    CHAPTER_CALLS;

const ActChapter *const ACT_CHAPTERS[] = {
    &CHAPTER_FITNESS, /* files of people and equipment: conditions only */
    &CHAPTER_REQUEST, /* written, sent, asked about, called off */
    &CHAPTER_CONSENT, /* information and consents */
    &CHAPTER_VERDICT, /* the imager's verdicts */
    &CHAPTER_PROTOCOL, /* ordered, changed, read; safety on site */
    &CHAPTER_PLANNING, /* slot, later slot, none in time */
    &CHAPTER_PREPARATION, /* the sheet given to the patient */
    &CHAPTER_SITE,    /* identity, start */
    &CHAPTER_IDENTITY, /* corrected, merged */
    &CHAPTER_PRESENCE, /* who is there in person */
    &CHAPTER_CHANNEL, /* the link between imager and patient */
    &CHAPTER_ROOM,    /* who sits in the live room, calls noted, tests of the line */
    &CHAPTER_CALLS,   /* one of the act calls another */
    &CHAPTER_CHECKLIST, /* what is gone through with the patient before */
    &CHAPTER_PHARMACY, /* doses prepared, released, set aside */
    &CHAPTER_DRUGS,   /* prescribed, given, done by the technologist */
    &CHAPTER_DRUGS_SEEN, /* what the images tell of drugs, settled */
    &CHAPTER_ORDERS,  /* orders, messages, delays */
    &CHAPTER_EXAMINATION, /* a further clinical examination, asked and answered line by line */
    &CHAPTER_INCIDENTS, /* adverse effects, technical difficulties */
    &CHAPTER_EXAM,    /* images, quality, departure */
    &CHAPTER_EXPERTISE, /* an opinion asked of experts */
    &CHAPTER_ASSISTANCE, /* a colleague helped during an act */
    &CHAPTER_URGENT,  /* urgent findings */
    &CHAPTER_READING, /* reading and signature */
    &CHAPTER_VERSIONS, /* preliminary, addenda */
    &CHAPTER_DISCUSS, /* questions on the report */
    &CHAPTER_DELIVER, /* who receives the report */
    &CHAPTER_ANNOUNCE, /* a bad diagnosis is announced */
    &CHAPTER_DUTIES,  /* follow-up, the site's check, each professional's record */
    &CHAPTER_AFTER,   /* delivery, patient, record, end */
    &CHAPTER_PATIENT, /* the access of the patient to their own record */
    &CHAPTER_ASSIGNMENT, /* to whom of those on duty it goes */
    &CHAPTER_CLOCKS,  /* delays that have passed, who was called */
};
const size_t ACT_CHAPTER_COUNT = COUNT(ACT_CHAPTERS);

unsigned act_kind_bit(const Act *a)
{
    if (strcmp(a->kind, "tele-expertise") == 0)
        return KIND_EXPERTISE;
    return strcmp(a->kind, "tele-assistance") == 0 ? KIND_ASSISTANCE : KIND_EXAM;
}

bool act_chapter_of(const Act *a, size_t c)
{
    return (ACT_CHAPTERS[c]->kinds & act_kind_bit(a)) != 0;
}

const ActStep *act_chapter_steps(size_t c)
{
    return ACT_CHAPTERS[c]->steps;
}

const ActStep *act_step_next(const Act *a, ActStepWalk *at)
{
    for (; at->chapter < ACT_CHAPTER_COUNT; at->chapter++, at->row = 0) {
        const ActStep *rows = act_chapter_of(a, at->chapter) ? ACT_CHAPTERS[at->chapter]->steps : NULL;
        if (rows && rows[at->row].step)
            return &rows[at->row++];
    }
    return NULL;
}

/* Which roles belong to which party: an imager of the site is no imager of the act. */
enum {
    REQUESTER_ROLES = ROLE_REQUESTER,
    SITE_ROLES      = ROLE_TECHNOLOGIST | ROLE_SECRETARY | ROLE_LOCAL_PHYSICIAN | ROLE_NUCLEAR_PHYSICIAN |
                      ROLE_PHARMACIST | ROLE_PHARMACY_TECH,
    IMAGING_ROLES   = ROLE_IMAGER,
};

unsigned act_roles(const ActScene *scene, unsigned at)
{
    unsigned roles = 0;
    if (at & PARTY_REQUESTER)
        roles |= scene->requester_roles & REQUESTER_ROLES;
    if (at & PARTY_SITE)
        roles |= scene->site_roles & SITE_ROLES;
    if (at & PARTY_IMAGING)
        roles |= scene->imaging_roles & IMAGING_ROLES;
    return roles;
}

const ActStep *act_step_row(const Act *a, Slice step)
{
    ActStepWalk at = { 0 };
    for (const ActStep *row; (row = act_step_next(a, &at));)
        if (slice_equal_text(step, row->step) && (row->from & (1u << a->state)))
            return row;
    return NULL;
}

/* The first row of that name, in whatever kind of act; NULL. */
static const ActStep *step_anywhere(Slice step)
{
    for (size_t c = 0; c < ACT_CHAPTER_COUNT; c++)
        for (const ActStep *row = ACT_CHAPTERS[c]->steps; row && row->step; row++)
            if (slice_equal_text(step, row->step))
                return row;
    return NULL;
}

bool act_step_known(Slice step)
{
    return step_anywhere(step) != NULL;
}

bool act_step_is_quiet(const char *step)
{
    const ActStep *row = step_anywhere(slice_of(step));
    return row && (row->flags & STEP_QUIET);
}

/* Some row of this step that the roles open, whatever the state: the difference between 'never you' and 'not
 * now'. */
static bool role_opens(const Act *a, const ActScene *scene, Slice step)
{
    ActStepWalk at = { 0 };
    for (const ActStep *row; (row = act_step_next(a, &at));)
        if (slice_equal_text(step, row->step) &&
            (row->flags & STEP_SYSTEM ? scene->person_id == 0 : (row->who & act_roles(scene, row->at)) != 0))
            return true;
    return false;
}

bool act_step_open(const Act *a, const ActScene *scene, Slice step, const ActStep **ret, Err *err)
{
    if (!act_step_known(step))
        return err_set(err, ERR_NOT_FOUND, "No such step.", "step " SLICE_FMT, SLICE_ARG(step));
    if (!role_opens(a, scene, step))
        return err_set(err, ERR_DENIED, "Your role in this act does not allow this step.", "step " SLICE_FMT,
                       SLICE_ARG(step));
    const ActStep *row = act_step_row(a, step);
    if (!row)
        return err_set(err, ERR_CONFLICT, "The act is not at that stage.", "step " SLICE_FMT " in state %s",
                       SLICE_ARG(step), act_state_name(a->state));
    if (!(row->flags & STEP_SYSTEM) && !(row->who & act_roles(scene, row->at)))
        return err_set(err, ERR_DENIED, "Your role in this act does not allow this step.",
                       "step " SLICE_FMT " in state %s", SLICE_ARG(step), act_state_name(a->state));
    *ret = row;
    return true;
}

bool act_step_check(const Act *a, const ActScene *scene, Slice step, const ActStep **ret,
                    MissingList *missing, Err *err)
{
    const ActStep *row = NULL;
    if (!act_step_open(a, scene, step, &row, err))
        return false;
    MissingList list = { 0 };
    act_missing(a, scene, row->needs, &list);
    if (missing)
        *missing = list;
    if (list.count)
        return err_set(err, ERR_CONFLICT, list.items[0].text, "step " SLICE_FMT ": %zu missing, first %s",
                       SLICE_ARG(step), list.count, list.items[0].code);
    *ret = row;
    return true;
}
