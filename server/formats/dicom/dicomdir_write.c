/*
 * Making a DICOMDIR: a tree of records that grows with the files, laid out and linked when all are there.
 *
 * A record's three links stand at known places in its bytes (PS3.3 §F.3.2.2), so they are put in at the end.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicom/dicomdir.h"

#include "formats/dicom/dicomdir_keys.h"
#include "formats/dicom/part10.h"
#include "formats/dicom/uid.h"

enum {
    NEXT_AT     = 8 + 8,           /* in an item: its head, then (0004,1400) UL */
    LOWER_AT    = 8 + 12 + 10 + 8, /* then (0004,1410) US, then (0004,1420) UL */
    IN_USE      = 0xFFFF,
    RECORD_MAX  = 64 << 10,
    SCRATCH_MAX = 1 << 20,
    LEVELS      = 4,
};

typedef struct Record Record;
struct Record {
    Slice    bytes; /* of the whole item */
    Slice    key;   /* UID; of a patient: identifier, issuer and name */
    Record  *next, *first, *last;
    unsigned count; /* of those below */
    uint32_t at;    /* in the file, once laid out */
};

struct DicomDir {
    Arena  *arena;
    Record  root;
    Record *open[LEVELS]; /* the last of each level: files come in order, mostly */
    size_t  files, bytes;
};

DicomDir *dicomdir_new(size_t max_bytes)
{
    DicomDir *d = calloc(1, sizeof *d);
    if (d && (d->arena = arena_new(max_bytes)))
        return d;
    free(d);
    return NULL;
}

void dicomdir_free(DicomDir *d)
{
    if (!d)
        return;
    arena_free(d->arena);
    free(d);
}

size_t dicomdir_files(const DicomDir *d)
{
    return d->files;
}

/* ---- one record ---- */

static bool path_is_file_id(Slice path)
{
    size_t parts = 0;
    Slice  rest  = path;
    while (rest.len) {
        Slice part = slice_cut(&rest, '/');
        if (!part.len || part.len > 8 || ++parts > 8)
            return false;
        for (size_t i = 0; i < part.len; i++) {
            char c = part.at[i];
            if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
                return false;
        }
    }
    return parts > 0;
}

static void write_reference(DicomWriter *w, const Dataset *ds, Slice syntax_uid, Slice path)
{
    char file_id[DICOMDIR_PATH_MAX + 1];
    (void)slice_copy(path, file_id, sizeof file_id);
    for (char *c = file_id; *c; c++)
        if (*c == '/')
            *c = '\\';
    dw_text(w, TAG_REFERENCED_FILE_ID, file_id);
    dw_slice(w, TAG_REFERENCED_SOP_CLASS_UID_IN_FILE, dataset_code(ds, TAG_SOP_CLASS_UID));
    dw_slice(w, TAG_REFERENCED_SOP_INSTANCE_UID_IN_FILE, dataset_code(ds, TAG_SOP_INSTANCE_UID));
    dw_slice(w, TAG_REFERENCED_TRANSFER_SYNTAX_UID_IN_FILE, syntax_uid);
}

/* The item's bytes, kept; 'path' empty: a record without a file. */
static bool record_bytes(DicomDir *d, const DirKind *kind, const Dataset *ds, unsigned number,
                         Slice syntax_uid, Slice path, Slice *ret, Err *err)
{
    OWNED(DicomWriter) *w = dw_new(RECORD_MAX);
    OWNED(Arena) *scratch = arena_new(SCRATCH_MAX);
    OWNED_BUF item        = buf_make(RECORD_MAX);
    if (!w || !scratch)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "directory record");
    dw_int(w, TAG_OFFSET_OF_THE_NEXT_DIRECTORY_RECORD, 0);
    dw_int(w, TAG_RECORD_IN_USE_FLAG, IN_USE);
    dw_int(w, TAG_OFFSET_OF_REFERENCED_LOWER_LEVEL_DIRECTORY_ENTITY, 0);
    dw_text(w, TAG_DIRECTORY_RECORD_TYPE, kind->type);
    if (path.len)
        write_reference(w, ds, syntax_uid, path);
    dir_keys_write(w, kind, ds, number, scratch);
    (void)buf_add_u32le(&item, 0xE000FFFEu); /* (FFFE,E000) as its bytes stand */
    (void)buf_add_u32le(&item, 0);
    if (!dw_finish(w, EXPLICIT_LITTLE, &item, err))
        return false;
    uint32_t inside = (uint32_t)item.len - 8;
    for (unsigned i = 0; i < 4; i++)
        item.at[4 + i] = (char)(inside >> (8 * i));
    *ret = arena_slice(d->arena, buf_slice(&item));
    d->bytes += item.len;
    return (ret->len == item.len && d->bytes < DICOMDIR_BYTES_MAX) ||
           err_set(err, ERR_LIMIT, "The directory of the medium is too large.", "%zu files", d->files);
}

/* The child with that key, or a new one. Looked for from the last one: a linear search only for strays. */
static Record *child(DicomDir *d, Record *above, size_t level, Slice key, bool *ret_new)
{
    *ret_new      = false;
    Record *again = d->open[level];
    if (again && slice_equal(again->key, key) && d->open[level - 1] == above)
        return again;
    for (Record *r = above->first; r; r = r->next)
        if (slice_equal(r->key, key))
            return r;
    Record *r = arena_alloc(d->arena, sizeof *r);
    if (!r)
        return NULL;
    r->key = arena_slice(d->arena, key);
    if (above->last)
        above->last->next = r;
    else
        above->first = r;
    above->last = r;
    above->count++;
    *ret_new = true;
    return r;
}

