/*
 * The transform of Loeffler, Ligtenberg and Moschytz (ICASSP 1989): twelve multiplications for eight values,
 * columns first, then rows, constants of 13 bits. Between the passes two fraction bits are kept for 8 bit
 * samples and one for 12 bit samples, as the widespread 8 and 12 bit decoders do.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/image/jpeg_idct.h"

enum { CONSTANT_BITS = 13 };

/* round(x * 2^13) */
enum {
    C_0_298631336 = 2446,
    C_0_390180644 = 3196,
    C_0_541196100 = 4433,
    C_0_765366865 = 6270,
    C_0_899976223 = 7373,
    C_1_175875602 = 9633,
    C_1_501321110 = 12299,
    C_1_847759065 = 15137,
    C_1_961570560 = 16069,
    C_2_053119869 = 16819,
    C_2_562915447 = 20995,
    C_3_072711026 = 25172,
};

/* Eight values in, eight out, scaled up by 2^13. 64 bits: whatever a damaged stream holds, nothing overflows.
 */
static void transform(const int64_t in[8], int64_t out[8])
{
    int64_t turn    = (in[2] + in[6]) * C_0_541196100;
    int64_t low     = turn - in[6] * C_1_847759065;
    int64_t high    = turn + in[2] * C_0_765366865;
    int64_t sum     = (in[0] + in[4]) * (1 << CONSTANT_BITS);
    int64_t minus   = (in[0] - in[4]) * (1 << CONSTANT_BITS);
    int64_t even[4] = { sum + high, minus + low, minus - low, sum - high };

    int64_t z5     = (in[7] + in[3] + in[5] + in[1]) * C_1_175875602;
    int64_t z1     = -(in[7] + in[1]) * C_0_899976223;
    int64_t z2     = -(in[5] + in[3]) * C_2_562915447;
    int64_t z3     = z5 - (in[7] + in[3]) * C_1_961570560;
    int64_t z4     = z5 - (in[5] + in[1]) * C_0_390180644;
    int64_t odd[4] = { in[1] * C_1_501321110 + z1 + z4, in[3] * C_3_072711026 + z2 + z3,
                       in[5] * C_2_053119869 + z2 + z4, in[7] * C_0_298631336 + z1 + z3 };
    for (unsigned i = 0; i < 4; i++) {
        out[i]     = even[i] + odd[i];
        out[7 - i] = even[i] - odd[i];
    }
}

static int64_t descale(int64_t value, unsigned bits)
{
    return (value + (INT64_C(1) << (bits - 1))) >> bits;
}

static uint16_t clamp(int64_t value, unsigned precision)
{
    int64_t most = (INT64_C(1) << precision) - 1;
    value += INT64_C(1) << (precision - 1);
    return (uint16_t)(value < 0 ? 0 : value > most ? most : value);
}

void jpeg_idct(const int16_t coefficients[JPEG_BLOCK], const uint16_t quantization[JPEG_BLOCK],
               unsigned precision, uint16_t ret[JPEG_BLOCK])
{
    unsigned fraction = precision > 8 ? 1 : 2;
    int64_t  between[JPEG_BLOCK], in[8], out[8];
    for (unsigned x = 0; x < 8; x++) {
        for (unsigned y = 0; y < 8; y++)
            in[y] = (int64_t)coefficients[8 * y + x] * quantization[8 * y + x];
        transform(in, out);
        for (unsigned y = 0; y < 8; y++)
            between[8 * y + x] = descale(out[y], CONSTANT_BITS - fraction);
    }
    for (unsigned y = 0; y < 8; y++) {
        transform(between + 8 * y, out);
        for (unsigned x = 0; x < 8; x++)
            ret[8 * y + x] = clamp(descale(out[x], CONSTANT_BITS + fraction + 3), precision);
    }
}
