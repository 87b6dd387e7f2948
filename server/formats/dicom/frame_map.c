/*
 * Which fragments make which frame of encapsulated pixel data. DICOM PS3.5 §A.4; PS3.3 §C.7.6.3.1.8.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "formats/dicom/pixels.h"

struct FrameMap {
    const Element *data;
    uint32_t       frames;
    uint32_t      *first; /* of frames + 1: the first fragment of each frame, then the count of all */
};

/* How many bytes before the fragment's item header the first fragment's item header stands. */
static uint64_t fragment_offset(const Element *e, uint32_t index)
{
    return (uint64_t)(element_fragment(e, index).at - element_fragment(e, 0).at);
}

static uint64_t entry(Slice table, size_t index, unsigned unit)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < unit; i++)
        value |= (uint64_t)(uint8_t)table.at[index * unit + i] << (8 * i);
    return value;
}

/* By an offset table of 'unit' bytes an entry: every entry must be the very place of a fragment, in order. */
static bool map_by_table(FrameMap *map, Slice table, unsigned unit)
{
    if (table.len / unit != map->frames)
        return false;
    uint32_t fragment = 0;
    for (uint32_t frame = 0; frame < map->frames; frame++) {
        uint64_t offset = entry(table, frame, unit);
        while (fragment < map->data->count && fragment_offset(map->data, fragment) < offset)
            fragment++;
        if (fragment >= map->data->count || fragment_offset(map->data, fragment) != offset)
            return false;
        if (frame && map->first[frame - 1] >= fragment)
            return false;
        map->first[frame] = fragment;
    }
    return map->first[0] == 0;
}

/* Does the codestream end here: the EOI (JPEG family) or EOC (JPEG 2000) mark, perhaps padded? */
static bool ends_codestream(Slice s)
{
    while (s.len > 2 && (s.at[s.len - 1] == 0 || (uint8_t)s.at[s.len - 1] == 0xFF))
        s.len--;
    return s.len >= 2 && (uint8_t)s.at[s.len - 2] == 0xFF && (uint8_t)s.at[s.len - 1] == 0xD9;
}

static bool begins_codestream(Slice s)
{
    return slice_starts(s, SLICE("\xFF\xD8")) || slice_starts(s, SLICE("\xFF\x4F\xFF\x51"));
}

static bool map_by_marks(FrameMap *map)
{
    uint32_t frame = 0;
    for (uint32_t i = 0; i < map->data->count; i++) {
        bool first = i == 0 || (begins_codestream(element_fragment(map->data, i)) &&
                                ends_codestream(element_fragment(map->data, i - 1)));
        if (!first)
            continue;
        if (frame == map->frames)
            return false;
        map->first[frame++] = i;
    }
    return frame == map->frames;
}

static void map_one_each(FrameMap *map)
{
    for (uint32_t i = 0; i < map->frames; i++)
        map->first[i] = i;
}

static bool fill(FrameMap *map, const Dataset *ds)
{
    const Element *extended = dataset_find(ds, TAG_EXTENDED_OFFSET_TABLE);
    if (map->frames == 1) {
        map->first[0] = 0;
        return true;
    }
    if (map->data->count < map->frames)
        return false;
    if (map->data->count == map->frames) {
        map_one_each(map);
        return true;
    }
    if (extended && extended->vr != VR_SQ && map_by_table(map, extended->value, 8))
        return true;
    return map_by_table(map, element_offset_table(map->data), 4) || map_by_marks(map);
}

FrameMap *frame_map_new(const Dataset *ds, const Pixels *p, Err *err)
{
    if (!p->data || !p->data->is_fragments || p->data->count == 0 || p->frames == 0) {
        (void)err_set(err, ERR_NOT_FOUND, "The image has no such frame.", "pixel data is not encapsulated");
        return NULL;
    }
    FrameMap *map = calloc(1, sizeof *map);
    if (map)
        map->first = calloc((size_t)p->frames + 1, sizeof *map->first);
    if (!map || !map->first) {
        frame_map_free(map);
        (void)err_set(err, ERR_LIMIT, "The image has too many frames.", "memory for %u frames", p->frames);
        return NULL;
    }
    map->data   = p->data;
    map->frames = p->frames;
    if (fill(map, ds)) {
        map->first[map->frames] = p->data->count;
        return map;
    }
    (void)err_set(err, ERR_INPUT, "The frames of the image cannot be told apart.", "%u frames, %u fragments",
                  p->frames, p->data->count);
    frame_map_free(map);
    return NULL;
}

void frame_map_free(FrameMap *map)
{
    if (!map)
        return;
    free(map->first);
    free(map);
}

bool frame_map_at(const FrameMap *map, uint32_t frame, const Slice **ret_fragments, size_t *ret_count)
{
    if (frame >= map->frames)
        return false;
    *ret_fragments = map->data->fragments + 1 + map->first[frame];
    *ret_count     = map->first[frame + 1] - map->first[frame];
    return true;
}

bool frame_map_join(const FrameMap *map, uint32_t frame, Buf *ret, Err *err)
{
    const Slice *parts;
    size_t       count;
    if (!frame_map_at(map, frame, &parts, &count))
        return err_set(err, ERR_NOT_FOUND, "The image has no such frame.", "frame %u of %u", frame + 1,
                       map->frames);
    for (size_t i = 0; i < count; i++)
        (void)buf_add(ret, parts[i]);
    return buf_ok(ret, err);
}
