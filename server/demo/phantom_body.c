/*
 * The synthetic patient: where the organs are, and what stands at a point.
 *
 * Densities after usual CT values of tissues (air -1000, lung -830, fat -100, water 0, muscle 50, liver 60, bone 200 to 900).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "demo/phantom_body.h"

#include <math.h>

#include <stdbool.h>

#include "base/own.h"

const Organ BODY[] = {
    /* name              x     y      z     rx    ry    rz     HU   grain uptake */
    { "fat",             0,    0,   -10,  172,  122,  420,   -102,   8, 0.3F },
    { "muscle",          0,    3,   -10,  158,  108,  420,     48,  10, 1.0F },
    { "thorax",          0,   -2,    55,  142,   94,  128,     42,   6, 1.0F },
    { "lung right",    -72,    0,    70,   62,   84,  120,   -835,  45, 0.5F },
    { "lung left",      74,    2,    72,   58,   82,  118,   -832,  45, 0.5F },
    { "heart",          28,  -30,    28,   54,   44,   50,     46,   5, 2.6F },
    { "left ventricle", 46,  -30,    20,   26,   22,   30,     40,   4, 1.8F },
    { "aorta down",     22,   42,   -60,   12,   12,  250,     44,   4, 1.6F },
    { "aortic arch",     6,    6,   104,   16,   34,   15,     45,   4, 1.6F },
    { "vena cava",     -24,   24,   -60,   11,   10,  220,     42,   4, 1.6F },
    { "trachea",         0,   18,   150,    9,    9,   70,  -1000,   0, 0.1F },
    { "bronchus right",-20,   18,    84,   18,    7,    9,   -990,   0, 0.1F },
    { "bronchus left",  20,   18,    84,   18,    7,    9,   -990,   0, 0.1F },
    { "oesophagus",      8,   32,    70,    8,    7,  130,     35,   4, 1.2F },
    { "liver",         -62,  -14,   -52,   84,   78,   66,     60,   9, 2.2F },
    { "liver left",      8,  -50,   -44,   58,   34,   40,     60,   9, 2.2F },
    { "gallbladder",   -52,  -52,   -92,   16,   18,   24,      8,   3, 0.6F },
    { "stomach",        64,  -36,   -52,   42,   38,   46,     22,  14, 1.4F },
    { "gastric air",    60,  -58,   -40,   24,   12,   24,   -980,   0, 0.1F },
    { "spleen",        112,   34,   -48,   24,   40,   50,     52,   6, 1.9F },
    { "pancreas",        8,  -10,   -88,   58,   13,   14,     40,   9, 1.3F },
    { "kidney right",  -62,   46,  -116,   27,   25,   54,     34,   6, 4.5F },
    { "pelvis right",  -50,   44,  -116,   11,   10,   22,      6,   3, 9.0F },
    { "kidney left",    66,   46,  -104,   27,   25,   54,     34,   6, 4.5F },
    { "pelvis left",    54,   44,  -104,   11,   10,   22,      6,   3, 9.0F },
    { "bowel",           0,  -44,  -170,  108,   46,   66,     28,  34, 1.6F },
    { "colon air",      82,  -46,  -150,   20,   17,   58,   -820, 120, 0.4F },
    { "colon right",   -96,  -36,  -168,   21,   19,   54,   -240, 240, 0.6F },
    { "bladder",         0,  -24,  -322,   40,   36,   34,      6,   3, 12.0F },
    { "nodule",        -86,  -22,    96,    7,    7,    7,     38,   6, 7.5F },
    { "scapula right", -112,  74,    96,   34,    8,   52,    420,  80, 1.0F },
    { "scapula left",   112,  74,    96,   34,    8,   52,    420,  80, 1.0F },
    { "sternum",         0,  -92,    66,   19,    8,   78,    330,  60, 1.1F },
    { "iliac right",   -92,   36,  -262,   40,   18,   62,    470,  90, 1.1F },
    { "iliac left",     92,   36,  -262,   40,   18,   62,    470,  90, 1.1F },
};
const size_t BODY_COUNT = COUNT(BODY);

static uint32_t mix(uint32_t h)
{
    h ^= h >> 16;
    h *= 0x7feb352dU;
    h ^= h >> 15;
    h *= 0x846ca68bU;
    return h ^ h >> 16;
}

static float lattice(int x, int y, int z, uint32_t seed)
{
    uint32_t h = mix((uint32_t)x * 0x9e3779b1U ^ mix((uint32_t)y * 0x85ebca77U ^ mix((uint32_t)z * 0xc2b2ae3dU ^ seed)));
    return (float)(h & 0xffff) / 32768.0F - 1.0F;
}

static float smooth(float t)
{
    return t * t * (3.0F - 2.0F * t);
}

float body_pattern(float x, float y, float z, float scale, uint32_t seed)
{
    float fx = floorf(x / scale), fy = floorf(y / scale), fz = floorf(z / scale);
    float tx = smooth(x / scale - fx), ty = smooth(y / scale - fy), tz = smooth(z / scale - fz);
    int   ix = (int)fx, iy = (int)fy, iz = (int)fz;
    float sum = 0;
    for (int corner = 0; corner < 8; corner++) {
        int   dx = corner & 1, dy = corner >> 1 & 1, dz = corner >> 2;
        float w = (dx ? tx : 1 - tx) * (dy ? ty : 1 - ty) * (dz ? tz : 1 - tz);
        sum += w * lattice(ix + dx, iy + dy, iz + dz, seed);
    }
    return sum;
}

