/*
 * Tele-expertise: who is asked, about which images, with which checks, and who has answered. Section 3 of the requirements, R.6316-1.
 *
 * The conditions are pure (expertise_rules.c); what looks into the database is in expertise.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_EXPERTISE_H
#define CLINIC_WORKFLOW_EXPERTISE_H

#include "clinic/workflow/act_house.h"

enum { EXPERTS_MAX = 8, EXPERTISE_SERIES_MAX = 200 };

bool act_is_expertise(const Act *a);

/* The entry of a person among the experts; NULL: not asked. Borrowed. {person_id,name,organisation,state,…}; state is
 * "asked", "accepted", "refused", "answered". */
json_t *expert_of(const Act *a, int64_t person_id);
/* The first expert in that state who is not 'but'; NULL. */
json_t *expert_in_state(const Act *a, const char *state, int64_t but);
/* Asked and neither refused nor withdrawn: somebody may still answer. */
bool expertise_has_hope(const Act *a);

/* SHA-256 of "results\nconclusion", in hexadecimal: what an expert signs of a separate answer. */
void opinion_digest(Slice results, Slice conclusion, char ret[65]);

/* ---- conditions ---- */
bool expertise_asker_is_medical(const Act *a, const ActScene *scene);
bool expertise_patient_is_identified(const Act *a, const ActScene *scene);
bool expertise_has_context(const Act *a, const ActScene *scene);
bool expertise_has_experts(const Act *a, const ActScene *scene);
bool expertise_experts_fit(const Act *a, const ActScene *scene);
bool expertise_images_fit(const Act *a, const ActScene *scene);
bool expertise_has_images(const Act *a, const ActScene *scene);
bool expertise_answered_stay(const Act *a, const ActScene *scene);
bool expertise_mode_stays(const Act *a, const ActScene *scene);
bool expertise_is_mine(const Act *a, const ActScene *scene);
bool expertise_not_accepted_yet(const Act *a, const ActScene *scene);
bool expertise_accepted_by_me(const Act *a, const ActScene *scene);
bool expertise_not_agreed_by_me(const Act *a, const ActScene *scene);
bool expertise_agreement_waits_for_me(const Act *a, const ActScene *scene);
bool expertise_not_answered_by_me(const Act *a, const ActScene *scene);
bool expertise_delay_is_proposed(const Act *a, const ActScene *scene);
bool expertise_delay_is_agreed(const Act *a, const ActScene *scene);
bool expertise_is_joint(const Act *a, const ActScene *scene);
bool expertise_is_separate(const Act *a, const ActScene *scene);
bool expertise_opinion_is_whole(const Act *a, const ActScene *scene);
bool expertise_opinion_is_seen(const Act *a, const ActScene *scene);
bool expertise_is_checked(const Act *a, const ActScene *scene);
void expertise_unchecked(const Act *a, const ActScene *scene, MissingList *ret);
bool expertise_check_explained(const Act *a, const ActScene *scene);
bool expertise_questions_answered(const Act *a, const ActScene *scene);
bool expertise_others_are_done(const Act *a, const ActScene *scene);
bool expertise_second_is_open(const Act *a, const ActScene *scene);
bool expertise_second_are_answered(const Act *a, const ActScene *scene);

/* ---- hooks of the chapter ---- */
bool expertise_look(Db *db, const Act *a, const Who *who, Slice step, const json_t *data, ActSceneLoaded *ret, Err *err);
bool expertise_prepare(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data, ActEvent *event,
                       Err *err);
bool expertise_follow(Db *db, const ActHouse *house, const Act *before, const Act *after, const ActEvent *event, Err *err);

/* The last expert has refused: the act ends so. T3 */
bool expertise_end(Db *db, const ActHouse *house, const Act *after, const ActEvent *event, Err *err);

/* {"experts":[{person_id,name,speciality,organisation}]}: imagers of the convention, but the one who asks. ERR_NOT_FOUND. */
bool expertise_experts_json(Db *db, const Who *who, int64_t act_id, json_t **ret, Err *err);
/* {"series":[…]}: of the act's patient in the archive, as in chosen_images. ERR_NOT_FOUND. */
bool expertise_series_json(Db *db, const Who *who, int64_t act_id, json_t **ret, Err *err);

/* Until when the experts answer: the convention's delay, shortened by the requester, or what both agreed. 0: none is set. T4 */
int64_t expertise_answer_limit_ms(const Act *a);
/* Until when one of those asked says that they will answer; then somebody on duty is asked as well: the clause's delay for the
 * imager on duty, a third at most of the time the answer has. 0: the clause sets none. T4 */
int64_t expertise_expert_limit_ms(const Act *a);
/* One expert more, found on duty; 'duty' as roster_on_duty gives it, 'explanation' and 'considered' how it was chosen. Borrowed. T4 */
bool expertise_ask_on_duty(Db *db, const ActHouse *house, const Act *a, const json_t *duty, json_t *explanation, json_t *considered,
                           Err *err);

#endif
