/*
 * Fuzz target: look-up tables, palettes, padding, per-frame values, overlays and shutters of any data set,
 * drawn over a small image that takes what the data set says of its pixels when it is small; then cut and
 * sized. The same image cleaned: its unused bits say nothing afterwards.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "formats/image/lut.h"
#include "formats/image/pixel_clean.h"

static void render(const Dataset *ds, const Pixels *p, uint32_t frame)
{
    static const char SAMPLES[16 * 16 * 24];
    Err               err     = { 0 };
    Pixels            own     = *p;
    GreyRules         rules   = { 0 };
    OWNED_PALETTE     palette = { 0 };
    PictureWanted     how     = { .rules       = &rules,
                                  .enlarge     = true,
                                  .width       = 20 * (frame - 1),
                                  .height      = 9 * (frame - 1),
                                  .left        = frame,
                                  .part_width  = -3,
                                  .part_height = 2 };
    if (palette_read(ds, &palette, &err) && grey_rules_read(ds, frame, &own, &rules, &err))
        picture_free(picture_render(&own, slice_bytes(SAMPLES, sizeof SAMPLES), 0, &palette, &how, &err));
    grey_rules_clear(&rules);
}

static void clean(const Pixels *p, uint32_t seed)
{
    OWNED_BUF frame = buf_make(16 * 16 * 4 * 8), mask = buf_make(16 * 16);
    for (size_t i = 0; i < (p->frame_bits + 7) / 8; i++)
        (void)buf_add_char(&frame, (char)(seed = seed * 1664525u + 1013904223u));
    if (!pixel_mask_make(p, &mask, NULL))
        return;
    pixel_mask_box(p, &(PixelBox) { seed % 20, seed % 7, seed % 30, 3 }, true, &mask);
    pixel_spare_bits_clear(p, &frame);
    if (pixel_spare_bits_speak(p, buf_slice(&frame)))
        abort();
    pixel_blank(p, buf_slice(&mask), &frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Slice bytes        = { (const char *)data, size };
    Err   err          = { 0 };
    OWNED(Dataset) *ds = dataset_parse(bytes, EXPLICIT_LITTLE, &err);
    for (uint32_t frame = 1; ds && frame <= 3; frame++) {
        Pixels said, p = { .rows           = 16,
                           .columns        = 16,
                           .frames         = 3,
                           .samples        = 1,
                           .bits_allocated = 16,
                           .bits_stored    = 12,
                           .high_bit       = 11,
                           .photometric    = MONOCHROME2,
                           .slope          = 1 };
        render(ds, &p, frame);
        if (pixels_shape(ds, &said, &err) && said.rows <= 16 && said.columns <= 16 && !said.encapsulated) {
            render(ds, &said, frame);
            clean(&said, frame);
        }
    }
    return 0;
}
