/*
 * What a moved object says of its study: key object selections, reports, presentation states, RT objects. When series
 * go to another study, their references to the study they were in follow them.
 *
 * An item that names the old study (0020,000D, or 0008,1155 as a referenced study) and lists series is parted: the
 * series that moved under the new study, the others under the old one. Source: PS3.3 §C.17.2 (evidence), §C.12.1
 * (Referenced Study Sequence), §C.8.8.5 (RT Referenced Study Sequence). docs/decisions/0039.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/correction_internal.h"

static const uint32_t STUDY_TAGS[]  = { TAG_STUDY_INSTANCE_UID, TAG_REFERENCED_SOP_INSTANCE_UID };
static const uint32_t SERIES_TAGS[] = { TAG_REFERENCED_SERIES_SEQUENCE, TAG_RT_REFERENCED_SERIES_SEQUENCE };

bool correction_chose(const Correction *c, const char *series_uid)
{
    Slice list = slice_of(c->series);
    if (!list.len)
        return true;
    while (list.len)
        if (slice_equal_text(slice_cut(&list, '\\'), series_uid))
            return true;
    return false;
}

static bool uid_is(const Dataset *ds, uint32_t tag, const char *uid)
{
    Slice there;
    return dataset_uid(ds, tag, &there) && slice_equal_text(there, uid);
}

static bool series_moved(const Correction *c, const Dataset *item)
{
    Slice uid;
    char  text[65];
    return dataset_uid(item, TAG_SERIES_INSTANCE_UID, &uid) && slice_copy(uid, text, sizeof text) &&
           correction_chose(c, text);
}

/* Which part of an item is written: all of it, or only the series that moved, or only the others. */
typedef enum Part { PART_ALL, PART_MOVED, PART_STAYED } Part;

/* The tag that names the old study in this item; 0 none. */
static uint32_t names_study(const Correction *c, const Dataset *item)
{
    for (size_t i = 0; i < COUNT(STUDY_TAGS); i++)
        if (uid_is(item, STUDY_TAGS[i], c->source_uid))
            return STUDY_TAGS[i];
    return 0;
}

static void series_counted(const Correction *c, const Dataset *item, size_t *ret_moved, size_t *ret_stayed)
{
    *ret_moved = *ret_stayed = 0;
    for (size_t t = 0; t < COUNT(SERIES_TAGS); t++)
        for (size_t i = 0; i < dataset_items(item, SERIES_TAGS[t]); i++)
            ++*(series_moved(c, dataset_item(item, SERIES_TAGS[t], i)) ? ret_moved : ret_stayed);
}

/* An item without a list of series speaks of the object's own study, and follows. */
static bool follows(const Correction *c, const Dataset *item)
{
    size_t moved, stayed;
    series_counted(c, item, &moved, &stayed);
    return moved > 0 || stayed == 0;
}

bool correction_refers(const Correction *c, const Dataset *ds, const Element *e)
{
    if (e->vr != VR_SQ || e->tag == TAG_ORIGINAL_ATTRIBUTES_SEQUENCE || strcmp(c->source_uid, c->target_uid) == 0)
        return false;
    for (size_t i = 0; i < dataset_items(ds, e->tag); i++) {
        const Dataset *item = dataset_item(ds, e->tag, i);
        if (names_study(c, item) && follows(c, item))
            return true;
        for (size_t n = 0; n < dataset_count(item); n++)
            if (correction_refers(c, item, dataset_at(item, n)))
                return true;
    }
    return false;
}

static bool is_series_list(uint32_t tag)
{
    return tag == TAG_REFERENCED_SERIES_SEQUENCE || tag == TAG_RT_REFERENCED_SERIES_SEQUENCE;
}

static void series_write(const Correction *c, const Dataset *item, const Element *e, Part part, DicomWriter *w)
{
    dw_sequence_begin(w, e->tag);
    for (size_t i = 0; i < dataset_items(item, e->tag); i++) {
        const Dataset *series = dataset_item(item, e->tag, i);
        if (part != PART_ALL && series_moved(c, series) != (part == PART_MOVED))
            continue;
        dw_item_begin(w);
        dw_copy_all(w, series);
        dw_item_end(w);
    }
    dw_sequence_end(w);
}

/* Depth is bounded by the reader of data sets (DATASET_DEPTH_MAX). */
static void item_write(const Correction *c, const Dataset *item, uint32_t study_tag, Part part, DicomWriter *w)
{
    dw_item_begin(w);
    for (size_t n = 0; n < dataset_count(item); n++) {
        const Element *e = dataset_at(item, n);
        if (study_tag && e->tag == study_tag)
            dw_slice(w, e->tag, slice_of(part == PART_STAYED ? c->source_uid : c->target_uid));
        else if (study_tag && is_series_list(e->tag))
            series_write(c, item, e, part, w);
        else if (correction_refers(c, item, e))
            correction_follow(c, item, e, w);
        else
            dw_copy(w, item, e);
    }
    dw_item_end(w);
}

void correction_follow(const Correction *c, const Dataset *ds, const Element *e, DicomWriter *w)
{
    dw_sequence_begin(w, e->tag);
    for (size_t i = 0; i < dataset_items(ds, e->tag); i++) {
        const Dataset *item = dataset_item(ds, e->tag, i);
        uint32_t       tag  = names_study(c, item);
        size_t         moved, stayed;
        series_counted(c, item, &moved, &stayed);
        if (!tag || !follows(c, item)) {
            item_write(c, item, 0, PART_ALL, w);
            continue;
        }
        item_write(c, item, tag, stayed ? PART_MOVED : PART_ALL, w);
        if (stayed)
            item_write(c, item, tag, PART_STAYED, w);
    }
    dw_sequence_end(w);
}
