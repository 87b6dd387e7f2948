/*
 * One multiplex group of a waveform object: its channels, and their samples in real units. PS3.3 §C.10.9.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOM_WAVEFORM_H
#define FORMATS_DICOM_WAVEFORM_H

#include "formats/dicom/dataset.h"

enum { WAVEFORM_CHANNELS_MAX = 64, WAVEFORM_SAMPLES_MAX = 1 << 24 };

typedef struct WaveChannel {
    char   label[65], unit[17]; /* "Lead I (Einthoven)", "uV" (UCUM); empty: not said */
    double factor, offset;      /* value in the unit = sample * factor + offset */
} WaveChannel;

/* 'data' is borrowed from the data set. */
typedef struct Waveform {
    uint32_t    channels, samples;
    double      hz;
    Slice       data;  /* channels side by side, sample after sample */
    unsigned    bytes; /* of a sample: 1, 2 or 4 */
    bool        is_signed, big_endian, has_padding;
    int64_t     padding;
    WaveChannel channel[WAVEFORM_CHANNELS_MAX];
} Waveform;

/* Group 'nth' (from 0). Errors: ERR_NOT_FOUND no such group; ERR_INPUT it does not hold what it says, or in a
 * form (A-law, mu-law) that is not shown here. */
bool waveform_read(const Dataset *ds, size_t nth, Waveform *ret, Err *err);

/* NaN where there is padding. 'channel' and 'sample' are below the counts. */
double waveform_value(const Waveform *w, uint32_t channel, uint32_t sample);

#endif
