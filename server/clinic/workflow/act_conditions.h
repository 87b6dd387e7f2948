/*
 * The conditions of steps, one function each: does it hold, for this act, in this scene. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_CONDITIONS_H
#define CLINIC_WORKFLOW_ACT_CONDITIONS_H

#include "clinic/workflow/act_needs.h"

/* A member of what is sent with the step; NULL, or the empty slice, when absent. */
const json_t *sent_value(const ActScene *scene, const char *key, const char *member);
Slice         sent_text(const ActScene *scene, const char *key, const char *member);
/* Is 'number' of what is sent a telephone number, three digits at least? chapter_channel.c */
bool sent_number_is_noted(const Act *a, const ActScene *scene);
/* At least this many letters or digits: 'xx' or '...' says nothing of a patient. */
bool says_something(Slice text, size_t letters);

/* How many of the images that the modality says it made have not come. */
int64_t act_images_missing(const Act *a, const ActScene *scene);

/* Conditions of more than one chapter, in the file of the chapter that they belong to. */
extern const ActNeed NEED_CONVENTION[1], NEED_REASON[1], NEED_PURPOSE[1], NEED_CIRCUMSTANCES[1], NEED_PREGNANCY[1],
    NEED_EARLIER_EXAMS[1], NEED_OPTIMISATION[1], NEED_RIGHT_PATIENT[1], NEED_SECOND_ANSWERED[1], NEED_TOLD_WHEN[1];
/* After the report: chapter_deliver.c, chapter_announce.c, chapter_duties.c. */
extern const ActNeed NEED_DELIVERIES_SETTLED[1], NEED_ANNOUNCED[1], NEED_FOLLOWED_UP[1], NEED_SITE_CONFIRMED[1], NEED_RECORDS[1];
extern const ActNeed NEED_NO_OBJECTION[1], NEED_OBJECTION_TIME[1], NEED_EXCEPTION_REVIEWED[1], NEED_RENAL[1], NEED_CONTRAST_ALLERGIES[1], NEED_CONTRAST_WEIGHT[1],
    NEED_METFORMIN[1], NEED_DIABETES[1], NEED_BREASTFEEDING[1], NEED_MRI_ITEMS[1], NEED_MRI_DETAILS[1], NEED_MRI_DECISION[1], NEED_MRI_CHECKED[1], NEED_CHILD_WEIGHT[1],
    NEED_PREGNANCY_DECISION[1], NEED_PROTOCOL_KNOWN[1], NEED_PROTOCOL_FITS[1], NEED_PROTOCOL[1], NEED_INJECTION[1], NEED_DOSE_DECISION[1],
    NEED_PROTOCOL_READ[1];
/* Who is there, and the link to the patient: chapter_presence.c, chapter_channel.c. */
extern const ActNeed NEED_IMAGER_THERE[1], NEED_LOCAL_PHYSICIAN[1], NEED_LOCAL_REACHABLE[1], NEED_LOCAL_CONFIRMED[1],
    NEED_NUCLEAR[1], NEED_VIDEO[1], NEED_CHANNEL[1];
/* chapter_checklist.c, chapter_incidents.c, chapter_urgent.c, chapter_drugs_seen.c */
extern const ActNeed NEED_DRUGS_SETTLED[1], NEED_URGENT_CLOSED[1], NEED_URGENT_TOLD[1], NEED_DEVICE[1], NEED_PREPARED[1], NEED_PREGNANCY_DECIDED[1], NEED_CARED_FOR[1], NEED_INCIDENTS_CLOSED[1];
/* chapter_reading.c */
extern const ActNeed NEED_SHOWN_WHOLE[1];
/* chapter_consent.c: who may consent for a minor or an adult who is represented */
extern const ActNeed NEED_CONSENTS_FIT[1];
/* R.1333-53: no irradiating exam without these. */
#define FIVE_ITEMS                                                                                           \
    NEED_REASON, NEED_PURPOSE, NEED_CIRCUMSTANCES, NEED_PREGNANCY, NEED_EARLIER_EXAMS, NEED_OPTIMISATION

