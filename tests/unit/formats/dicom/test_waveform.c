/*
 * Waveforms: every form of sample, and groups that do not hold what they say.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "formats/dicom/waveform.h"

/* An element with a 16-bit length, or (OW, SQ) a 32-bit one. */
static void add(Buf *b, uint32_t tag, const char *vr, Slice value)
{
    bool long_form = vr[0] == 'O' || vr[0] == 'S' || vr[1] == 'Q' ? vr[1] == 'W' || vr[1] == 'Q' : false;
    buf_add_u16le(b, (uint16_t)(tag >> 16));
    buf_add_u16le(b, (uint16_t)tag);
    buf_add(b, slice_bytes(vr, 2));
    uint32_t even = (uint32_t)(value.len + value.len % 2);
    if (long_form) {
        buf_add_u16le(b, 0);
        buf_add_u32le(b, even);
    } else {
        buf_add_u16le(b, (uint16_t)even);
    }
    buf_add(b, value);
    if (value.len % 2)
        buf_add_char(b, ' ');
}

static void add_us(Buf *b, uint32_t tag, uint16_t n)
{
    char bytes[2] = { (char)n, (char)(n >> 8) };
    add(b, tag, "US", (Slice) { bytes, 2 });
}

static void add_item(Buf *b, uint32_t tag, Slice content)
{
    OWNED_BUF item = buf_make(1 << 16);
    buf_add(&item, SLICE("\xfe\xff\x00\xe0"));
    buf_add_u32le(&item, (uint32_t)content.len);
    buf_add(&item, content);
    add(b, tag, "SQ", buf_slice(&item));
}

typedef struct Made {
    uint16_t    channels, samples;
    const char *hz, *form;
    Slice       data;
    bool        unit;
} Made;

static void make(const Made *m, Buf *ret)
{
    OWNED_BUF group = buf_make(1 << 16), channel = buf_make(1 << 12), unit = buf_make(256);
    char      samples[4] = { (char)m->samples, (char)(m->samples >> 8) };
    add_us(&group, TAG_NUMBER_OF_WAVEFORM_CHANNELS, m->channels);
    add(&group, TAG_NUMBER_OF_WAVEFORM_SAMPLES, "UL", (Slice) { samples, 4 });
    add(&group, TAG_SAMPLING_FREQUENCY, "DS", slice_of(m->hz));
    add(&unit, TAG_CODE_VALUE, "SH", SLICE("uV"));
    add(&channel, TAG_CHANNEL_LABEL, "SH", SLICE("II"));
    add(&channel, TAG_CHANNEL_SENSITIVITY, "DS", SLICE("2.5"));
    add_item(&channel, TAG_CHANNEL_SENSITIVITY_UNITS_SEQUENCE, buf_slice(&unit));
    add(&channel, TAG_CHANNEL_SENSITIVITY_CORRECTION_FACTOR, "DS", SLICE("2"));
    add(&channel, TAG_CHANNEL_BASELINE, "DS", SLICE("1"));
    if (m->unit)
        add_item(&group, TAG_CHANNEL_DEFINITION_SEQUENCE, buf_slice(&channel));
    add(&group, TAG_WAVEFORM_SAMPLE_INTERPRETATION, "CS", slice_of(m->form));
    add(&group, TAG_WAVEFORM_PADDING_VALUE, "OW", SLICE("\x7f\x7f\x7f\x7f"));
    add(&group, TAG_WAVEFORM_DATA, "OW", m->data);
    add_item(ret, TAG_WAVEFORM_SEQUENCE, buf_slice(&group));
}

static void each_form_of_sample_has_its_value(void **state)
{
    (void)state;
    static const struct {
        const char *form;
        Slice       data;
        double      first, second;
    } CASES[] = {
        { "SB", { "\xfe\x02", 2 }, -2, 2 },
        { "UB", { "\xfe\x02", 2 }, 254, 2 },
        { "SS", { "\xfe\xff\x00\x01", 4 }, -2, 256 },
        { "US", { "\xfe\xff\x00\x01", 4 }, 65534, 256 },
        { "SL", { "\xfe\xff\xff\xff\x00\x00\x01\x00", 8 }, -2, 65536 },
        { "UL", { "\xfe\xff\xff\xff\x00\x00\x01\x00", 8 }, 4294967294.0, 65536 },
        { "SB", { "\xfe\x7f", 2 }, -2, NAN }, /* padding */
    };
    for (size_t i = 0; i < COUNT(CASES); i++)
        for (int unit = 0; unit < 2; unit++) {
            OWNED_BUF bytes = buf_make(1 << 16);
            Waveform  w;
            make(&(Made) { 1, 2, "500", CASES[i].form, CASES[i].data, unit }, &bytes);
            OWNED(Dataset) *ds = dataset_parse(buf_slice(&bytes), EXPLICIT_LITTLE, NULL);
            assert_non_null(ds);
            assert_true(waveform_read(ds, 0, &w, NULL));
            double factor = unit ? 5 : 1, offset = unit ? 1 : 0, second = waveform_value(&w, 0, 1);
            assert_true(fabs(waveform_value(&w, 0, 0) - (CASES[i].first * factor + offset)) < 1e-6);
            assert_true(isnan(CASES[i].second) ? isnan(second)
                                               : fabs(second - (CASES[i].second * factor + offset)) < 1e-6);
            assert_true(fabs(w.hz - 500) < 1e-9);
            assert_string_equal(w.channel[0].unit, unit ? "uV" : "");
            assert_string_equal(w.channel[0].label, unit ? "II" : "");
            assert_false(waveform_read(ds, 1, &w, NULL)); /* one group only */
        }
}

static void what_a_group_does_not_hold_is_refused(void **state)
{
    (void)state;
    static const Made BAD[] = {
        { 1, 2, "500", "MB", { "ab", 2 } },    { 1, 2, "500", "", { "ab", 2 } },
        { 1, 3, "500", "SS", { "abcd", 4 } },  { 2, 2, "500", "SS", { "abcd", 4 } },
        { 0, 2, "500", "SS", { "abcd", 4 } },  { 1, 0, "500", "SS", { "abcd", 4 } },
        { 1, 2, "0", "SS", { "abcd", 4 } },    { 1, 2, "-5", "SS", { "abcd", 4 } },
        { 65, 1, "500", "SB", { "abcd", 4 } }, { 1, 2, "fast", "SS", { "abcd", 4 } },
        { 1, 2, "1e12", "SS", { "abcd", 4 } },
    };
    for (size_t i = 0; i < COUNT(BAD); i++) {
        OWNED_BUF bytes = buf_make(1 << 16);
        Waveform  w;
        Err       err = { 0 };
        make(&BAD[i], &bytes);
        OWNED(Dataset) *ds = dataset_parse(buf_slice(&bytes), EXPLICIT_LITTLE, NULL);
        assert_non_null(ds);
        assert_false(waveform_read(ds, 0, &w, &err));
        assert_int_equal(err.kind, ERR_INPUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_of_sample_has_its_value),
        cmocka_unit_test(what_a_group_does_not_hold_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
