/*
 * Data sets from outside: every value, text, JSON, image and report of what parses is walked.
 *
 * The first byte picks the transfer syntax, or a whole file, or the head of one. Properties: a value lies
 * within the bytes of the data set; what was parsed can be written and parsed again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "formats/dicom/dicom_json.h"
#include "formats/dicom/part10.h"
#include "formats/dicom/pixels.h"
#include "formats/dicom/sr_html.h"
#include "formats/dicom/uid.h"
#include "formats/dicom/writer.h"

enum { OUTPUT_MAX = 16 << 20, ELEMENTS_MAX = 100000, INFLATED_MAX = 4 << 20, VALUES_WALKED = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool fact)
{
    if (!fact)
        abort();
}

static void within(Slice whole, Slice part)
{
    must(part.len == 0 || (part.at >= whole.at && part.at + part.len <= whole.at + whole.len));
}

static volatile unsigned seen;

static void touch(Slice s)
{
    unsigned sum = 0;
    for (size_t i = 0; i < s.len; i++)
        sum += (uint8_t)s.at[i];
    seen = sum;
}

static void walk_values(const Dataset *ds, const Element *e, Arena *a)
{
    DicomDate     date;
    DicomTime     time;
    DicomDateTime both;
    size_t        count = element_values(ds, e);
    for (size_t i = 0; i < count && i < VALUES_WALKED; i++) {
        int64_t  whole;
        double   real;
        uint32_t tag;
        (void)element_int(ds, e, i, &whole);
        (void)element_double(ds, e, i, &real);
        (void)element_tag(ds, e, i, &tag);
        Slice text = element_text_nth(ds, e, i, a);
        touch(text);
        (void)dicom_date(text, &date);
        (void)dicom_time(text, &time);
        (void)dicom_date_time(text, &both);
        touch(person_name_split(text).suffix);
    }
    touch(element_text(ds, e, a));
}

static void walk(const Dataset *ds, Slice bytes, Arena *a)
{
    for (size_t i = 0; i < dataset_count(ds); i++) {
        const Element *e = dataset_at(ds, i);
        within(bytes, e->value);
        touch(e->value);
        must(i == 0 || dataset_at(ds, i - 1)->tag <= e->tag);
        must(dataset_find(ds, e->tag) != NULL);
        for (size_t k = 0; e->is_fragments && k < e->count; k++)
            within(bytes, element_fragment(e, k));
        for (size_t k = 0; element_item(e, k); k++) {
            must(dataset_parent(element_item(e, k)) == ds);
            walk(element_item(e, k), bytes, a);
        }
        walk_values(ds, e, a);
    }
}

static void look_at_image(const Dataset *ds)
{
    Pixels pixels;
    if (!pixels_describe(ds, &pixels, NULL))
        return;
    if (!pixels.encapsulated) {
        Slice frame;
        must(pixels_native_frame(&pixels, pixels.frames - 1, &frame, NULL, NULL));
        within(pixels.data->value, frame);
        touch(frame);
        return;
    }
    OWNED(FrameMap) *map = frame_map_new(ds, &pixels, NULL);
    size_t total         = 0;
    for (uint32_t i = 0; map && i < pixels.frames; i++) {
        const Slice *parts;
        size_t       count;
        must(frame_map_at(map, i, &parts, &count) && count > 0);
        total += count;
    }
    must(!map || total == pixels.data->count);
}

static void look_at_report(const Dataset *ds)
{
    OWNED(SrTree) *tree = sr_parse(ds, NULL);
    size_t nodes        = 0;
    for (const SrNode *node = tree ? sr_root(tree) : NULL; node; node = sr_walk(sr_root(tree), node)) {
        touch(node->text);
        touch(node->concept.meaning);
        must(++nodes <= SR_NODES_MAX);
    }
    OWNED_BUF html = buf_make(OUTPUT_MAX), plain = buf_make(OUTPUT_MAX);
    if (sr_html(ds, &html, NULL)) /* nothing in it may run */
        must(slice_find(buf_slice(&html), SLICE("<script")) == SIZE_MAX);
    (void)sr_plain(ds, &plain, NULL);
}

static void write_again(const Dataset *ds)
{
    OWNED(DicomWriter) *w = dw_new(OUTPUT_MAX);
    OWNED_BUF bytes       = buf_make(OUTPUT_MAX);
    dw_copy_all(w, ds);
    if (!dw_finish(w, EXPLICIT_LITTLE, &bytes, NULL))
        return;
    OWNED(Dataset) *again = dataset_parse(buf_slice(&bytes), EXPLICIT_LITTLE, NULL);
    must(again != NULL);
}

static Dataset *parse(uint8_t choice, Slice bytes)
{
    static const TransferSyntax SYNTAXES[] = { IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG,
                                               DEFLATED_LITTLE };
    DatasetOptions              options    = { .elements_max = ELEMENTS_MAX,
                                               .inflated_max = INFLATED_MAX,
                                               .partial      = choice & 8 };
    switch (choice & 7) {
    case 4:
        return part10_parse(bytes, NULL, NULL);
    case 5:
        return part10_head_scan(bytes, NULL, NULL);
    default:
        return dataset_parse_with(bytes, SYNTAXES[choice & 3], &options, NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    OWNED(Dataset) *ds = parse(data[0], slice_bytes(data + 1, size - 1));
    if (!ds)
        return 0;
    OWNED(Arena) *a = arena_new(OUTPUT_MAX);
    OWNED_BUF json  = buf_make(OUTPUT_MAX);
    FourUids  uids;
    walk(ds, dataset_bytes(ds), a);
    (void)dataset_four_uids(ds, &uids, NULL);
    (void)dicom_json(ds, &(DicomJsonOptions) { .bulk_prefix = "bulk" }, &json, NULL);
    look_at_image(ds);
    look_at_report(ds);
    write_again(ds);
    return 0;
}
