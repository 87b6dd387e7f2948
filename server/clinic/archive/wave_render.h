/*
 * Waveforms as pictures over millimetre paper, in pages.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_WAVE_RENDER_H
#define CLINIC_ARCHIVE_WAVE_RENDER_H

#include "clinic/archive/frames.h"

/* A page is ten seconds: this many of them (ten minutes of one group) are drawn, the sheets say of how much. */
enum { WAVE_PAGES_MAX = 60 };

/*
 * How many pages there are. For each group of channels: where it holds the twelve leads of an electrocardiogram,
 * first the usual sheet (three rows of four leads, a quarter of the time each, and lead II below), then all
 * channels one below the other, ten seconds a page. Errors: as waveform_read of the first group.
 */
bool wave_pages(Archive *a, const InstanceRow *row, uint32_t *ret, Err *err);

/*
 * Page 'page', from 1. 25 mm/s, voltages 10 mm/mV, other units each as fits its row. 4 pixels a millimetre, less
 * where the viewport is smaller. Errors: as waveform_read; ERR_NOT_FOUND no such page; ERR_INPUT a part of it or a
 * window is asked for.
 */
bool wave_render(Archive *a, ChildPool *codec, const InstanceRow *row, uint32_t page, const RenderWanted *wanted,
                 Buf *ret, Err *err);

#endif
