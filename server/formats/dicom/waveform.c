/*
 * Waveforms, read with bounds.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicom/waveform.h"

#include <math.h>
#include <string.h>

enum { LABEL_ARENA = 1 << 14 };

#define NO_WAVE "The waveform cannot be shown: it does not hold what it says."

static const struct {
    const char *name;
    unsigned    bytes;
    bool        is_signed;
} FORMS[] = { { "SB", 1, true },  { "UB", 1, false }, { "SS", 2, true },
              { "US", 2, false }, { "SL", 4, true },  { "UL", 4, false } };

static void channel_read(const Dataset *c, Arena *arena, WaveChannel *ret)
{
    const Dataset *source      = dataset_item(c, TAG_CHANNEL_SOURCE_SEQUENCE, 0);
    const Dataset *unit        = dataset_item(c, TAG_CHANNEL_SENSITIVITY_UNITS_SEQUENCE, 0);
    Slice          label       = dataset_text(c, TAG_CHANNEL_LABEL, arena);
    double         sensitivity = 1, correction = 1;
    *ret = (WaveChannel) { .factor = 1 };
    if (!label.len && source)
        label = dataset_text(source, TAG_CODE_MEANING, arena);
    (void)slice_copy(slice_part(label, 0, sizeof ret->label - 1), ret->label, sizeof ret->label);
    if (unit)
        (void)slice_copy(dataset_code(unit, TAG_CODE_VALUE), ret->unit, sizeof ret->unit);
    (void)dataset_double(c, TAG_CHANNEL_SENSITIVITY, 0, &sensitivity);
    (void)dataset_double(c, TAG_CHANNEL_SENSITIVITY_CORRECTION_FACTOR, 0, &correction);
    (void)dataset_double(c, TAG_CHANNEL_BASELINE, 0, &ret->offset);
    ret->factor = sensitivity * correction;
}

static bool form_read(const Dataset *g, Waveform *w)
{
    Slice form = dataset_code(g, TAG_WAVEFORM_SAMPLE_INTERPRETATION);
    for (size_t i = 0; i < COUNT(FORMS); i++)
        if (slice_equal_text(form, FORMS[i].name)) {
            w->bytes     = FORMS[i].bytes;
            w->is_signed = FORMS[i].is_signed;
            return true;
        }
    return false;
}

static int64_t number_at(const Waveform *w, const char *at)
{
    uint32_t v = 0;
    for (unsigned i = 0; i < w->bytes; i++)
        v |= (uint32_t)(uint8_t)at[w->big_endian ? w->bytes - 1 - i : i] << 8 * i;
    uint32_t sign = UINT32_C(1) << (8 * w->bytes - 1);
    return w->is_signed && (v & sign) ? (int64_t)v - ((int64_t)sign << 1) : (int64_t)v;
}

bool waveform_read(const Dataset *ds, size_t nth, Waveform *ret, Err *err)
{
    const Dataset *g        = dataset_item(ds, TAG_WAVEFORM_SEQUENCE, nth);
    int64_t        channels = 0, samples = 0;
    OWNED(Arena) *arena = arena_new(LABEL_ARENA);
    if (!g)
        return err_set(err, ERR_NOT_FOUND, "There is no image to show.", "waveform group %zu", nth);
    memset(ret, 0, sizeof *ret);
    if (!dataset_int(g, TAG_NUMBER_OF_WAVEFORM_CHANNELS, 0, &channels) ||
        !dataset_int(g, TAG_NUMBER_OF_WAVEFORM_SAMPLES, 0, &samples) ||
        !dataset_double(g, TAG_SAMPLING_FREQUENCY, 0, &ret->hz) || !form_read(g, ret) || channels < 1 ||
        channels > WAVEFORM_CHANNELS_MAX || samples < 1 || samples > WAVEFORM_SAMPLES_MAX || !(ret->hz > 0) ||
        ret->hz > 1e9)
        return err_set(err, ERR_INPUT, NO_WAVE, "%lld channels of %lld samples", (long long)channels,
                       (long long)samples);
    ret->channels   = (uint32_t)channels;
    ret->samples    = (uint32_t)samples;
    ret->data       = dataset_raw(g, TAG_WAVEFORM_DATA);
    ret->big_endian = dataset_is_big_endian(ds);
    if (ret->data.len / ret->bytes / ret->channels < ret->samples)
        return err_set(err, ERR_INPUT, NO_WAVE, "%zu bytes for %u channels of %u samples", ret->data.len,
                       ret->channels, ret->samples);
    Slice padding = dataset_raw(g, TAG_WAVEFORM_PADDING_VALUE);
    if (padding.len >= ret->bytes) {
        ret->has_padding = true;
        ret->padding     = number_at(ret, padding.at);
    }
    for (uint32_t i = 0; i < ret->channels; i++) {
        const Dataset *c = dataset_item(g, TAG_CHANNEL_DEFINITION_SEQUENCE, i);
        if (c && arena)
            channel_read(c, arena, &ret->channel[i]);
        else
            ret->channel[i].factor = 1;
    }
    return true;
}

double waveform_value(const Waveform *w, uint32_t channel, uint32_t sample)
{
    int64_t n = number_at(w, w->data.at + ((size_t)sample * w->channels + channel) * w->bytes);
    return w->has_padding && n == w->padding
               ? NAN
               : (double)n * w->channel[channel].factor + w->channel[channel].offset;
}
