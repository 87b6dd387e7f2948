/*
 * The profile found in the data set; the work is done by the sandboxed codec.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/frame_colours.h"

#include "clinic/archive/frame_annotate.h"
#include "formats/image/icc_wire.h"

enum { ANSWER_MAX = 4096 };

static Slice profile_of(const Dataset *ds)
{
    Slice profile = dataset_raw(ds, TAG_ICC_PROFILE);
    for (size_t i = 0; !profile.len && i < dataset_items(ds, TAG_OPTICAL_PATH_SEQUENCE); i++)
        profile = dataset_raw(dataset_item(ds, TAG_OPTICAL_PATH_SEQUENCE, i), TAG_ICC_PROFILE);
    return profile;
}

bool frame_colours(ChildPool *codec, const Dataset *ds, const RenderWanted *wanted, Picture *picture,
                   Buf *made, Err *err)
{
    static const IccTarget TARGETS[] = { [COLOURS_UNSAID]   = ICC_OWN,
                                         [COLOURS_OWN]      = ICC_OWN,
                                         [COLOURS_SRGB]     = ICC_SRGB,
                                         [COLOURS_ADOBERGB] = ICC_ADOBERGB,
                                         [COLOURS_ROMMRGB]  = ICC_ROMMRGB };
    OWNED_BUF head = buf_make(ICC_REQUEST_BYTES), body = buf_make(ICC_BODY_MAX + (size_t)ICC_PROFILE_MAX);
    OWNED_BUF answer = buf_make(ANSWER_MAX);
    if (wanted->colours == COLOURS_UNSAID)
        return true;
    if (!codec)
        return err_set(err, ERR_INPUT, "This image cannot be decoded here.", "no codec, colours");
    return picture_coloured(picture, err) &&
           icc_request_write(picture, TARGETS[wanted->colours], profile_of(ds), &head, &body, err) &&
           child_ask(codec, buf_slice(&head), buf_slice(&body), &answer, made, err) &&
           icc_answer_read(buf_slice(&answer), buf_slice(made), picture, &picture->icc, err);
}
