/*
 * Key images as a Key Object Selection Document, template 2010.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "base/own.h"
#include "formats/dicom/measure_modules.h"

static void content(DicomWriter *w, const MeasureMaking *m, const KeyPlace *keys, size_t count)
{
    static const Concept REFERRER = { "113002", "DCM", "For Referring Provider" }, INTEREST = { "113000", "DCM", "Of Interest" },
                         DESCRIPTION = { "113012", "DCM", "Key Object Description" };
    root_begin(w, m->for_referrer ? &REFERRER : &INTEREST, "2010");
    items_observer(w, m);
    item_text(w, "CONTAINS", &DESCRIPTION, m->description);
    for (size_t i = 0; i < count; i++)
        item_image(w, "CONTAINS", NULL, keys[i].image, keys[i].frame);
    root_end(w);
}

bool measure_keys(const MeasureMaking *m, const KeyPlace *keys, size_t count, Buf *ret, Err *err)
{
    char   date[9], clock[11];
    size_t image_count = 0;
    if (!count)
        return err_set(err, ERR_INPUT, "This is not a set of measures.", "no key images");
    const MeasureImage **images = measure_images(NULL, 0, keys, count, &image_count);
    OWNED(DicomWriter) *w       = dw_new(MEASURE_BYTES_MAX);
    bool ok                     = images && w;
    if (!ok)
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "key images");
    ok = ok && measure_modules(w, m, MEASURE_KEYS_CLASS, "KO", "Images clés", err);
    if (ok) {
        measure_day(m->at_ms, m->utc_offset_minutes, date, clock);
        dw_text(w, TAG_CONTENT_DATE, date);
        dw_text(w, TAG_CONTENT_TIME, clock);
        dw_empty(w, TAG_REFERENCED_PERFORMED_PROCEDURE_STEP_SEQUENCE);
        measure_evidence(w, TAG_CURRENT_REQUESTED_PROCEDURE_EVIDENCE_SEQUENCE, m, images, image_count);
        content(w, m, keys, count);
        ok = dw_finish_file(w, "1.2.840.10008.1.2.1", ret, err);
    }
    free(images);
    return ok;
}
