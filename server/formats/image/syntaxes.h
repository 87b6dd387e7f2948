/*
 * What becomes of the pixels of each transfer syntax: shown as they are, decoded, handed through as a video,
 * or refused with a name.
 *
 * Source: DICOM PS3.5 annex A; PS3.6 annex A has the list, which a test walks whole.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_IMAGE_SYNTAXES_H
#define FORMATS_IMAGE_SYNTAXES_H

#include "base/err.h"
#include "base/slice.h"

typedef enum SyntaxUse {
    SYNTAX_NATIVE,  /* samples stand in the file */
    SYNTAX_DECODED, /* by the codec */
    SYNTAX_VIDEO,   /* one stream for all frames */
    SYNTAX_REFUSED, /* its pictures cannot be made here; the file is kept all the same, or never comes */
} SyntaxUse;

/* SYNTAX_REFUSED for one that is in no table. */
SyntaxUse syntax_use(Slice uid);

/* ERR_INPUT with the reason why no picture can be made of this syntax. Returns false. */
bool syntax_refused(Slice uid, Err *err);

/* "video/mp4"... of a video's bytes, whose container may differ from what the syntax suggests. */
const char *video_media_type(Slice uid, Slice stream);

#endif
