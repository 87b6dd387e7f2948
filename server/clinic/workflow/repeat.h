/*
 * An exam that could not be interpreted, and the one that repeats it: linked both ways. And the procedure that the
 * convention sets for such moments. E27, E28.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_REPEAT_H
#define CLINIC_WORKFLOW_REPEAT_H

#include "clinic/workflow/act_house.h"

/*
 * May an act of this patient repeat act 'repeated_id'? *ret: {id, number} for the event. Errors: ERR_NOT_FOUND this
 * person does not see it; ERR_CONFLICT with 'missing': another patient's, or its images were interpreted.
 */
bool repeat_look(Db *db, const Who *who, int64_t repeated_id, int64_t patient_id, json_t **ret, MissingList *missing, Err *err);
/* Says in the act that is repeated which one repeats it. */
bool repeat_tell(Db *db, const ActHouse *house, int64_t repeated_id, int64_t act_id, const char *number, Err *err);

/* prepare: the convention's procedure goes into the event of a note, or of an announcement asked for. */
bool repeat_prepare(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data, ActEvent *event, Err *err);
bool announce_prepare(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data, ActEvent *event, Err *err);

#endif
