/*
 * What one instance says: the attributes the archive files it by, its header as DICOM JSON, its dose.
 *
 * Read once, at ingest. Text is kept as UTF-8 whatever character set came.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define ZLIB_CONST /* what is compressed is not written to */
#include <stdio.h>
#include <zlib.h>

#include "clinic/archive/archive_internal.h"
#include "formats/dicom/dicom_json.h"
#include "formats/dicom/pixels.h"
#include "formats/dicom/uid.h"

enum { JSON_PLAIN_MAX = 64 << 20, TEXT_ARENA = 256 << 10 };

void text_keep(Slice utf8, char *ret, size_t size)
{
    size_t to = 0, from = 0;
    while (from < utf8.len) {
        size_t len = 1; /* of the character that begins here */
        while (from + len < utf8.len && ((unsigned char)utf8.at[from + len] & 0xC0) == 0x80)
            len++;
        bool control = (unsigned char)utf8.at[from] < 0x20 || utf8.at[from] == 0x7F;
        if (to + (control ? 0 : len) >= size)
            break;
        if (!control) {
            memcpy(ret + to, utf8.at + from, len);
            to += len;
        }
        from += len;
    }
    ret[to] = 0;
}

/* ---- texts, by a table ---- */

typedef struct HeaderText {
    uint32_t tag;
    size_t   at, size;
} HeaderText;
#define KEEP(tag, member)                                                                                    \
    {                                                                                                        \
        tag, offsetof(Header, member), sizeof((Header *)NULL)->member                                        \
    }
static const HeaderText HEADER_TEXTS[] = {
    KEEP(TAG_ACCESSION_NUMBER, accession),
    KEEP(TAG_STUDY_DESCRIPTION, study_description),
    KEEP(TAG_STUDY_ID, study_key),
    KEEP(TAG_REFERRING_PHYSICIAN_NAME, referring),
    KEEP(TAG_TIMEZONE_OFFSET_FROM_UTC, time_zone),
    KEEP(TAG_MODALITY, modality),
    KEEP(TAG_SERIES_DESCRIPTION, series_description),
    KEEP(TAG_BODY_PART_EXAMINED, body_part),
    KEEP(TAG_STATION_NAME, station),
    KEEP(TAG_PATIENT_ID, patient.id),
    KEEP(TAG_ISSUER_OF_PATIENT_ID, patient.issuer),
    KEEP(TAG_PATIENT_NAME, patient.name),
    KEEP(TAG_PATIENT_SEX, patient.sex),
};

static void keep_date(const Dataset *ds, uint32_t tag, char ret[9])
{
    DicomDate d;
    ret[0] = 0;
    if (dicom_date(dataset_code(ds, tag), &d) && d.year >= 0 && d.year <= 9999)
        snprintf(ret, 9, "%04u%02u%02u", (unsigned)d.year % 10000, (unsigned)d.month % 100,
                 (unsigned)d.day % 100);
}

static void keep_time(const Dataset *ds, uint32_t tag, char ret[17])
{
    DicomTime t;
    ret[0] = 0;
    if (dicom_time(dataset_code(ds, tag), &t))
        snprintf(ret, 17, "%02u%02u%02u", (unsigned)t.hour % 100, (unsigned)t.minute % 100,
                 (unsigned)t.second % 100);
    if (ret[0] && t.microsecond)
        snprintf(ret + 6, 11, ".%06u", (unsigned)t.microsecond % 1000000);
}

static int64_t keep_number(const Dataset *ds, uint32_t tag)
{
    int64_t n = 0;
    return dataset_int(ds, tag, 0, &n) && n > INT32_MIN && n <= INT32_MAX ? n : NO_NUMBER;
}

static bool texts_read(const Dataset *ds, Header *h, Err *err)
{
    OWNED(Arena) *a = arena_new(TEXT_ARENA);
    if (!a)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "header texts");
    for (size_t i = 0; i < COUNT(HEADER_TEXTS); i++) {
        const HeaderText *t = &HEADER_TEXTS[i];
        text_keep(slice_trim(dataset_text(ds, t->tag, a)), (char *)h + t->at, t->size);
    }
    keep_date(ds, TAG_STUDY_DATE, h->study_date);
    keep_time(ds, TAG_STUDY_TIME, h->study_time);
    keep_date(ds, TAG_SERIES_DATE, h->series_date);
    keep_time(ds, TAG_SERIES_TIME, h->series_time);
    keep_date(ds, TAG_PATIENT_BIRTH_DATE, h->patient.birth_date);
    h->series_number   = keep_number(ds, TAG_SERIES_NUMBER);
    h->instance_number = keep_number(ds, TAG_INSTANCE_NUMBER);
    return true;
}

