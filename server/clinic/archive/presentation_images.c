/*
 * Which images a presentation state is of, as far as they are here; of a blending state also which lie over them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "clinic/archive/frames_internal.h"
#include "clinic/archive/presentation_render.h"
#include "formats/image/plane.h"
#include "formats/image/presentation.h"

typedef struct Listing {
    Db                  *db;
    Slice                study_uid;
    const ArchiveViewer *viewer;
    InstanceRow          last; /* found, or uid empty: references to frames of one image stand side by side */
    StateImage          *at;
    size_t               count, room;
    Err                 *err;
    bool                 failed;
} Listing;

static bool image_add(Listing *l, uint32_t frame)
{
    if (l->count == l->room) {
        size_t      room = l->room ? l->room * 2 : 16;
        StateImage *more = l->room < STATE_IMAGES_MAX ? realloc(l->at, room * sizeof *more) : NULL;
        if (!more) {
            l->failed = true;
            return err_set(l->err, ERR_LIMIT, "The content is too large.", "images of a presentation state");
        }
        l->at   = more;
        l->room = room;
    }
    l->at[l->count++] = (StateImage) { l->last, frame };
    return true;
}

static bool reference_taken(Slice series_uid, Slice instance_uid, uint32_t frame, void *with)
{
    Listing *l   = with;
    Err      why = { 0 };
    if (!slice_equal_text(instance_uid, l->last.uid) || !slice_equal_text(series_uid, l->last.series_uid)) {
        l->last = (InstanceRow) { 0 };
        if (!instance_find(l->db, l->study_uid, series_uid, instance_uid, l->viewer, &l->last, &why)) {
            l->failed = why.kind != ERR_NOT_FOUND;
            return !l->failed || err_set(l->err, why.kind, why.shown, "%s", why.detail);
        }
    }
    for (uint32_t f = frame ? frame : 1; f <= l->last.frames && (!frame || f == frame); f++)
        if (!image_add(l, f))
            return false;
    return true;
}

/* The images that 'part' of the state refers to. False: none ('why_none'), or an error. */
static bool listed(Db *db, const Dataset *part, Slice study_uid, const ArchiveViewer *viewer, const char *why_none,
                   StateImage **ret, size_t *ret_count, Err *err)
{
    Listing l = { .db = db, .study_uid = study_uid, .viewer = viewer, .err = err };
    presentation_images(part, reference_taken, &l);
    *ret       = l.at;
    *ret_count = l.count;
    return !l.failed && (l.count || err_set(err, ERR_NOT_FOUND, why_none, SLICE_FMT, SLICE_ARG(study_uid)));
}

/* ---- what lies over them ---- */

/* The study that an item of a blending state names, else the state's own. */
static Slice study_of(const Dataset *item, Slice own)
{
    Slice named;
    return dataset_uid(item, TAG_STUDY_INSTANCE_UID, &named) ? named : own;
}

/* Frames of one file stand side by side: it is opened once. */
static bool planes_read(Archive *a, StateImages *ret, Err *err)
{
    Stored s  = { 0 };
    bool   ok = true;
    ret->planes = calloc(ret->over_count, sizeof *ret->planes);
    if (!ret->planes)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "planes");
    for (size_t i = 0; ok && i < ret->over_count; i++) {
        const StateImage *o = &ret->over[i];
        if (i == 0 || o->row.id != ret->over[i - 1].row.id) {
            stored_close(&s);
            s  = (Stored) { 0 };
            ok = stored_open(a, &o->row, &s, err);
        }
        ok = ok && plane_read(s.ds, o->frame, &ret->planes[i], err);
    }
    stored_close(&s);
    return ok;
}

static bool over_listed(Archive *a, Db *db, const Dataset *state, Slice own_study, const ArchiveViewer *viewer,
                        StateImages *ret, Err *err)
{
    const Dataset *over  = presentation_set(state, SET_SUPERIMPOSED);
    Slice          study = over ? study_of(over, own_study) : SLICE_NONE;
    if (!over)
        return err_set(err, ERR_INPUT, "The presentation state is damaged.", "no superimposed set");
    if (!slice_equal(study, own_study))
        (void)slice_copy(study, ret->other_study, sizeof ret->other_study);
    return listed(db, over, study, viewer, "The superimposed images of this presentation state are not here.",
                  &ret->over, &ret->over_count, err) &&
           planes_read(a, ret, err);
}

bool state_images(Archive *a, Db *db, const InstanceRow *state, const ArchiveViewer *viewer, StateImages *ret,
                  Err *err)
{
    Stored s  = { 0 };
    Slice  own = slice_of(state->study_uid);
    *ret      = (StateImages) { 0 };
    bool ok   = stored_open(a, state, &s, err);
    if (ok) {
        const Dataset *shown = presentation_shown(s.ds);
        bool           whole = shown == s.ds;
        ok = (shown || err_set(err, ERR_INPUT, "The presentation state is damaged.", "no underlying set")) &&
             listed(db, shown, whole ? own : study_of(shown, own), viewer,
                    "The images of this presentation state are not here.", &ret->at, &ret->count, err) &&
             (whole || over_listed(a, db, s.ds, own, viewer, ret, err));
    }
    stored_close(&s);
    return ok;
}

void state_images_clear(StateImages *images)
{
    free(images->at);
    free(images->over);
    free(images->planes);
    *images = (StateImages) { 0 };
}
