/*
 * The table of transfer syntaxes by what becomes of their pixels.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/image/syntaxes.h"

#include "base/own.h"

#define A_VIDEO "This is a video: it is played, not shown as a picture."
#define OLD_JPEG "JPEG with arithmetic coding or in a hierarchy (retired) is not decoded here."
#define SEVERAL_COMPONENTS "JPEG 2000 part 2 (several components together) is not decoded here."
#define ELSEWHERE "The pixels of this image are on another server (JPIP)."
#define LIVE "This is a live stream: nothing of it is kept."
#define NO_IMAGE "This transfer syntax (retired) holds no image."

static const struct {
    const char *uid; /* without 1.2.840.10008.1.2 */
    SyntaxUse   use;
    const char *why; /* of what is refused; media type of a video */
} SYNTAXES[] = {
    { "", SYNTAX_NATIVE, NULL },           /* implicit VR little endian */
    { ".1", SYNTAX_NATIVE, NULL },         /* explicit VR little endian */
    { ".1.98", SYNTAX_DECODED, NULL },     /* encapsulated uncompressed */
    { ".1.99", SYNTAX_NATIVE, NULL },      /* deflated */
    { ".2", SYNTAX_NATIVE, NULL },         /* explicit VR big endian */
    { ".4.50", SYNTAX_DECODED, NULL },     /* JPEG baseline */
    { ".4.51", SYNTAX_DECODED, NULL },     /* extended */
    { ".4.52", SYNTAX_REFUSED, OLD_JPEG }, /* extended, arithmetic */
    { ".4.53", SYNTAX_DECODED, NULL },     /* spectral selection */
    { ".4.54", SYNTAX_REFUSED, OLD_JPEG },
    { ".4.55", SYNTAX_DECODED, NULL }, /* full progression */
    { ".4.56", SYNTAX_REFUSED, OLD_JPEG },
    { ".4.57", SYNTAX_DECODED, NULL }, /* lossless */
    { ".4.58", SYNTAX_REFUSED, OLD_JPEG },
    { ".4.59", SYNTAX_REFUSED, OLD_JPEG },
    { ".4.60", SYNTAX_REFUSED, OLD_JPEG },
    { ".4.61", SYNTAX_REFUSED, OLD_JPEG },
    { ".4.62", SYNTAX_REFUSED, OLD_JPEG },
    { ".4.63", SYNTAX_REFUSED, OLD_JPEG },
    { ".4.64", SYNTAX_REFUSED, OLD_JPEG },
    { ".4.65", SYNTAX_REFUSED, OLD_JPEG },
    { ".4.66", SYNTAX_REFUSED, OLD_JPEG },
    { ".4.70", SYNTAX_DECODED, NULL }, /* lossless, first-order prediction */
    { ".4.80", SYNTAX_DECODED, NULL }, /* JPEG-LS */
    { ".4.81", SYNTAX_DECODED, NULL },
    { ".4.90", SYNTAX_DECODED, NULL }, /* JPEG 2000 */
    { ".4.91", SYNTAX_DECODED, NULL },
    { ".4.92", SYNTAX_REFUSED, SEVERAL_COMPONENTS },
    { ".4.93", SYNTAX_REFUSED, SEVERAL_COMPONENTS },
    { ".4.94", SYNTAX_REFUSED, ELSEWHERE },
    { ".4.95", SYNTAX_REFUSED, ELSEWHERE },
    { ".4.100", SYNTAX_VIDEO, "video/mpeg" },
    { ".4.100.1", SYNTAX_VIDEO, "video/mpeg" },
    { ".4.101", SYNTAX_VIDEO, "video/mpeg" },
    { ".4.101.1", SYNTAX_VIDEO, "video/mpeg" },
    { ".4.102", SYNTAX_VIDEO, "video/mp4" },
    { ".4.102.1", SYNTAX_VIDEO, "video/mp4" },
    { ".4.103", SYNTAX_VIDEO, "video/mp4" },
    { ".4.103.1", SYNTAX_VIDEO, "video/mp4" },
    { ".4.104", SYNTAX_VIDEO, "video/mp4" },
    { ".4.104.1", SYNTAX_VIDEO, "video/mp4" },
    { ".4.105", SYNTAX_VIDEO, "video/mp4" },
    { ".4.105.1", SYNTAX_VIDEO, "video/mp4" },
    { ".4.106", SYNTAX_VIDEO, "video/mp4" },
    { ".4.106.1", SYNTAX_VIDEO, "video/mp4" },
    { ".4.107", SYNTAX_VIDEO, "video/H265" },
    { ".4.108", SYNTAX_VIDEO, "video/H265" },
    { ".4.110", SYNTAX_DECODED, NULL }, /* JPEG XL */
    { ".4.111", SYNTAX_DECODED, NULL },
    { ".4.112", SYNTAX_DECODED, NULL },
    { ".4.201", SYNTAX_DECODED, NULL }, /* HTJ2K */
    { ".4.202", SYNTAX_DECODED, NULL },
    { ".4.203", SYNTAX_DECODED, NULL },
    { ".4.204", SYNTAX_REFUSED, ELSEWHERE },
    { ".4.205", SYNTAX_REFUSED, ELSEWHERE },
    { ".5", SYNTAX_DECODED, NULL }, /* RLE */
    { ".6.1", SYNTAX_REFUSED, NO_IMAGE },
    { ".6.2", SYNTAX_REFUSED, NO_IMAGE },
    { ".7.1", SYNTAX_REFUSED, LIVE },
    { ".7.2", SYNTAX_REFUSED, LIVE },
    { ".7.3", SYNTAX_REFUSED, LIVE },
    { ".8.1", SYNTAX_DECODED, NULL },  /* deflated frames */
    { "0", SYNTAX_REFUSED, NO_IMAGE }, /* 1.2.840.10008.1.20, Papyrus */
};

static size_t place_of(Slice uid)
{
    Slice root = SLICE("1.2.840.10008.1.2");
    if (!slice_starts(uid, root))
        return COUNT(SYNTAXES);
    Slice rest = slice_part(uid, root.len, SIZE_MAX);
    for (size_t i = 0; i < COUNT(SYNTAXES); i++)
        if (slice_equal_text(rest, SYNTAXES[i].uid))
            return i;
    return COUNT(SYNTAXES);
}

SyntaxUse syntax_use(Slice uid)
{
    size_t i = place_of(uid);
    return i < COUNT(SYNTAXES) ? SYNTAXES[i].use : SYNTAX_REFUSED;
}

bool syntax_refused(Slice uid, Err *err)
{
    size_t      i   = place_of(uid);
    const char *why = "The compression of this image is not decoded here.";
    if (i < COUNT(SYNTAXES) && SYNTAXES[i].use == SYNTAX_VIDEO)
        why = A_VIDEO;
    else if (i < COUNT(SYNTAXES) && SYNTAXES[i].why)
        why = SYNTAXES[i].why;
    return err_set(err, ERR_INPUT, why, "transfer syntax " SLICE_FMT, SLICE_ARG(uid));
}

const char *video_media_type(Slice uid, Slice stream)
{
    size_t i = place_of(uid);
    if (slice_equal(slice_part(stream, 4, 4), SLICE("ftyp")))
        return "video/mp4";
    if (stream.len > 188 && stream.at[0] == 0x47 && stream.at[188] == 0x47) /* transport stream packets */
        return "video/mp2t";
    return i < COUNT(SYNTAXES) && SYNTAXES[i].use == SYNTAX_VIDEO ? SYNTAXES[i].why
                                                                  : "application/octet-stream";
}
