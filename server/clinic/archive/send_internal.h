/*
 * What the two files of sendings share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_SEND_INTERNAL_H
#define CLINIC_ARCHIVE_SEND_INTERNAL_H

#include "clinic/archive/send.h"

#define SEND_COLUMNS                                                                                         \
    "id, peer_id, person_id, turn, total, sent, failed, next_try_at_ms, changed_at_ms,"                      \
    " ae_title, actor, factors, origin, state"
enum { SEND_COLUMN_COUNT = 14 };

void send_from_row(const DbQuery *q, SendRow *ret);

/* The objects of a sending that the peer has not taken yet, in the order in which people look at them. */
#define SEND_OBJECTS                                                                                         \
    "  FROM archive_send_part AS part"                                                                       \
    "  JOIN study ON study.uid = part.study_uid"                                                             \
    "  JOIN instance ON instance.study_id = study.id"                                                        \
    "  JOIN series ON series.id = instance.series_id"                                                        \
    " WHERE part.send_id = ?1"                                                                               \
    "   AND (part.series_uid = '' OR part.series_uid = series.uid)"                                          \
    "   AND NOT EXISTS (SELECT 1 FROM archive_send_taken AS taken"                                           \
    "                    WHERE taken.send_id = part.send_id AND taken.instance_id = instance.id)"

#endif