/* An impossible image is kept as any object; it just has no frame to show. */
static void shape_read(const Dataset *ds, Header *h)
{
    Pixels p;
    if (!pixels_shape(ds, &p, NULL) ||
        !(dataset_find(ds, TAG_PIXEL_DATA) || dataset_find(ds, TAG_FLOAT_PIXEL_DATA) ||
          dataset_find(ds, TAG_DOUBLE_FLOAT_PIXEL_DATA)))
        return;
    h->frames         = p.frames;
    h->rows           = p.rows;
    h->columns        = p.columns;
    h->bits_allocated = p.bits_allocated;
}

/* ---- JSON ---- */

/*
 * zlib clears memory for its window and tables before it begins, which costs ten times as much as a header of
 * a few kilobytes: both as small as the text allows. What comes out is as short.
 */
static int window_bits(size_t len)
{
    int bits = 9;
    while (bits < MAX_WBITS && (size_t)1 << bits < len)
        bits++;
    return bits;
}

bool zip_text(Slice plain, Buf *ret, Err *err)
{
    enum { FAST = 1, SMALL = 5, USUAL = 8 };
    int      bits = window_bits(plain.len);
    z_stream z    = { 0 };
    if (plain.len > JSON_PLAIN_MAX ||
        deflateInit2(&z, FAST, Z_DEFLATED, bits, bits < MAX_WBITS ? SMALL : USUAL, Z_DEFAULT_STRATEGY) !=
            Z_OK)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "compressing %zu bytes", plain.len);
    uLong            room   = deflateBound(&z, plain.len);
    OWNED_TEXT char *packed = malloc(room);
    z.next_in               = (const Bytef *)plain.at;
    z.avail_in              = (uInt)plain.len;
    z.next_out              = (Bytef *)packed;
    z.avail_out             = packed ? (uInt)room : 0;
    bool ok                 = packed && deflate(&z, Z_FINISH) == Z_STREAM_END;
    (void)deflateEnd(&z);
    if (!ok)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "compressing %zu bytes", plain.len);
    return buf_add(ret, slice_bytes(packed, z.total_out)) || buf_ok(ret, err);
}

bool unzip_text(Slice packed, size_t plain_bytes, Buf *ret, Err *err)
{
    uLongf           room  = plain_bytes;
    OWNED_TEXT char *plain = malloc(plain_bytes ? plain_bytes : 1);
    if (!plain)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "inflating to %zu bytes", plain_bytes);
    if (uncompress((Bytef *)plain, &room, (const Bytef *)packed.at, packed.len) != Z_OK ||
        room != plain_bytes)
        return err_set(err, ERR_BUG, "A stored header is damaged.", "inflating to %zu bytes", plain_bytes);
    return buf_add(ret, slice_bytes(plain, room)) || buf_ok(ret, err);
}

static bool json_make(const Dataset *ds, Header *h, Err *err)
{
    OWNED_BUF plain = buf_make(JSON_PLAIN_MAX);
    char      prefix[300];
    Err       why = { 0 };
    snprintf(prefix, sizeof prefix, "/dicom-web/studies/%s/series/%s/instances/%s/bulkdata", h->uids.study,
             h->uids.series, h->uids.sop_instance);
    if (!dicom_json(ds, &(DicomJsonOptions) { .bulk_prefix = prefix }, &plain, &why)) {
        if (why.kind != ERR_LIMIT)
            return err_set(err, why.kind, why.shown, "%s", why.detail);
        buf_clear(&plain); /* larger than any header should be: the UIDs alone */
        buf_addf(&plain,
                 "{\"00080016\":{\"vr\":\"UI\",\"Value\":[\"%s\"]},\"00080018\":{\"vr\":\"UI\",\"Value\":[\"%"
                 "s\"]},"
                 "\"0020000D\":{\"vr\":\"UI\",\"Value\":[\"%s\"]},\"0020000E\":{\"vr\":\"UI\",\"Value\":[\"%"
                 "s\"]}}",
                 h->uids.sop_class, h->uids.sop_instance, h->uids.study, h->uids.series);
    }
    h->json_plain = plain.len;
    return zip_text(buf_slice(&plain), &h->json, err);
}

bool header_read(Slice file, Header *ret, Err *err)
{
    Part10 where       = { 0 };
    *ret               = (Header) { .json = buf_make(JSON_PLAIN_MAX) };
    OWNED(Dataset) *ds = part10_parse(file, &where, err);
    if (!ds || !dataset_four_uids(ds, &ret->uids, err))
        return false;
    slice_copy(slice_of(where.syntax_uid), ret->syntax_uid, sizeof ret->syntax_uid);
    ret->dataset_at = where.dataset_at;
    shape_read(ds, ret);
    Err dose = { 0 }; /* a dose that cannot be read is a dose that is not there: the image is kept */
    (void)dose_from_dataset(ds, &ret->dose, &dose);
    agents_from_dataset(ds, &ret->agents);
    return texts_read(ds, ret, err) && json_make(ds, ret, err);
}

void header_clear(Header *h)
{
    dose_facts_clear(&h->dose);
    buf_free(&h->json);
}
