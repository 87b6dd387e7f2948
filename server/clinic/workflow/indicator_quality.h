/*
 * What an act tells of quality beyond its delays: a final report that differs from its preliminary one, an imager who does not
 * share the requester's view of the relevance; and the acts behind these numbers. O7, E29, E6, L3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_INDICATOR_QUALITY_H
#define CLINIC_WORKFLOW_INDICATOR_QUALITY_H

#include "clinic/workflow/indicators.h"

/* ---- pure ---- */

typedef struct IndicatorDifference {
    int64_t       final_ms;   /* when the final one was signed */
    int64_t       told_ms;    /* when the difference was told; 0: not yet, or none that matters */
    const json_t *difference; /* {what,why,category} where it matters for the care; NULL. Borrowed */
} IndicatorDifference;
/* Of an act with a preliminary report and the final one that followed; false: not both are signed. */
bool indicator_difference(const Act *a, IndicatorDifference *ret);
/* Addenda signed after the final report; 'ret_differ': those that change something for the care. */
size_t indicator_addenda(const Act *a, size_t *ret_differ);

enum { DISCORD_INDICATION = 1 << 0, DISCORD_DISTANCE = 1 << 1, DISCORD_EXAM = 1 << 2, DISCORDS = 3 };
extern const char *const DISCORD_NAMES[DISCORDS];
/* Where the imager's verdict contradicts the request; 0: nowhere. 'ret_judged': there is a verdict at all. */
unsigned indicator_discord(const Act *a, bool *ret_judged);

/* ---- indicator_acts.c ---- */

typedef struct IndicatorActsWanted {
    IndicatorsWanted of;
    Slice            what;    /* "differences", "discord" */
    Slice            by, key; /* a group as the indicators name it; "" or "all": every act */
} IndicatorActsWanted;
/*
 * {acts:[{id,number,kind,modality,region,site,imaging,at_ms,difference?,told_min?,discord?,reason?}],others}: the acts behind a number,
 * the newest first; 'others': those that are not open to who asks, counted and not told. Errors as indicators_json, and ERR_INPUT.
 */
bool indicator_acts_json(Db *db, const Who *who, const IndicatorActsWanted *wanted, json_t **ret, Err *err);

#endif
