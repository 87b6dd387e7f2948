/*
 * The transfer syntax of an answer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/web/dicomweb_syntax.h"

#include "clinic/archive/transcode.h"
#include "formats/dicom/tags.h"

bool syntax_given(const AcceptWish *wish, Slice stored, Slice *ret_made)
{
    Slice wanted = wish->unsaid ? SLICE(UID_EXPLICIT_VR_LITTLE_ENDIAN) : wish->syntax;
    *ret_made    = SLICE_NONE;
    if (!wanted.len || slice_equal(wanted, stored))
        return true;
    if (!transcode_offered(stored, wanted))
        return wish->unsaid;
    *ret_made = wanted;
    return true;
}
