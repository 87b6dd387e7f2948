/*
 * What the acts of a convention tell of it: each delay of the path held against the version the act was made under, refusals,
 * repeats, urgent findings, delays that passed. Computed from the acts as their log tells them. O7, S3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_INDICATORS_H
#define CLINIC_WORKFLOW_INDICATORS_H

#include "clinic/workflow/act_projection.h"

typedef struct IndicatorsWanted {
    Slice   convention; /* its number: "ORBE-TELE-1"; all its versions */
    int64_t from_ms, to_ms; /* acts asked from then on and before then */
} IndicatorsWanted;

/*
 * {convention:{number,title,versions:[…]},from_ms,to_ms,now_ms,groups:[{by,key,name,acts,…,delays:[…],refusals:[…],urgent:{…}}]}; docs/api.md.
 * The first group is all of them; then by version, site, imaging group and modality. No patient and no person is named.
 * ERR_NOT_FOUND no such convention; ERR_DENIED neither responsible, quality officer nor administrator of one of its parties; ERR_INPUT the period.
 */
bool indicators_may_ask(Db *db, const Who *who, Slice convention, Err *err);
bool indicators_json(Db *db, const Who *who, const IndicatorsWanted *wanted, json_t **ret, Err *err);

/* The same as lines of "by;key;name;measure;count;median_min;p90_min;with_delay;within;share_percent", one a measure. UTF-8 with a mark. */
bool indicators_csv(const json_t *indicators, Buf *ret, Err *err);

/* ---- indicator_rules.c: pure ---- */

/* One passage of an act: from when until when; to_ms 0: not over yet. */
typedef struct IndicatorSpan {
    int64_t from_ms, to_ms;
} IndicatorSpan;
/* What the facts do not keep of a patient who came twice: from the log; 0: never. */
typedef struct IndicatorFirsts {
    int64_t planned_ms, started_ms;
} IndicatorFirsts;
enum { INDICATOR_SPANS_MAX = 32 };
/* The passages of that delay ("verdict_min") in this act; how many. */
size_t indicator_spans(const Act *a, const IndicatorFirsts *firsts, const char *delay, IndicatorSpan ret[INDICATOR_SPANS_MAX]);
/* The value below or at which that share (0 to 100) of the sorted values lie; 0 of none. */
int64_t indicator_quantile(const int64_t *sorted, size_t count, int percent);

#endif
