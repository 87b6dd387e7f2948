/*
 * Frames made in advance: what arrives is made HTJ2K (progressive, .202) in the background, newest first,
 * kept as ready files that the edge serves, so that a viewer far away shows a first image from a few
 * kilobytes. Metadata the same way (headers_ahead.h).
 *
 * Each is decoded back and compared by the codec before it is kept. All of them may be deleted at any time:
 * they are made again when somebody asks (frame_transcode_file). The work waits while images arrive, and runs
 * only when nobody else wants the processor.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_DERIVED_H
#define CLINIC_ARCHIVE_DERIVED_H

#include <stdatomic.h>

#include "clinic/archive/study.h"
#include "platform/child/child.h"

#define DERIVED_SYNTAX "1.2.840.10008.1.2.4.202"

/* Is an image of this syntax and size worth it? Not what is HTJ2K already, lossy, or tiny. */
bool derived_wanted(const InstanceRow *row);

typedef struct DerivedCount {
    atomic_llong instances, frames, bytes; /* looked at; made; their source pixels in bytes */
    atomic_llong refused;                  /* images that HTJ2K cannot hold, or that do not decode */
    atomic_llong warned;                   /* code streams that contradict their header */
    atomic_llong waiting;                  /* instances not looked at yet (by their ids: at most so many) */
} DerivedCount;

/* After each frame: false stops. May wait. */
typedef bool DerivedPace(void *with);

/*
 * All frames of one instance that are not there yet. A frame that cannot be made is counted and no error.
 * Errors: ERR_UNAVAILABLE disk or codec.
 */
bool derived_make(Archive *a, ChildPool *codec, const InstanceRow *row, DerivedPace *pace, void *with,
                  DerivedCount *count, Err *err);

typedef struct Derived Derived;

typedef struct DerivedOptions {
    const char *codec;        /* program; borrowed */
    int64_t     memory_bytes; /* of its process; 0: no limit */
    int min_free_percent; /* of the disk of the cache: below it nothing is made and the oldest are deleted */
} DerivedOptions;

/* Starts the thread and, when there is work, one codec process of its own; both end with derived_stop. */
Derived            *derived_start(Archive *a, const DerivedOptions *options, Err *err);
void                derived_stop(Derived *d); /* takes NULL */
const DerivedCount *derived_count(const Derived *d);

#endif
