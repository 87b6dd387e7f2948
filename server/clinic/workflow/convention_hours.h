/*
 * Where and when a clause counts: body regions, and hours in the zone of the site. Pure. S3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_CONVENTION_HOURS_H
#define CLINIC_WORKFLOW_CONVENTION_HOURS_H

#include "clinic/reports/local_time.h"
#include "formats/json/json_util.h"

/* 1 Monday … 7 Sunday. */
int local_weekday(const LocalTime *t);

/* "08:30" as minutes of the day, "24:00" as 1440; -1 when it is no time. */
int minutes_of_day(const char *text);

/* [{"days":[1…7],"from":"20:00","to":"08:00"}]: one whose end is not after its start ends on the next day. */
bool hours_are_well(const json_t *hours);
/* An empty list covers all times. */
bool hours_cover(const json_t *hours, const LocalTime *t);

/* ["abdomen","thorax"]: one of them stands in the region of the act, whatever case and accents. Empty: all. */
bool regions_cover(const json_t *regions, Slice region);

#endif
