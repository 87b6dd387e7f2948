/*
 * Who receives the report: the lines of a delivery, the recipients designated by the patient, what the patient objects
 * to. Pure. E31, T6, L8.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_DELIVERY_H
#define CLINIC_WORKFLOW_DELIVERY_H

#include "clinic/workflow/act_needs.h"

/* The lines of a first delivery: requester, treating physician, those designated, the patient. The caller's. */
json_t *delivery_lines(const Act *a, const char *requester_name, const char *requester_rpps, int64_t now_ms);
/* The line of a recipient designated once the report is out. The caller's. */
json_t *delivery_line_of(const Act *a, const json_t *recipient, int64_t id, int64_t now_ms);
/* The highest id of the lines, those of earlier versions counted; 0: none. */
int64_t delivery_last_id(const Act *a);
/* Minutes that a recipient may wait: the convention's delay of the delivery; one day when it sets none. */
int64_t delivery_within_min(const Act *a);

bool delivery_is(const json_t *line, const char *status);
/* Opened by its recipient or given by other means: nothing more to do. */
bool delivery_has_arrived(const json_t *line);
/* Arrived, blocked by the patient, or tried and not reached: nothing is passed over in silence. */
bool delivery_is_settled(const json_t *line);
/* The open objection of the patient that concerns this recipient; NULL. Borrowed. */
const json_t *delivery_objection(const Act *a, const char *to, int64_t recipient_id);

/* Conditions. */
bool delivery_is_known(const Act *a, const ActScene *scene);
bool delivery_has_no_objection(const Act *a, const ActScene *scene);
bool delivery_is_wanted(const Act *a, const ActScene *scene);
bool delivery_not_arrived(const Act *a, const ActScene *scene);
bool delivery_has_access(const Act *a, const ActScene *scene);
bool delivery_can_be_tried(const Act *a, const ActScene *scene);   /* use: some line waits */
bool delivery_some_access(const Act *a, const ActScene *scene);    /* use: some access is open */
bool delivery_designated_then(const Act *a, const ActScene *scene);
bool delivery_recipient_is_there(const Act *a, const ActScene *scene);
bool delivery_some_recipient(const Act *a, const ActScene *scene); /* use */
bool delivery_objection_fits(const Act *a, const ActScene *scene);
bool delivery_objection_is_open(const Act *a, const ActScene *scene);
bool delivery_some_objection(const Act *a, const ActScene *scene); /* use */
bool delivery_try_is_told(const Act *a, const ActScene *scene);
bool delivery_all_settled(const Act *a, const ActScene *scene);

#endif
