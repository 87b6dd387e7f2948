/*
 * The coded values of an act: kinds, modalities, priorities, reasons. Pure tables.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_CODES_H
#define CLINIC_WORKFLOW_ACT_CODES_H

#include "base/slice.h"

/* Lists end with NULL. */
extern const char *const CODES_INJECTION[]; /* what the protocol injects; E23 */
extern const char *const CODES_DEVICE_HOW[];   /* explained tried; L9 */
extern const char *const CODES_DRUG[];         /* contrast radiopharmaceutical other; S5 */
extern const char *const CODES_UNIT[];
extern const char *const CODES_OPINION[]; /* of the medical physicist on a protocol; E11 */
extern const char *const CODES_DRUG_DECISION[]; /* the images count, what was recorded, or neither; L2 */
extern const char *const CODES_ROUTE[];
extern const char *const CODES_TECHNOLOGIST[]; /* acts of a technologist; L5 */
extern const char *const CODES_URGENT[]; /* immediate hours days; E26 */
extern const char *const CODES_SPOKEN[]; /* voice video, and "message", to be refused by name */
extern const char *const CODES_CHANNEL[];   /* how imager and patient speak; E14 */
extern const char *const CODES_PRIORITY[];
extern const char *const CODES_CHECK_ITEM[], *const CODES_CHECK[], *const CODES_EXPERTISE_MODE[], *const CODES_YES_NO[];     /* routine urgent emergency */
extern const char *const CODES_PREGNANCY[];    /* no possible yes unknown not-applicable */
extern const char *const CODES_BENEFIT[];      /* what this patient gains from the distance; E2 */
extern const char *const CODES_DISTANCE[];     /* why not on site; S2, charter */
extern const char *const CODES_PATHWAY[];      /* coordinated emergency direct; S7 */
extern const char *const CODES_CONSENT_HOW[];  /* oral written representative */
extern const char *const CODES_CONTRAST[];     /* none iodinated gadolinium radiopharmaceutical */
extern const char *const CODES_RENAL_UNIT[], *const CODES_KNOWN[] /* yes no unknown */, *const CODES_SAFE[];
extern const char *const CODES_INFORMED_ON[];  /* act distance both */
extern const char *const CODES_QUALITY_OF[];   /* of who consents for the patient */
extern const char *const CODES_MINOR_ALONE[];  /* why a minor consents without parents; L.1111-5 */
extern const char *const CODES_OTHER_HOLDER[]; /* of parental authority, when the act is not a usual one */
extern const char *const CODES_HEARD[], *const CODES_ABLE[]; /* what the patient who is represented says; L.1111-4 */
extern const char *const CODES_PROTECTION[];   /* measures of protection of adults */
extern const char *const CODES_ASKED[], *const CODES_WRISTBAND[]; /* how the identity was asked and seen; E15 */
extern const char *const CODES_JUSTIFIED[];
extern const char *const CODES_SUBJECT[];      /* act distance */
extern const char *const CODES_VERDICT[];      /* relevant not-relevant */
extern const char *const CODES_REFUSAL[];      /* E8 */
extern const char *const CODES_SLOT_BACK[];
extern const char *const CODES_LATER[];
extern const char *const CODES_SHEET_HOW[];
extern const char *const CODES_SHEET_LANGUAGE[];
extern const char *const CODES_CANCELLATION[]; /* also of abandoned exams */
extern const char *const CODES_DOCUMENT[];     /* seen at the identity check; E15 */
extern const char *const CODES_SEX[];
extern const char *const CODES_ORDER_TO[];
extern const char *const CODES_ORDER_KIND[];
extern const char *const CODES_EXAMINED[];
extern const char *const CODES_INCIDENT[];
extern const char *const CODES_QUALITY[];    /* sufficient limited */
extern const char *const CODES_UNREADABLE[]; /* why not interpretable; E28 */
extern const char *const CODES_INFORMED_HOW[];
extern const char *const CODES_COPY_HOW[];      /* paper none-wanted */
extern const char *const CODES_REVIEW[];        /* stands withdrawn */
extern const char *const CODES_DMP[];           /* present none opposed */
extern const char *const CODES_SELF_INTEREST[]; /* benefits that are none for the patient; refused by E2 */

bool code_known(const char *const *codes, Slice code);

/* Radioactive drugs are given: video and a nuclear physician on site (E14, E24). */
bool modality_is_nuclear(const char *modality);
/* CT, DX, CR and nuclear medicine: the five items of R.1333-53 are compulsory. */
bool modality_irradiates(const char *modality);
/* CT DX CR MR US NM PT PT/CT NM/CT: their rules exist here. *ret_why: the text that refuses the others by name (S1). */
bool modality_supported(Slice modality, const char **ret_why);
/* "remote-exam"; the others are refused by name (L7). */
/* An opinion is given on images of any of these. */
bool modality_of_opinion(Slice modality, const char **ret_why);
bool kind_supported(Slice kind, const char **ret_why);

#endif
