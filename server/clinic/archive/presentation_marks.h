/*
 * The drawings of a presentation state that are about one frame, read from its data set.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_PRESENTATION_MARKS_H
#define CLINIC_ARCHIVE_PRESENTATION_MARKS_H

#include "formats/image/presentation.h"
#include "formats/pdf/markup.h"

enum { MARKS_MAX = 1000, MARK_POINTS_MAX = 20000 };

typedef struct Marks {
    Arena *arena; /* of the points and texts */
    Mark  *at;
    size_t count;
} Marks;

/*
 * Lowest layer first (PS3.3 §C.10.5, §C.10.7). What is malformed is left out; beyond the limits above, too.
 * Errors: ERR_UNAVAILABLE memory. marks_clear in any case.
 */
bool marks_read(const Dataset *state, const Presentation *s, Slice instance_uid, uint32_t frame, Marks *ret,
                Err *err);
void marks_clear(Marks *marks);

#endif
