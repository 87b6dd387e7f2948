/*
 * Metadata (JSON or XML) and its bulk data made into data sets: Explicit VR Little Endian, pixels last.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/web/stow_metadata.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "doors/web/accept.h"
#include "doors/web/multipart.h"
#include "formats/dicom/part10.h"
#include "formats/dicomweb/json_read.h"
#include "formats/dicomweb/picture_facts.h"
#include "formats/dicomweb/xml_read.h"
#include "formats/json/base64.h"

enum {
    BULK_PARTS_MAX   = 100000,
    VALUES_BYTES_MAX = 64 << 20, /* all values of one instance but its pixels */
    INSTANCES_MAX    = 20000,
    NAMES_BYTES_MAX  = 64 << 20,
    MEMORY_MAX       = 128 << 20, /* of the metadata of all uploads at once, as text and as trees */
};

/* What the metadata of all uploads takes just now. */
static atomic_size_t taken;

typedef struct BulkPart {
    Slice    location, media, syntax; /* Content-Location, Content-Type and its transfer-syntax */
    uint64_t at, len;
    size_t   order;
} BulkPart;

struct StowMetadata {
    Archive  *archive;
    int       spool;
    uint64_t  spooled;
    char     *mapped;
    bool      in_metadata, xml;
    Buf       text; /* of the metadata part that is coming */
    json_t   *sets;
    size_t    charged; /* of 'taken' */
    Arena    *names;
    BulkPart *parts;
    size_t    part_count, part_room;
};

/* One instance being put together. */
typedef struct Making {
    StowMetadata   *m;
    const json_t   *set;
    DicomWriter    *w;
    Slice           inline_pixels;
    const BulkPart *pixels; /* the first of those with its location */
    size_t          pixel_parts;
    uint32_t        pixel_tag;
    Vr              pixel_vr;
    bool            encapsulated;
    const char     *syntax;
} Making;

bool stow_metadata_type(Slice media_type)
{
    return slice_equal_fold(media_type, SLICE("application/dicom+json")) ||
           slice_equal_fold(media_type, SLICE("application/dicom+xml"));
}

StowMetadata *stow_metadata_new(Archive *a, Err *err)
{
    StowMetadata *m = calloc(1, sizeof *m);
    if (m) {
        m->archive = a;
        m->spool   = -1;
        m->text    = buf_make(DICOM_JSON_BYTES_MAX);
        m->names   = arena_new(NAMES_BYTES_MAX);
        m->sets    = json_array();
        if (m->names && m->sets)
            return m;
    }
    stow_metadata_free(m);
    err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "STOW metadata");
    return NULL;
}

void stow_metadata_free(StowMetadata *m)
{
    if (!m)
        return;
    (void)atomic_fetch_sub(&taken, m->charged);
    if (m->mapped)
        (void)munmap(m->mapped, m->spooled);
    if (m->spool >= 0)
        (void)close(m->spool);
    buf_free(&m->text);
    json_decref(m->sets);
    arena_free(m->names);
    free(m->parts);
    free(m);
}

/* ---- the parts as they come ---- */

static bool add_part(StowMetadata *m, Slice header, Slice media, Slice syntax, Err *err)
{
    if (m->part_count == m->part_room) {
        size_t    room = m->part_room ? m->part_room * 2 : 64;
        BulkPart *more = m->part_room < BULK_PARTS_MAX ? realloc(m->parts, room * sizeof *more) : NULL;
        if (!more)
            return err_set(err, ERR_LIMIT, "The upload has too many parts.", "%zu", m->part_count);
        m->parts     = more;
        m->part_room = room;
    }
    Slice location = multipart_header(header, "Content-Location");
    if (location.len > 1 && location.at[0] == '<' && location.at[location.len - 1] == '>')
        location = slice_part(location, 1, location.len - 2);
    m->parts[m->part_count] = (BulkPart) {
        .location = arena_slice(m->names, location),
        .media    = arena_slice(m->names, media),
        .syntax   = arena_slice(m->names, syntax),
        .at       = m->spooled,
        .order    = m->part_count,
    };
    m->part_count++;
    return true;
}

bool stow_metadata_begin(StowMetadata *m, Slice header, Err *err)
{
    Slice type     = multipart_header(header, "Content-Type"), media;
    Slice syntax   = media_parameter(type, "transfer-syntax", &media);
    m->in_metadata = stow_metadata_type(media);
    m->xml         = slice_equal_fold(media, SLICE("application/dicom+xml"));
    buf_clear(&m->text);
    if (m->in_metadata)
        return true;
    if (!json_array_size(m->sets))
        return err_set(err, ERR_INPUT, "The DICOM metadata is not as the standard describes it.",
                       "the first part is no metadata");
    if (m->spool < 0 && (m->spool = archive_scratch(m->archive, err)) < 0)
        return false;
    return add_part(m, header, media, syntax, err);
}

