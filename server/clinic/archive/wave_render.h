/*
 * A waveform as a picture: the first group of its channels, over millimetre paper.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_WAVE_RENDER_H
#define CLINIC_ARCHIVE_WAVE_RENDER_H

#include "clinic/archive/frames.h"

/*
 * At most its first 10 seconds; 25 mm/s, voltages 10 mm/mV, other units each as fits its row. 4 pixels a
 * millimetre, less where the viewport is smaller. Errors: as waveform_read; ERR_INPUT a part of it or a
 * window is asked for.
 */
bool wave_render(Archive *a, ChildPool *codec, const InstanceRow *row, const RenderWanted *wanted, Buf *ret,
                 Err *err);

#endif
