/*
 * A data set written by a test and read again. Included after cmocka.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_FORMATS_IMAGE_MADE_H
#define TESTS_FORMATS_IMAGE_MADE_H

#include "formats/dicom/dataset.h"
#include "formats/dicom/writer.h"

typedef struct Made {
    Buf      bytes;
    Dataset *ds;
} Made;

static Made finished(DicomWriter *w)
{
    Made m   = { .bytes = buf_make(1 << 20) };
    Err  err = { 0 };
    assert_true(dw_finish(w, EXPLICIT_LITTLE, &m.bytes, &err));
    m.ds = dataset_parse(buf_slice(&m.bytes), EXPLICIT_LITTLE, &err);
    assert_non_null(m.ds);
    dw_free(w);
    return m;
}

static void done(Made *m)
{
    dataset_free(m->ds);
    buf_free(&m->bytes);
}

#endif
