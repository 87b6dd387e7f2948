/*
 * Fuzz target: a presentation state of any data set over a small image, which the data set describes too: its
 * tables, shutters, overlays, the displayed area, and its drawings; its plane over another one, blended; its masks taken away.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "clinic/archive/presentation_marks.h"
#include "formats/image/blend.h"
#include "formats/image/mask.h"
#include "formats/image/plane.h"

static bool reference(Slice series_uid, Slice instance_uid, uint32_t frame, void *with)
{
    size_t *count = with;
    if (series_uid.len > 64 || instance_uid.len > 64 || frame > PIXEL_FRAMES_MAX)
        abort();
    return ++*count < 1000;
}

/* The plane that the data set says, over one that is known, and the other way round. */
static void blend(const Dataset *ds, uint32_t frame, const Presentation *s)
{
    static const uint8_t GREY[16 * 16], HIDDEN[16 * 16] = { 1 };
    const Plane          known = { "1.2", { 1, 2, 3 }, { 1, 0, 0 }, { 0, 1, 0 }, 2, 1.5, 1 };
    Plane                of    = known;
    uint8_t              rgb[16 * 16 * 3] = { 0 };
    Picture              picture          = { .width = 16, .height = 16, .channels = 3, .at = rgb };
    PlaneNear            near[2];
    (void)plane_read(ds, frame, &of, NULL);
    const Plane planes[2] = { of, known };
    (void)plane_is_parallel(&known, &of);
    size_t     count     = planes_near(&known, planes, 2, near);
    BlendSlice slices[2] = { 0 };
    for (size_t i = 0; i < count; i++) {
        if (near[i].at > 1 || !(near[i].weight >= 0 && near[i].weight <= 1))
            abort();
        slices[i] = (BlendSlice) { GREY, HIDDEN, 16, 16, { 0 }, near[i].weight };
        plane_matrix(&known, &planes[near[i].at], slices[i].matrix);
    }
    if (s->palette.count)
        blend_draw(&picture, slices, count, &s->palette, s->opacity);
}

/* Every frame that is named is one of the image. */
static void subtract(const Dataset *ds, Slice uid, uint32_t frame, const Pixels *p, const GreyRules *rules, Slice samples)
{
    MaskPlan plan;
    double   contrast[16 * 16] = { 0 }, mask[16 * 16] = { 0 };
    if (mask_plan_read(ds, uid, frame, p->frames, &plan, NULL) && plan.subtracts) {
        for (size_t i = 0; i < plan.mask_count + plan.contrast_count; i++) {
            uint32_t of = i < plan.mask_count ? plan.mask[i] : plan.contrast[i - plan.mask_count];
            if (of < 1 || of > p->frames)
                abort();
        }
        if (mask_values_add(&plan, p, rules, samples, contrast, NULL) && mask_values_add(&plan, p, rules, samples, mask, NULL))
            (void)mask_take_away(&plan, p->rows, p->columns, contrast, mask, NULL);
    }
    mask_plan_clear(&plan);
}

static void show(const Dataset *ds, Slice uid, uint32_t frame)
{
    static const char SAMPLES[16 * 16 * 2];
    Pixels            p = { .rows           = 16,
                            .columns        = 16,
                            .frames         = 3,
                            .samples        = 1,
                            .bits_allocated = 16,
                            .bits_stored    = 12,
                            .high_bit       = 11,
                            .photometric    = MONOCHROME1,
                            .slope          = 1 };
    GreyRules         rules = { 0 };
    Presentation      s     = { 0 };
    Marks             marks = { 0 };
    double            m[6];
    PictureWanted     how = { .rules = &rules };
    if (grey_rules_read(ds, frame, &p, &rules, NULL) &&
        presentation_read(ds, ds, uid, frame, &p, &rules, &s, NULL)) {
        blend(ds, frame, &s);
        subtract(ds, uid, frame, &p, &rules, slice_bytes(SAMPLES, sizeof SAMPLES));
        how.pseudo              = s.palette.count ? &s.palette : NULL;
        OWNED(Picture) *picture = picture_render(&p, slice_bytes(SAMPLES, sizeof SAMPLES), 0, NULL, &how, NULL);
        if (picture) {
            shutter_draw(&rules, picture);
            overlays_draw(&rules, slice_bytes(SAMPLES, sizeof SAMPLES), picture);
        }
        if (picture && (s.right - s.left) * (s.bottom - s.top) < 1 << 20)
            picture = presentation_place(GIVE(picture), &s, NULL);
        presentation_matrix(&s, 16, 16, m);
        uint8_t *rgb = picture && marks_read(ds, &s, uid, frame, &marks, NULL) ? calloc(64 * 48, 3) : NULL;
        if (rgb)
            (void)markup_draw(marks.at, marks.count < 40 ? marks.count : 40, m, 64, 48, rgb, NULL);
        free(rgb);
    }
    marks_clear(&marks);
    presentation_clear(&s);
    grey_rules_clear(&rules);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t count       = 0;
    OWNED(Dataset) *ds = dataset_parse((Slice) { (const char *)data, size }, EXPLICIT_LITTLE, NULL);
    if (!ds)
        return 0;
    presentation_images(ds, reference, &count);
    show(ds, SLICE("1.2.3"), 1);
    show(ds, SLICE("1.2.276.0.7230010.3.200.6.3.1"), 2);
    return 0;
}
