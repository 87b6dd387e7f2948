/*
 * Reading a DICOMDIR from outside: every record that names a file, in the order they stand.
 *
 * The links between records are left alone: what an import needs is which files there should be.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicom/dicomdir.h"
#include "formats/dicom/part10.h"

enum { ID_PARTS_MAX = 8 };

/* "DICOM\ST1\IM1" as "DICOM/ST1/IM1"; false when it is none or climbs. */
static bool path_of(const Dataset *record, Buf *ret)
{
    const Element *e = dataset_find(record, TAG_REFERENCED_FILE_ID);
    size_t         n = e ? element_values(record, e) : 0;
    buf_clear(ret);
    if (!n || n > ID_PARTS_MAX)
        return false;
    for (size_t i = 0; i < n; i++) {
        Slice part = element_code_nth(e, i);
        if (!part.len || slice_equal_text(part, ".") || slice_equal_text(part, "..") ||
            memchr(part.at, '/', part.len) || memchr(part.at, 0, part.len))
            return false;
        if (i)
            (void)buf_add_char(ret, '/');
        (void)buf_add(ret, part);
    }
    return !ret->failed;
}

bool dicomdir_each(Slice file, DicomDirEach *each, void *with, Err *err)
{
    OWNED_BUF path = buf_make(1024);
    if (file.len > DICOMDIR_BYTES_MAX)
        return err_set(err, ERR_LIMIT, "The directory of the medium is too large.", "%zu bytes", file.len);
    OWNED(Dataset) *ds = part10_parse(file, NULL, err);
    if (!ds)
        return false;
    const Element *records = dataset_find(ds, TAG_DIRECTORY_RECORD_SEQUENCE);
    if (!records || records->vr != VR_SQ)
        return err_set(err, ERR_INPUT, "This file is not a DICOMDIR.", "no directory records");
    if (records->count > DICOMDIR_RECORDS_MAX)
        return err_set(err, ERR_LIMIT, "The directory of the medium is too large.", "%u records",
                       records->count);
    for (size_t i = 0; i < records->count; i++) {
        const Dataset *r      = element_item(records, i);
        int64_t        in_use = 1;
        (void)dataset_int(r, TAG_RECORD_IN_USE_FLAG, 0, &in_use);
        if (!in_use || !path_of(r, &path))
            continue;
        DicomDirFile named = { .path         = buf_slice(&path),
                               .type         = dataset_code(r, TAG_DIRECTORY_RECORD_TYPE),
                               .class_uid    = dataset_code(r, TAG_REFERENCED_SOP_CLASS_UID_IN_FILE),
                               .instance_uid = dataset_code(r, TAG_REFERENCED_SOP_INSTANCE_UID_IN_FILE),
                               .syntax_uid   = dataset_code(r, TAG_REFERENCED_TRANSFER_SYNTAX_UID_IN_FILE) };
        if (!each(&named, with))
            break;
    }
    return true;
}