static bool level_record(DicomDir *d, Record *above, size_t level, const DirKind *kind, Slice key,
                         const Dataset *ds, Record **ret, Err *err)
{
    bool    is_new = false;
    Record *r      = child(d, above, level, key, &is_new);
    if (!r || (key.len && !r->key.len))
        return err_set(err, ERR_LIMIT, "The directory of the medium is too large.", "%zu files", d->files);
    if (is_new && !record_bytes(d, kind, ds, above->count, SLICE_NONE, SLICE_NONE, &r->bytes, err))
        return false;
    if (d->open[level] != r)
        for (size_t below = level + 1; below < LEVELS; below++)
            d->open[below] = NULL;
    d->open[level] = *ret = r;
    return true;
}

static bool patient_key(const Dataset *ds, Arena *a, Buf *ret)
{
    static const uint32_t TAGS[] = { TAG_PATIENT_ID, TAG_ISSUER_OF_PATIENT_ID, TAG_PATIENT_NAME };
    for (size_t i = 0; i < COUNT(TAGS); i++) {
        (void)buf_add(ret, dataset_text(ds, TAGS[i], a));
        (void)buf_add_char(ret, '\n');
    }
    return !ret->failed;
}

bool dicomdir_add(DicomDir *d, const Dataset *ds, Slice syntax_uid, Slice path, Err *err)
{
    FourUids uids;
    Record  *patient, *study, *series;
    if (!path_is_file_id(path))
        return err_set(err, ERR_INPUT, "A file name of the archive is not right.", "no file id");
    if (!dataset_four_uids(ds, &uids, err))
        return false;
    if (d->files >= DICOMDIR_RECORDS_MAX)
        return err_set(err, ERR_LIMIT, "The directory of the medium is too large.", "%zu files", d->files);
    OWNED(Arena) *scratch = arena_new(SCRATCH_MAX);
    OWNED_BUF key         = buf_make(4096);
    if (!scratch || !patient_key(ds, scratch, &key))
        return err_set(err, ERR_LIMIT, "The directory of the medium is too large.", "patient key");
    d->open[0] = &d->root;
    if (!level_record(d, &d->root, 1, &DIR_PATIENT, buf_slice(&key), ds, &patient, err) ||
        !level_record(d, patient, 2, &DIR_STUDY, slice_of(uids.study), ds, &study, err) ||
        !level_record(d, study, 3, &DIR_SERIES, slice_of(uids.series), ds, &series, err))
        return false;
    Record *file = arena_alloc(d->arena, sizeof *file);
    if (!file)
        return err_set(err, ERR_LIMIT, "The directory of the medium is too large.", "%zu files", d->files);
    if (!record_bytes(d, dir_kind_of(slice_of(uids.sop_class)), ds, series->count + 1, syntax_uid, path,
                      &file->bytes, err))
        return false;
    if (series->last)
        series->last->next = file;
    else
        series->first = file;
    series->last = file;
    series->count++;
    d->files++;
    return true;
}

/* ---- the whole ---- */

/* Depth first, as they will stand; at most four levels deep, so recursion is bounded. */
static uint32_t lay_out(Record *first, uint32_t at)
{
    for (Record *r = first; r; r = r->next) {
        r->at = at;
        at    = lay_out(r->first, at + (uint32_t)r->bytes.len);
    }
    return at;
}

static void put_u32(char *to, uint32_t v)
{
    for (unsigned i = 0; i < 4; i++)
        to[i] = (char)(v >> (8 * i));
}

static void add_records(const Record *first, Buf *ret)
{
    for (const Record *r = first; r; r = r->next) {
        size_t from = ret->len;
        if (!buf_add(ret, r->bytes))
            return;
        put_u32(ret->at + from + NEXT_AT, r->next ? r->next->at : 0);
        put_u32(ret->at + from + LOWER_AT, r->first ? r->first->at : 0);
        add_records(r->first, ret);
    }
}

bool dicomdir_write(DicomDir *d, Slice file_set, Slice uid, Buf *ret, Err *err)
{
    OWNED(DicomWriter) *w = dw_new(4096);
    size_t begin          = ret->len;
    if (!w)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "DICOMDIR");
    if (!part10_header(SLICE(UID_MEDIA_STORAGE_DIRECTORY_STORAGE), uid, SLICE(UID_EXPLICIT_VR_LITTLE_ENDIAN),
                       SLICE_NONE, ret, err))
        return false;
    dw_slice(w, TAG_FILE_SET_ID, file_set);
    dw_int(w, TAG_OFFSET_OF_THE_FIRST_DIRECTORY_RECORD_OF_THE_ROOT_DIRECTORY_ENTITY, 0);
    dw_int(w, TAG_OFFSET_OF_THE_LAST_DIRECTORY_RECORD_OF_THE_ROOT_DIRECTORY_ENTITY, 0);
    dw_int(w, TAG_FILE_SET_CONSISTENCY_FLAG, 0);
    dw_empty(w, TAG_DIRECTORY_RECORD_SEQUENCE);
    if (!dw_finish(w, EXPLICIT_LITTLE, ret, err))
        return false;
    /* what precedes the records ends on: first UL (12), last UL (12), flag US (10), head of the sequence (12)
     */
    size_t   records = ret->len, last_at = records - 12 - 10 - 4, first_at = last_at - 12;
    uint32_t end = lay_out(d->root.first, (uint32_t)(records - begin));
    put_u32(ret->at + records - 4, end - (uint32_t)(records - begin));
    put_u32(ret->at + first_at, d->root.first ? d->root.first->at : 0);
    put_u32(ret->at + last_at, d->root.last ? d->root.last->at : 0);
    add_records(d->root.first, ret);
    return buf_ok(ret, err);
}