/* Before the exam: act_before.c. */
bool act_has_convention(const Act *a, const ActScene *scene);
bool act_has_reason(const Act *a, const ActScene *scene);
bool act_has_purpose(const Act *a, const ActScene *scene);
bool act_has_circumstances(const Act *a, const ActScene *scene);
bool act_has_pregnancy(const Act *a, const ActScene *scene);
bool act_has_earlier_exams(const Act *a, const ActScene *scene);
bool act_has_optimisation(const Act *a, const ActScene *scene);
bool act_has_question(const Act *a, const ActScene *scene);
bool act_has_benefit_code(const Act *a, const ActScene *scene);
bool act_benefit_is_the_patients(const Act *a, const ActScene *scene);
bool act_has_benefit_text(const Act *a, const ActScene *scene);
bool act_has_distance_code(const Act *a, const ActScene *scene);
bool act_has_distance_text(const Act *a, const ActScene *scene);
bool act_has_relevance(const Act *a, const ActScene *scene);
bool act_has_pathway(const Act *a, const ActScene *scene);
bool act_has_treating(const Act *a, const ActScene *scene);
bool act_question_is_open(const Act *a, const ActScene *scene);
bool act_has_information(const Act *a, const ActScene *scene);
bool act_is_informed(const Act *a, const ActScene *scene);
bool act_has_consent_act(const Act *a, const ActScene *scene);
bool act_has_consent_distance(const Act *a, const ActScene *scene);
bool act_nothing_withdrawn(const Act *a, const ActScene *scene);
/* Does the patient object to anything going there ("imaging", "treating-physician", "dmp")? L8 */
bool act_patient_objects(const Act *a, const char *to);
/* An emergency exception that nobody has reviewed yet. E3 */
bool act_exception_is_open(const Act *a, const ActScene *scene);
bool act_is_physician(const Act *a, const ActScene *scene);
bool act_has_urgency(const Act *a, const ActScene *scene);
bool act_indication_relevant(const Act *a, const ActScene *scene);
bool act_distance_relevant(const Act *a, const ActScene *scene);
bool act_benefit_confirmed(const Act *a, const ActScene *scene);
bool act_has_protocol(const Act *a, const ActScene *scene);
bool act_has_dose_decision(const Act *a, const ActScene *scene);
bool act_change_is_known(const Act *a, const ActScene *scene);
bool act_room_fits(const Act *a, const ActScene *scene);
bool act_slot_is_ahead(const Act *a, const ActScene *scene);
bool act_slot_is_in_time(const Act *a, const ActScene *scene);
bool act_local_is_real(const Act *a, const ActScene *scene);
bool act_identity_matches(const Act *a, const ActScene *scene);
bool act_imager_is_there(const Act *a, const ActScene *scene);
bool act_protocol_is_read(const Act *a, const ActScene *scene);

/* Who is there: chapter_presence.c. */
bool act_is_injected(const Act *a);     /* the protocol asks for an injection, or something was given already */
bool act_local_is_there(const Act *a);  /* said so in person, and has not left since */
/* The physician who is asked to confirm: the one named, or the one named to take over; NULL: nobody. Borrowed. */
json_t *act_local_asked(const Act *a);
bool act_nuclear_is_there(const Act *a);
bool act_patient_is_on_site(const Act *a); /* between start and departure */

/* From the exam on: act_after.c. */
bool act_order_is_open(const Act *a, const ActScene *scene);
bool act_order_is_mine(const Act *a, const ActScene *scene);
bool act_incident_is_open(const Act *a, const ActScene *scene);
bool act_mark_is_open(const Act *a, const ActScene *scene);
bool act_has_quality(const Act *a, const ActScene *scene);
bool act_quality_is_explained(const Act *a, const ActScene *scene);
bool act_has_images(const Act *a, const ActScene *scene);
bool act_acquisition_is_over(const Act *a, const ActScene *scene);
bool act_has_all_images(const Act *a, const ActScene *scene);
bool act_has_no_gaps(const Act *a, const ActScene *scene);
bool act_images_are_the_patients(const Act *a, const ActScene *scene);
bool act_nobody_else_reads(const Act *a, const ActScene *scene);
bool act_another_reads(const Act *a, const ActScene *scene);
bool act_same_reader(const Act *a, const ActScene *scene);
bool act_report_is_full(const Act *a, const ActScene *scene);
bool act_report_is_seen(const Act *a, const ActScene *scene);
bool act_has_proof(const Act *a, const ActScene *scene);
bool act_patient_is_informed(const Act *a, const ActScene *scene);
bool act_dmp_is_done(const Act *a, const ActScene *scene);
bool act_is_acknowledged(const Act *a, const ActScene *scene);
bool act_has_alternative(const Act *a, const ActScene *scene);
bool act_record_is_checked(const Act *a, const ActScene *scene);
bool act_told_at_a_time(const Act *a, const ActScene *scene);

#endif
