/*
 * A stored object in another transfer syntax than it came in, for those who cannot take what is stored.
 *
 *     if (!transcode_offered(slice_of(row->syntax_uid), slice_of(wanted))) ... refuse the context
 *     OWNED(Object) *o = object_open(archive, codec, row, wanted, err);   // as stored when 'wanted' is its
 * own send(object_dataset(o));                                           // or object_file(o), or X-Accel
 *
 * Pixels are decoded and encoded by the sandboxed codec alone, never lossily, and each frame made is decoded
 * again and compared before it is given out. What was made is kept below the cache folder and may be deleted
 * at any time. The SOP Instance UID stays: the object is the same (PS3.4 §B.4.1.3, PS3.5 §8.2).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_TRANSCODE_H
#define CLINIC_ARCHIVE_TRANSCODE_H

#include "clinic/archive/study.h"
#include "platform/child/child.h"

/*
 * May an object of 'from' be asked for in 'to'? By the syntaxes alone: a very deep or very odd image may
 * still be refused when it is made. True when they are equal, and for objects without pixels between all that
 * is not encapsulated; never towards a lossy syntax, nor from video.
 */
bool transcode_offered(Slice from, Slice to);

/* All the syntaxes we can make, cheapest to make first; ends with NULL. For proposing contexts as SCU. */
const char *const *transcode_targets(void);

/* An object in the syntax asked for, mapped read-only; several may be open at once. */
typedef struct Object Object;

/*
 * 'syntax_uid' NULL or "" or "*": as stored. 'codec' is needed when pixels must be decoded or encoded; NULL:
 * such an object is refused. Errors: ERR_INPUT its pixels cannot be decoded, or the target cannot hold them
 * (the stored file is untouched); ERR_LIMIT too large; ERR_UNAVAILABLE disk.
 */
Object *object_open(Archive *a, ChildPool *codec, const InstanceRow *row, const char *syntax_uid, Err *err);
void    object_free(Object *o);
OWNED_BY(Object, object_free)

Slice       object_file(const Object *o);    /* the whole Part 10 file */
Slice       object_dataset(const Object *o); /* without preamble and file meta: what C-STORE sends */
const char *object_syntax(const Object *o);
/* For X-Accel-Redirect: "/_blobs/…" for the stored file, "/_cache/objects/…" for one that was made. */
const char *object_redirect(const Object *o);

/*
 * One frame (from 1) in 'syntax_uid': native ones as the little endian bytes of the frame, 1-bit pixels
 * packed; encapsulated ones as their code stream. As stored when it is that already. Same errors, and
 * ERR_NOT_FOUND.
 */
bool frame_transcode(Archive *a, ChildPool *codec, const InstanceRow *row, uint32_t frame,
                     const char *syntax_uid, Buf *ret, Err *err);

/*
 * The same as a ready multipart file, made when missing: 'ret_path' is relative to the cache folder, as of
 * frame_file (frames.h), whose FRAME_CONTENT_TYPE it has. 'codec' NULL: only when it is there already or
 * needs none (ERR_NOT_FOUND else).
 */
bool frame_transcode_file(Archive *a, ChildPool *codec, const InstanceRow *row, uint32_t frame,
                          const char *syntax_uid, char ret_path[160], Err *err);

#endif
