/*
 * Fuzz: native DICOM XML from outside. What is taken is a JSON object that can be written as XML again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "formats/dicomweb/json_read.h"
#include "formats/dicomweb/xml_read.h"
#include "formats/dicomweb/xml_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWNED(json_t) *set = size < 65536 ? native_xml_read(slice_bytes(data, size), NULL) : NULL;
    OWNED_BUF json = buf_make(64 << 20), xml = buf_make(64 << 20), bytes = buf_make(64 << 20);
    if (!set)
        return 0;
    OWNED(json_t) *sets   = json_pack("[O]", set);
    OWNED(DicomWriter) *w = dw_new(8 << 20);
    if (!json_is_object(set) || !json_dump_to_buf(sets, &json, NULL) ||
        !dicomweb_xml(buf_slice(&json), &xml, NULL))
        abort();
    (void)(w && dicom_json_read(set, NULL, w, NULL) && dw_finish(w, EXPLICIT_LITTLE, &bytes, NULL));
    return 0;
}
