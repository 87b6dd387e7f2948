/*
 * Colour spaces that can be asked for, and the way into them. PS3.18 §8.3.5.1.4; IEC 61966-2-1 (sRGB),
 * Adobe RGB (1998), ISO 22028-2 (ROMM RGB).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codec/colours.h"

#include <lcms2.h>
#include <stdlib.h>

typedef struct Space {
    const char      *name;
    cmsCIExyY        white;
    cmsCIExyYTRIPLE  primaries;
    int              curve; /* of lcms: 1 a gamma, 4 with a straight beginning */
    cmsFloat64Number numbers[5];
} Space;

static const Space SPACES[] = {
    [ICC_ADOBERGB] = { "Adobe RGB (1998) compatible",
                       { 0.3127, 0.3290, 1 },
                       { { 0.64, 0.33, 1 }, { 0.21, 0.71, 1 }, { 0.15, 0.06, 1 } },
                       1,
                       { 2.19921875 } },
    [ICC_ROMMRGB]  = { "ROMM RGB",
                       { 0.3457, 0.3585, 1 },
                       { { 0.7347, 0.2653, 1 }, { 0.1596, 0.8404, 1 }, { 0.0366, 0.0001, 1 } },
                       4,
                       { 1.8, 1, 0, 1 / 16.0, 1 / 32.0 } },
};

static void name_it(cmsHPROFILE profile, const char *name)
{
    cmsMLU *text = cmsMLUalloc(NULL, 1);
    if (text && cmsMLUsetASCII(text, "en", "US", name))
        (void)cmsWriteTag(profile, cmsSigProfileDescriptionTag, text);
    cmsMLUfree(text);
}

static cmsHPROFILE space_profile(IccTarget target)
{
    if (target != ICC_ADOBERGB && target != ICC_ROMMRGB)
        return cmsCreate_sRGBProfile();
    const Space  *s       = &SPACES[target];
    cmsToneCurve *one     = cmsBuildParametricToneCurve(NULL, s->curve, s->numbers);
    cmsToneCurve *all[3]  = { one, one, one };
    cmsHPROFILE   profile = one ? cmsCreateRGBProfile(&s->white, &s->primaries, all) : NULL;
    if (profile)
        name_it(profile, s->name);
    cmsFreeToneCurve(one);
    return profile;
}

static bool profile_add(cmsHPROFILE profile, Buf *ret)
{
    cmsUInt32Number len = 0;
    if (!cmsSaveProfileToMem(profile, NULL, &len) || len == 0 || len > ICC_PROFILE_MAX)
        return false;
    void *bytes = malloc(len);
    bool  ok    = bytes && cmsSaveProfileToMem(profile, bytes, &len) && buf_add(ret, slice_bytes(bytes, len));
    free(bytes);
    return ok;
}

/* Through the transform, or as they are ('to' NULL). */
static bool pixels_add(cmsHTRANSFORM to, Slice pixels, Buf *ret)
{
    if (!to)
        return buf_add(ret, pixels);
    uint8_t *made = malloc(pixels.len);
    if (made)
        cmsDoTransform(to, pixels.at, made, (cmsUInt32Number)(pixels.len / 3));
    bool ok = made && buf_add(ret, slice_bytes(made, pixels.len));
    free(made);
    return ok;
}

static CodecVerdict converted(cmsHPROFILE from, cmsHPROFILE to, Slice own, Slice pixels, const IccRequest *r,
                              Buf *ret)
{
    if (cmsGetColorSpace(from) != cmsSigRgbData || cmsGetDeviceClass(from) == cmsSigLinkClass)
        return CODEC_UNFIT;
    cmsHTRANSFORM way = cmsCreateTransform(from, TYPE_RGB_8, to, TYPE_RGB_8, INTENT_RELATIVE_COLORIMETRIC, 0);
    bool          same    = r->target == ICC_OWN || (r->target == ICC_SRGB && !own.len);
    CodecVerdict  verdict = !way ? CODEC_UNFIT : CODEC_DONE; /* a profile that leads nowhere is none */
    if (way && (!pixels_add(same ? NULL : way, pixels, ret) ||
                !(r->target == ICC_OWN && own.len ? buf_add(ret, own) : profile_add(to, ret))))
        verdict = CODEC_TOO_LARGE;
    if (way)
        cmsDeleteTransform(way);
    return verdict;
}

CodecVerdict colours_convert(Slice body, const IccRequest *r, Buf *ret)
{
    Slice       own    = slice_part(body, 0, r->profile_bytes);
    Slice       pixels = slice_part(body, r->profile_bytes, SIZE_MAX);
    cmsHPROFILE from =
        own.len ? cmsOpenProfileFromMem(own.at, (cmsUInt32Number)own.len) : cmsCreate_sRGBProfile();
    cmsHPROFILE  to      = from ? space_profile(r->target) : NULL;
    CodecVerdict verdict = !from ? CODEC_DAMAGED
                           : !to ? CODEC_TOO_LARGE
                                 : converted(from, to, own, pixels, r, ret);
    if (to)
        cmsCloseProfile(to);
    if (from)
        cmsCloseProfile(from);
    return verdict;
}
