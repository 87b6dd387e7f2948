/*
 * Any bytes as a compressed frame of every transfer syntax that the codec program decodes, of any small
 * shape. A verdict comes back, and samples only of the size asked for.
 *
 * CharLS 2.4 does not end on some damaged JPEG-LS streams (the codec program is then killed by its parent):
 * that decoder is run on its corpus only, never on what the fuzzer made of it.
 *
 * First twelve bytes: syntax, rows, columns, samples, bits, photometric; the rest is the stream.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "codec/decode.h"

enum { HEAD = 12, SIDE_MAX = 512 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const SYNTAXES[] = {
        "1.2.840.10008.1.2.5",     "1.2.840.10008.1.2.4.50",  "1.2.840.10008.1.2.4.51",
        "1.2.840.10008.1.2.4.57",  "1.2.840.10008.1.2.4.70",  "1.2.840.10008.1.2.4.80",
        "1.2.840.10008.1.2.4.81",  "1.2.840.10008.1.2.4.90",  "1.2.840.10008.1.2.4.91",
        "1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202", "1.2.840.10008.1.2.4.203",
        "1.2.840.10008.1.2.4.110", "1.2.840.10008.1.2.4.111", "1.2.840.10008.1.2.4.112",
        "1.2.840.10008.1.2.8.1",   "1.2.840.10008.1.2.1",
    };
    static const uint16_t ALLOCATED[] = { 8, 16, 1, 32 };
    if (size < HEAD)
        return 0;
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    if (strstr(SYNTAXES[data[0] % COUNT(SYNTAXES)], "1.2.840.10008.1.2.4.8"))
        return 0;
#endif
    CodecRequest r = { .rows           = (data[1] | (uint32_t)data[2] << 8) % SIDE_MAX + 1,
                       .columns        = (data[3] | (uint32_t)data[4] << 8) % SIDE_MAX + 1,
                       .samples        = data[5] & 1 ? 3 : 1,
                       .bits_allocated = ALLOCATED[data[6] & 3],
                       .is_signed      = (data[7] & 1) != 0,
                       .planar         = (data[7] & 2) != 0,
                       .photometric    = (Photometric)(data[8] % (XYB + 1)) };
    r.bits_stored  = (uint16_t)(data[9] % r.bits_allocated + 1);
    r.high_bit     = (uint16_t)(r.bits_stored - 1);
    r.frame_bytes =
        (uint64_t)r.rows * r.columns * r.samples * (r.bits_allocated == 1 ? 1u : r.bits_allocated / 8u);
    (void)slice_copy(slice_of(SYNTAXES[data[0] % COUNT(SYNTAXES)]), r.syntax, sizeof r.syntax);
    uint8_t    *to     = calloc((size_t)r.frame_bytes, 1);
    Photometric colour = r.photometric;
    if (to && decode_frame(slice_bytes(data + HEAD, size - HEAD), &r, to, &colour) >= CODEC_VERDICTS)
        abort();
    free(to);
    return 0;
}