/* Before the memory is asked for: an upload may not take more than there is for all of them. */
static bool charge(StowMetadata *m, size_t bytes, Err *err)
{
    if (m->charged + bytes > MEMORY_MAX)
        return err_set(err, ERR_LIMIT, "The DICOM metadata is too big to be read.", "%zu bytes in memory",
                       m->charged + bytes);
    m->charged += bytes;
    size_t all = atomic_fetch_add(&taken, bytes) + bytes;
    return all <= MEMORY_MAX ||
           err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "metadata: %zu bytes", all);
}

bool stow_metadata_data(StowMetadata *m, Slice bytes, Err *err)
{
    if (m->in_metadata)
        return charge(m, bytes.len, err) &&
               (buf_add(&m->text, bytes) ||
                err_set(err, ERR_LIMIT, "The DICOM metadata is too big to be read.", "more than %d bytes",
                        DICOM_JSON_BYTES_MAX));
    while (bytes.len) {
        ssize_t done = write(m->spool, bytes.at, bytes.len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return err_set(err, ERR_UNAVAILABLE, "The image cache cannot be used.", "bulk data: %s",
                           strerror(errno));
        m->spooled += (uint64_t)done;
        bytes = slice_part(bytes, (size_t)done, SIZE_MAX);
    }
    return true;
}

bool stow_metadata_end(StowMetadata *m, Err *err)
{
    if (!m->in_metadata) {
        BulkPart *part = &m->parts[m->part_count - 1];
        part->len      = m->spooled - part->at;
        return true;
    }
    Slice text = buf_slice(&m->text);
    if (!charge(m, m->xml ? native_xml_weight(text) : dicom_json_weight(text), err))
        return false;
    OWNED(json_t) *read = m->xml ? native_xml_read(text, err) : dicom_json_parse(text, err);
    if (!read)
        return false;
    buf_free(&m->text);
    m->text = buf_make(DICOM_JSON_BYTES_MAX);
    if (json_array_size(m->sets) + (json_is_array(read) ? json_array_size(read) : 1) > INSTANCES_MAX)
        return err_set(err, ERR_LIMIT, "The upload has too many parts.", "more than %d instances",
                       INSTANCES_MAX);
    if (json_is_array(read))
        return json_array_extend(m->sets, read) == 0;
    return json_push(m->sets, GIVE(read));
}

/* By location, then as they came. */
static int by_location(const void *left, const void *right)
{
    const BulkPart *a = left, *b = right;
    size_t          common = a->location.len < b->location.len ? a->location.len : b->location.len;
    int             order  = memcmp(a->location.at, b->location.at, common);
    if (order == 0)
        order = (a->location.len > b->location.len) - (a->location.len < b->location.len);
    return order ? order : (a->order > b->order) - (a->order < b->order);
}

bool stow_metadata_close(StowMetadata *m, size_t *ret_count, Err *err)
{
    if (m->part_count > 1)
        qsort(m->parts, m->part_count, sizeof *m->parts, by_location);
    if (m->spooled) {
        void *at = mmap(NULL, m->spooled, PROT_READ, MAP_PRIVATE, m->spool, 0);
        if (at == MAP_FAILED)
            return err_set(err, ERR_UNAVAILABLE, "The image cache cannot be used.", "mmap: %s",
                           strerror(errno));
        m->mapped = at;
    }
    *ret_count = json_array_size(m->sets);
    return true;
}

/* ---- bulk data ---- */

static const BulkPart *find_parts(const StowMetadata *m, Slice uri, size_t *ret_count)
{
    size_t   low = 0, high = m->part_count;
    BulkPart wanted = { .location = uri };
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_location(&m->parts[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (high = low; high < m->part_count && slice_equal(m->parts[high].location, uri); high++) {
    }
    *ret_count = high - low;
    return uri.len && high > low ? &m->parts[low] : NULL;
}

static Slice bytes_of(const StowMetadata *m, const BulkPart *part)
{
    return part->len ? (Slice) { m->mapped + part->at, part->len } : SLICE_NONE;
}

static bool not_there(uint32_t tag, Err *err)
{
    return err_set(err, ERR_INPUT, "Data that the DICOM metadata speaks of is not in the upload.",
                   "(%04x,%04x)", tag >> 16, tag & 0xFFFFu);
}

static bool bulk_value(void *with, uint32_t tag, Slice uri, Slice *ret, Err *err)
{
    const StowMetadata *m = with;
    size_t              count;
    const BulkPart     *part = find_parts(m, uri, &count);
    if (!part || count > 1)
        return not_there(tag, err);
    *ret = bytes_of(m, part);
    return true;
}

/* ---- the image ---- */

static void fill_int(Making *k, uint32_t tag, int64_t value)
{
    if (!dicom_json_has(k->set, tag))
        dw_int(k->w, tag, value);
}

/* What the metadata leaves to the pixels (PS3.18 §10.5.1.1: the image description may be left out). */
static void fill_description(Making *k, const PictureFacts *f)
{
    if (!f->rows)
        return;
    fill_int(k, TAG_ROWS, f->rows);
    fill_int(k, TAG_COLUMNS, f->columns);
    fill_int(k, TAG_SAMPLES_PER_PIXEL, f->samples);
    fill_int(k, TAG_BITS_ALLOCATED, f->bits > 8 ? 16 : 8);
    fill_int(k, TAG_BITS_STORED, f->bits);
    fill_int(k, TAG_HIGH_BIT, f->bits - 1);
    fill_int(k, TAG_PIXEL_REPRESENTATION, f->is_signed);
    if (f->samples > 1)
        fill_int(k, TAG_PLANAR_CONFIGURATION, 0);
    if (!dicom_json_has(k->set, TAG_PHOTOMETRIC_INTERPRETATION))
        dw_text(k->w, TAG_PHOTOMETRIC_INTERPRETATION, f->photometric);
    if (f->lossy && !dicom_json_has(k->set, TAG_LOSSY_IMAGE_COMPRESSION))
        dw_text(k->w, TAG_LOSSY_IMAGE_COMPRESSION, "01");
}

static bool compressed_pixels(Making *k, Err *err)
{
    PictureFacts facts = { 0 };
    if (k->pixel_tag != TAG_PIXEL_DATA ||
        !picture_facts(k->pixels->media, k->pixels->syntax, bytes_of(k->m, k->pixels), &facts, err))
        return err_set(err, ERR_INPUT, "The pixels are not encoded as stated.", "compressed");
    k->encapsulated = true;
    k->syntax       = facts.syntax_uid;
    fill_description(k, &facts);
    return true;
}

/* Uncompressed: one part, or one part a frame, side by side. */
static bool find_pixels(Making *k, Buf *inlined, Err *err)
{
    const json_t *attr = dicom_json_pixels(k->set, &k->pixel_tag);
    const json_t *uri = json_object_get(attr, "BulkDataURI"), *within = json_object_get(attr, "InlineBinary");
    k->syntax      = UID_EXPLICIT_VR_LITTLE_ENDIAN;
    k->pixel_vr    = tag_vr(k->pixel_tag);
    const char *vr = json_string_value(json_object_get(attr, "vr"));
    if (vr && (strcmp(vr, "OB") == 0 || strcmp(vr, "OW") == 0) && k->pixel_tag == TAG_PIXEL_DATA)
        k->pixel_vr = VR_CODE(vr[0], vr[1]);
    if (within) {
        Slice text = { json_string_value(within), json_string_length(within) };
        if (!json_is_string(within) || !base64_decode(text, inlined, err))
            return err_set(err, ERR_INPUT, "The DICOM metadata is not as the standard describes it.",
                           "pixels");
        k->inline_pixels = buf_slice(inlined);
        return true;
    }
    if (!uri) {
        k->pixel_tag = 0;
        return true;
    }
    k->pixels = find_parts(k->m, slice_of(json_string_value(uri)), &k->pixel_parts);
    if (!k->pixels)
        return not_there(k->pixel_tag, err);
    return !picture_is_compressed(k->pixels->media) || compressed_pixels(k, err);
}

static bool put_header(Ingest *in, uint32_t tag, Vr vr, uint32_t length, Err *err)
{
    OWNED_BUF head = buf_make(16);
    (void)buf_add_u16le(&head, TAG_GROUP(tag));
    (void)buf_add_u16le(&head, TAG_ELEMENT(tag));
    if (vr) {
        (void)buf_add_char(&head, (char)(vr >> 8));
        (void)buf_add_char(&head, (char)vr);
        (void)buf_add_u16le(&head, 0);
    }
    (void)buf_add_u32le(&head, length);
    return ingest_append(in, buf_slice(&head), err);
}

static bool put_padded(Ingest *in, Slice bytes, Err *err)
{
    return ingest_append(in, bytes, err) && (bytes.len % 2 == 0 || ingest_append(in, (Slice) { "", 1 }, err));
}

static bool put_native(const Making *k, Ingest *in, Err *err)
{
    uint64_t total = k->inline_pixels.len;
    for (size_t i = 0; i < k->pixel_parts; i++)
        total += k->pixels[i].len;
    if (total >= UINT32_MAX - 1)
        return err_set(err, ERR_LIMIT, "The DICOM data set being made is too big.", "pixels of 4 GiB");
    if (!put_header(in, k->pixel_tag, k->pixel_vr, (uint32_t)(total + total % 2), err) ||
        !ingest_append(in, k->inline_pixels, err))
        return false;
    for (size_t i = 0; i < k->pixel_parts; i++)
        if (!ingest_append(in, bytes_of(k->m, &k->pixels[i]), err))
            return false;
    return total % 2 == 0 || ingest_append(in, (Slice) { "", 1 }, err);
}

/* A fragment for each part, which is a frame; before them the offset table (PS3.5 §A.4). */
static bool put_fragments(const Making *k, Ingest *in, Err *err)
{
    OWNED_BUF table  = buf_make((size_t)4 * BULK_PARTS_MAX);
    uint64_t  offset = 0;
    for (size_t i = 0; i < k->pixel_parts; i++) {
        if (k->pixels[i].len >= UINT32_MAX - 1)
            return err_set(err, ERR_LIMIT, "The DICOM data set being made is too big.", "a frame of 4 GiB");
        (void)buf_add_u32le(&table, (uint32_t)offset);
        offset += 8 + k->pixels[i].len + k->pixels[i].len % 2;
    }
    if (offset >= UINT32_MAX)
        buf_clear(&table);
    if (!put_header(in, TAG_PIXEL_DATA, VR_OB, UINT32_MAX, err) ||
        !put_header(in, TAG_ITEM, VR_NONE, (uint32_t)table.len, err) ||
        !ingest_append(in, buf_slice(&table), err))
        return false;
    for (size_t i = 0; i < k->pixel_parts; i++) {
        Slice frame = bytes_of(k->m, &k->pixels[i]);
        if (!put_header(in, TAG_ITEM, VR_NONE, (uint32_t)(frame.len + frame.len % 2), err) ||
            !put_padded(in, frame, err))
            return false;
    }
    return put_header(in, TAG_SEQUENCE_DELIMITATION_ITEM, VR_NONE, 0, err);
}

/* ---- the instance ---- */

static bool put_values(DicomWriter *w, Ingest *in, Err *err)
{
    OWNED_BUF bytes = buf_make((size_t)2 * VALUES_BYTES_MAX);
    return dw_finish(w, EXPLICIT_LITTLE, &bytes, err) && ingest_append(in, buf_slice(&bytes), err);
}

static Ingest *make(Making *k, const IngestSource *source, IngestResult *ids, Err *err)
{
    DicomJsonReading below = { .below_tag = TAG_FLOAT_PIXEL_DATA, .bulk = bulk_value, .with = k->m };
    DicomJsonReading above = { .from_tag = TAG_PIXEL_DATA + 1, .bulk = bulk_value, .with = k->m };
    OWNED(DicomWriter) *w = dw_new(VALUES_BYTES_MAX), *after = dw_new(VALUES_BYTES_MAX);
    OWNED_BUF inlined = buf_make(DICOM_JSON_BYTES_MAX);
    k->w              = w;
    if (!w || !after) {
        err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "STOW instance");
        return NULL;
    }
    if (!dicom_json_read(k->set, &below, w, err) || !dicom_json_read(k->set, &above, after, err) ||
        !find_pixels(k, &inlined, err))
        return NULL;
    OWNED(Ingest) *in = ingest_begin(k->m->archive, source, slice_of(k->syntax), slice_of(ids->sop_class),
                                     slice_of(ids->sop_instance), err);
    if (!in || !put_values(w, in, err) ||
        (k->pixel_tag && !(k->encapsulated ? put_fragments(k, in, err) : put_native(k, in, err))) ||
        !put_values(after, in, err))
        return NULL;
    return GIVE(in);
}

Ingest *stow_metadata_instance(StowMetadata *m, size_t nth, const IngestSource *source, IngestResult *ids,
                               Err *err)
{
    Making k = { .m = m, .set = json_array_get(m->sets, nth) };
    (void)slice_copy(dicom_json_text(k.set, TAG_SOP_CLASS_UID), ids->sop_class, sizeof ids->sop_class);
    (void)slice_copy(dicom_json_text(k.set, TAG_SOP_INSTANCE_UID), ids->sop_instance,
                     sizeof ids->sop_instance);
    (void)slice_copy(dicom_json_text(k.set, TAG_STUDY_INSTANCE_UID), ids->study, sizeof ids->study);
    (void)slice_copy(dicom_json_text(k.set, TAG_SERIES_INSTANCE_UID), ids->series, sizeof ids->series);
    return make(&k, source, ids, err);
}