float noise_uniform(Noise *n)
{
    n->state = n->state * 1664525U + 1013904223U;
    return (float)(n->state >> 8) / 16777216.0F;
}

float noise_normal(Noise *n)
{
    float sum = 0;
    for (int i = 0; i < 4; i++)
        sum += noise_uniform(n);
    return (sum - 2.0F) * 1.7320508F;
}

/* How much of a point is inside: 0 outside, 1 inside, smooth over about 'soft' mm. */
static float inside(const Organ *o, float x, float y, float z, float soft)
{
    float dx = (x - o->x) / o->rx, dy = (y - o->y) / o->ry, dz = (z - o->z) / o->rz;
    float q  = dx * dx + dy * dy + dz * dz;
    if (q > 1.8F)
        return 0;
    float least = o->rx < o->ry ? o->rx : o->ry;
    float depth = (1.0F - sqrtf(q)) * least / soft + 0.5F; /* in units of the soft edge */
    return depth <= 0 ? 0 : depth >= 1 ? 1 : smooth(depth);
}

/* The vertebral column: bodies 30 mm apart with discs between, an arch, the canal. */
static float spine(float hu, float x, float y, float z)
{
    float phase = z / 30.0F - floorf(z / 30.0F);
    bool  disc  = phase > 0.80F;
    float cy    = 58.0F;
    float body  = (x * x) / (20.0F * 20.0F) + (y - cy) * (y - cy) / (16.0F * 16.0F);
    if (body < 1.0F) {
        float cortex = body > 0.78F ? 420.0F : 210.0F;
        return disc ? 75.0F : cortex + 45.0F * body_pattern(x, y, z, 3.0F, 7);
    }
    float canal = (x * x) / 100.0F + (y - 84.0F) * (y - 84.0F) / 90.0F;
    if (canal < 1.0F)
        return canal < 0.5F ? 38.0F : 8.0F;
    if (canal < 1.9F && !disc)
        return 480.0F;
    if (!disc && fabsf(x) < 5.0F && y > 92.0F && y < 112.0F) /* spinous process */
        return 430.0F;
    if (!disc && fabsf(y - 84.0F) < 6.0F && fabsf(x) < 40.0F && phase > 0.2F && phase < 0.55F) /* transverse */
        return 330.0F;
    return hu;
}

/* Ribs: bands on an elliptical cage that go down towards the front. */
static float ribs(float hu, float x, float y, float z)
{
    if (z < -70.0F || z > 165.0F)
        return hu;
    float narrow = 1.0F - 0.0000145F * (z - 40.0F) * (z - 40.0F);
    float rx = 139.0F * narrow, ry = 97.0F * narrow;
    float q = sqrtf(x * x / (rx * rx) + y * y / (ry * ry));
    float out = (q - 1.0F) * ry; /* mm from the cage */
    if (fabsf(out) > 5.5F || (y < -70.0F && fabsf(x) < 45.0F))
        return hu;
    float along = z + (70.0F - y) * -0.42F + 240.0F;
    float phase = (along / 27.0F - floorf(along / 27.0F) - 0.5F) * 27.0F;
    float r     = out * out / 25.0F + phase * phase / 36.0F;
    if (r > 1.0F)
        return hu;
    return r > 0.55F ? 640.0F : 280.0F;
}

/* The table below the patient. */
static float table(float hu, float x, float y)
{
    float top = 126.0F + 0.00035F * x * x * -1.0F + 8.0F;
    if (fabsf(x) < 215.0F && y > top && y < top + 22.0F)
        return y < top + 2.5F || y > top + 19.5F ? 130.0F : -880.0F;
    return hu;
}

/* An organ's own density at a point: its tissue's pattern, and in the lungs their vessels. */
static float organ_hu(size_t i, float x, float y, float z)
{
    const Organ *o   = &BODY[i];
    float        own = o->hu + (o->texture > 0 ? o->texture * body_pattern(x, y, z, 6.0F, (uint32_t)i) : 0);
    if (o->hu < -700.0F && o->hu > -900.0F) {
        float v = body_pattern(x, y, z, 11.0F, 91) + 0.6F * body_pattern(x, y, z, 5.0F, 92);
        if (fabsf(v) < 0.045F)
            own += 620.0F;
    }
    return own;
}

/* From the innermost organ outwards, until nothing of what is below shows through. */
static float tissue(float x, float y, float z)
{
    float hu = 0, left = 1;
    for (size_t n = BODY_COUNT; n-- > 0 && left > 0.001F;) {
        const Organ *o = &BODY[n];
        if (fabsf(x - o->x) > o->rx * 1.15F || fabsf(y - o->y) > o->ry * 1.15F || fabsf(z - o->z) > o->rz * 1.15F)
            continue;
        float in = inside(o, x, y, z, 1.4F);
        if (in <= 0)
            continue;
        hu += left * in * organ_hu(n, x, y, z);
        left *= 1 - in;
    }
    return hu + left * table(-1000.0F, x, y);
}

float body_hu(float x, float y, float z)
{
    return spine(ribs(tissue(x, y, z), x, y, z), x, y, z);
}

float body_uptake(float x, float y, float z)
{
    float uptake = 0;
    for (size_t i = 0; i < BODY_COUNT; i++) {
        const Organ *o = &BODY[i];
        if (fabsf(x - o->x) > o->rx * 1.15F || fabsf(y - o->y) > o->ry * 1.15F || fabsf(z - o->z) > o->rz * 1.15F)
            continue;
        float in = inside(o, x, y, z, 5.0F);
        uptake += in * (o->uptake - uptake);
    }
    return uptake;
}
