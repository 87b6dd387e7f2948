/*
 * Who may consent for whom: minors, adults under a measure of protection, the exceptions of the law. Pure. E3.
 *
 *     an adult                              consents alone
 *     a minor                               a holder of parental authority or the guardian; both holders when the act
 *                                           is not a usual one; the minor's own agreement is sought (L.1111-4)
 *     a minor who asks for secrecy          a physician may do without (L.1111-5): what was tried is written, an
 *                                           adult of the minor's choice comes along
 *     a minor on their own                  broken family ties and own cover (L.1111-5, second paragraph), or
 *                                           emancipated (civil code, 413-6): the paper is named
 *     an adult who is represented           consents if able to say so, with help if needed; if not, the person in
 *                                           charge of the measure does, having heard the patient; the judge decides
 *                                           when they disagree, save in an emergency (L.1111-4)
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_CONSENT_RULES_H
#define CLINIC_WORKFLOW_CONSENT_RULES_H

#include "clinic/workflow/act_needs.h"

/* Does a recorded measure of protection let somebody represent this person in their care? */
bool act_is_represented(const Act *a);

/* Of record-consent, on what is sent. */
bool consent_names_representative(const Act *a, const ActScene *scene);
bool consent_minor_does_not_consent_alone(const Act *a, const ActScene *scene);
bool consent_secrecy_is_attested(const Act *a, const ActScene *scene);
bool consent_exception_is_shown(const Act *a, const ActScene *scene);
bool consent_quality_fits(const Act *a, const ActScene *scene);
bool consent_usual_is_said(const Act *a, const ActScene *scene);
bool consent_other_holder_agrees(const Act *a, const ActScene *scene);
bool consent_patient_is_heard(const Act *a, const ActScene *scene);
bool consent_disagreement_is_settled(const Act *a, const ActScene *scene);
bool consent_protected_can_say(const Act *a, const ActScene *scene);

/* Of the steps that rest on the consents: each one recorded still fits who the patient is now known to be. */
bool consents_fit_the_patient(const Act *a, const ActScene *scene);

/* Of record-protection. */
bool protection_is_of_an_adult(const Act *a, const ActScene *scene);
bool protection_is_named(const Act *a, const ActScene *scene);

#endif
