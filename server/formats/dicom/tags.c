/*
 * The DICOM dictionary: searching the tables made from tables/dicom-tags.tsv and tables/dicom-uids.tsv.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicom/tags.h"

#include "base/own.h"
#include "dicom_tags_table_generated.h"
#include "dicom_uids_table_generated.h"

static const VrInfo VRS[] = {
    /* vr    name  unit text   charset many   long   pad */
    { VR_AE, "AE", 1, true, false, true, false, ' ' }, { VR_AS, "AS", 1, true, false, true, false, ' ' },
    { VR_AT, "AT", 2, false, false, true, false, 0 },  { VR_CS, "CS", 1, true, false, true, false, ' ' },
    { VR_DA, "DA", 1, true, false, true, false, ' ' }, { VR_DS, "DS", 1, true, false, true, false, ' ' },
    { VR_DT, "DT", 1, true, false, true, false, ' ' }, { VR_FD, "FD", 8, false, false, true, false, 0 },
    { VR_FL, "FL", 4, false, false, true, false, 0 },  { VR_IS, "IS", 1, true, false, true, false, ' ' },
    { VR_LO, "LO", 1, true, true, true, false, ' ' },  { VR_LT, "LT", 1, true, true, false, false, ' ' },
    { VR_OB, "OB", 1, false, false, false, true, 0 },  { VR_OD, "OD", 8, false, false, false, true, 0 },
    { VR_OF, "OF", 4, false, false, false, true, 0 },  { VR_OL, "OL", 4, false, false, false, true, 0 },
    { VR_OV, "OV", 8, false, false, false, true, 0 },  { VR_OW, "OW", 2, false, false, false, true, 0 },
    { VR_PN, "PN", 1, true, true, true, false, ' ' },  { VR_SH, "SH", 1, true, true, true, false, ' ' },
    { VR_SL, "SL", 4, false, false, true, false, 0 },  { VR_SQ, "SQ", 1, false, false, false, true, 0 },
    { VR_SS, "SS", 2, false, false, true, false, 0 },  { VR_ST, "ST", 1, true, true, false, false, ' ' },
    { VR_SV, "SV", 8, false, false, true, true, 0 },   { VR_TM, "TM", 1, true, false, true, false, ' ' },
    { VR_UC, "UC", 1, true, true, true, true, ' ' },   { VR_UI, "UI", 1, true, false, true, false, 0 },
    { VR_UL, "UL", 4, false, false, true, false, 0 },  { VR_UN, "UN", 1, false, false, false, true, 0 },
    { VR_UR, "UR", 1, true, false, false, true, ' ' }, { VR_US, "US", 2, false, false, true, false, 0 },
    { VR_UT, "UT", 1, true, true, false, true, ' ' },  { VR_UV, "UV", 8, false, false, true, true, 0 },
};

const VrInfo *vr_info(Vr vr)
{
    size_t low = 0, high = COUNT(VRS);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (VRS[middle].vr == vr)
            return &VRS[middle];
        if (VRS[middle].vr < vr)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const TagInfo *tag_info(uint32_t tag)
{
    size_t low = 0, high = COUNT(TAG_TABLE);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (TAG_TABLE[middle].tag == tag)
            return &TAG_TABLE[middle];
        if (TAG_TABLE[middle].tag < tag)
            low = middle + 1;
        else
            high = middle;
    }
    if (TAG_IS_PRIVATE(tag))
        return NULL;
    for (size_t i = 0; i < COUNT(REPEATING_TABLE); i++)
        if ((tag & REPEATING_TABLE[i].mask) == (REPEATING_TABLE[i].tag & REPEATING_TABLE[i].mask))
            return &REPEATING_TABLE[i];
    return NULL;
}

const TagInfo *tag_info_at(size_t index)
{
    if (index < COUNT(TAG_TABLE))
        return &TAG_TABLE[index];
    index -= COUNT(TAG_TABLE);
    return index < COUNT(REPEATING_TABLE) ? &REPEATING_TABLE[index] : NULL;
}

static bool hex_tag(Slice text, uint32_t *ret)
{
    if (text.len != 8)
        return false;
    uint32_t tag = 0;
    for (size_t i = 0; i < 8; i++) {
        char     c     = text.at[i];
        unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                         : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
                                                : 16;
        if (digit > 15)
            return false;
        tag = tag << 4 | digit;
    }
    *ret = tag;
    return true;
}

bool tag_from_text(Slice keyword_or_hex, uint32_t *ret)
{
    if (hex_tag(keyword_or_hex, ret))
        return true;
    if (keyword_or_hex.len == 0)
        return false;
    for (size_t i = 0; i < COUNT(TAG_TABLE); i++)
        if (slice_equal_text(keyword_or_hex, TAG_TABLE[i].keyword)) {
            *ret = TAG_TABLE[i].tag;
            return true;
        }
    return false;
}

Vr tag_vr(uint32_t tag)
{
    if (TAG_ELEMENT(tag) == 0)
        return VR_UL;
    if (TAG_IS_PRIVATE(tag)) {
        bool creator = TAG_ELEMENT(tag) >= 0x10 && TAG_ELEMENT(tag) <= 0xFF;
        return creator ? VR_LO : VR_UN;
    }
    const TagInfo *info = tag_info(tag);
    return info ? info->vr : VR_UN;
}

#define JPEG "1.2.840.10008.1.2.4."
static const SyntaxInfo SYNTAXES[] = {
    /* uid, name, how the data set is written, encapsulated, lossy, retired, storable */
    { "1.2.840.10008.1.2", "Implicit VR Little Endian", IMPLICIT_LITTLE, false, false, false, true },
    { "1.2.840.10008.1.2.1", "Explicit VR Little Endian", EXPLICIT_LITTLE, false, false, false, true },
    { "1.2.840.10008.1.2.1.98", "Encapsulated Uncompressed", EXPLICIT_LITTLE, true, false, false, true },
    { "1.2.840.10008.1.2.1.99", "Deflated Explicit VR Little Endian", DEFLATED_LITTLE, false, false, false,
      true },
    { "1.2.840.10008.1.2.2", "Explicit VR Big Endian", EXPLICIT_BIG, false, false, true, true },
    { JPEG "50", "JPEG Baseline", EXPLICIT_LITTLE, true, true, false, true },
    { JPEG "51", "JPEG Extended", EXPLICIT_LITTLE, true, true, false, true },
    { JPEG "52", "JPEG Extended (3 and 5)", EXPLICIT_LITTLE, true, true, true, true },
    { JPEG "53", "JPEG Spectral Selection (6 and 8)", EXPLICIT_LITTLE, true, true, true, true },
    { JPEG "54", "JPEG Spectral Selection (7 and 9)", EXPLICIT_LITTLE, true, true, true, true },
    { JPEG "55", "JPEG Full Progression (10 and 12)", EXPLICIT_LITTLE, true, true, true, true },
    { JPEG "56", "JPEG Full Progression (11 and 13)", EXPLICIT_LITTLE, true, true, true, true },
    { JPEG "57", "JPEG Lossless", EXPLICIT_LITTLE, true, false, false, true },
    { JPEG "58", "JPEG Lossless (15)", EXPLICIT_LITTLE, true, false, true, true },
    { JPEG "59", "JPEG Extended, Hierarchical (16 and 18)", EXPLICIT_LITTLE, true, true, true, true },
    { JPEG "60", "JPEG Extended, Hierarchical (17 and 19)", EXPLICIT_LITTLE, true, true, true, true },
    { JPEG "61", "JPEG Spectral Selection, Hierarchical (20 and 22)", EXPLICIT_LITTLE, true, true, true,
      true },
    { JPEG "62", "JPEG Spectral Selection, Hierarchical (21 and 23)", EXPLICIT_LITTLE, true, true, true,
      true },
    { JPEG "63", "JPEG Full Progression, Hierarchical (24 and 26)", EXPLICIT_LITTLE, true, true, true, true },
    { JPEG "64", "JPEG Full Progression, Hierarchical (25 and 27)", EXPLICIT_LITTLE, true, true, true, true },
    { JPEG "65", "JPEG Lossless, Hierarchical (28)", EXPLICIT_LITTLE, true, false, true, true },
    { JPEG "66", "JPEG Lossless, Hierarchical (29)", EXPLICIT_LITTLE, true, false, true, true },
    { JPEG "70", "JPEG Lossless SV1", EXPLICIT_LITTLE, true, false, false, true },
    { JPEG "80", "JPEG-LS Lossless", EXPLICIT_LITTLE, true, false, false, true },
    { JPEG "81", "JPEG-LS Near-Lossless", EXPLICIT_LITTLE, true, true, false, true },
    { JPEG "90", "JPEG 2000 Lossless", EXPLICIT_LITTLE, true, false, false, true },
    { JPEG "91", "JPEG 2000", EXPLICIT_LITTLE, true, true, false, true },
    { JPEG "92", "JPEG 2000 Part 2 Lossless", EXPLICIT_LITTLE, true, false, false, true },
    { JPEG "93", "JPEG 2000 Part 2", EXPLICIT_LITTLE, true, true, false, true },
    { JPEG "94", "JPIP Referenced", EXPLICIT_LITTLE, false, true, false, false },
    { JPEG "95", "JPIP Referenced Deflate", DEFLATED_LITTLE, false, true, false, false },
    { JPEG "100", "MPEG-2 Main Level", EXPLICIT_LITTLE, true, true, false, true },
    { JPEG "100.1", "MPEG-2 Main Level, fragmentable", EXPLICIT_LITTLE, true, true, false, true },
    { JPEG "101", "MPEG-2 High Level", EXPLICIT_LITTLE, true, true, false, true },
    { JPEG "101.1", "MPEG-2 High Level, fragmentable", EXPLICIT_LITTLE, true, true, false, true },
    { JPEG "102", "H.264 High 4.1", EXPLICIT_LITTLE, true, true, false, true },
    { JPEG "102.1", "H.264 High 4.1, fragmentable", EXPLICIT_LITTLE, true, true, false, true },
    { JPEG "103", "H.264 BD 4.1", EXPLICIT_LITTLE, true, true, false, true },
    { JPEG "103.1", "H.264 BD 4.1, fragmentable", EXPLICIT_LITTLE, true, true, false, true },
    { JPEG "104", "H.264 High 4.2 2D", EXPLICIT_LITTLE, true, true, false, true },
    { JPEG "104.1", "H.264 High 4.2 2D, fragmentable", EXPLICIT_LITTLE, true, true, false, true },
    { JPEG "105", "H.264 High 4.2 3D", EXPLICIT_LITTLE, true, true, false, true },
    { JPEG "105.1", "H.264 High 4.2 3D, fragmentable", EXPLICIT_LITTLE, true, true, false, true },
    { JPEG "106", "H.264 Stereo High 4.2", EXPLICIT_LITTLE, true, true, false, true },
    { JPEG "106.1", "H.264 Stereo High 4.2, fragmentable", EXPLICIT_LITTLE, true, true, false, true },
    { JPEG "107", "HEVC Main 5.1", EXPLICIT_LITTLE, true, true, false, true },
    { JPEG "108", "HEVC Main 10 5.1", EXPLICIT_LITTLE, true, true, false, true },
    { JPEG "110", "JPEG XL Lossless", EXPLICIT_LITTLE, true, false, false, true },
    { JPEG "111", "JPEG XL JPEG Recompression", EXPLICIT_LITTLE, true, true, false, true },
    { JPEG "112", "JPEG XL", EXPLICIT_LITTLE, true, true, false, true },
    { JPEG "201", "HTJ2K Lossless", EXPLICIT_LITTLE, true, false, false, true },
    { JPEG "202", "HTJ2K Lossless RPCL", EXPLICIT_LITTLE, true, false, false, true },
    { JPEG "203", "HTJ2K", EXPLICIT_LITTLE, true, true, false, true },
    { JPEG "204", "JPIP HTJ2K Referenced", EXPLICIT_LITTLE, false, true, false, false },
    { JPEG "205", "JPIP HTJ2K Referenced Deflate", DEFLATED_LITTLE, false, true, false, false },
    { "1.2.840.10008.1.2.5", "RLE Lossless", EXPLICIT_LITTLE, true, false, false, true },
    { "1.2.840.10008.1.2.8.1", "Deflated Image Frame Compression", EXPLICIT_LITTLE, true, false, false,
      true },
    { "1.2.840.10008.1.20", "Papyrus 3 Implicit VR Little Endian", IMPLICIT_LITTLE, false, false, true,
      false },
};

const SyntaxInfo *syntax_info(Slice uid)
{
    uid = slice_trim(uid);
    for (size_t i = 0; i < COUNT(SYNTAXES); i++)
        if (slice_equal_text(uid, SYNTAXES[i].uid))
            return &SYNTAXES[i];
    return NULL;
}

const UidInfo *uid_info(Slice uid)
{
    uid = slice_trim(uid);
    for (size_t i = 0; i < COUNT(UID_TABLE); i++)
        if (slice_equal_text(uid, UID_TABLE[i].uid))
            return &UID_TABLE[i];
    return NULL;
}

const UidInfo *uid_info_at(size_t index)
{
    return index < COUNT(UID_TABLE) ? &UID_TABLE[index] : NULL;
}

/* Storage classes are those of the 5.1.4 branch whose name says so (PS3.4 annexes B, GG). */
static bool is_storage_row(const UidInfo *row)
{
    return strcmp(row->type, "SOP Class") == 0 &&
           slice_starts(slice_of(row->uid), SLICE("1.2.840.10008.5.1.4.")) &&
           slice_find(slice_of(row->name), SLICE("Storage")) != SIZE_MAX;
}

bool uid_is_storage(Slice uid)
{
    const UidInfo *row = uid_info(uid);
    return row && is_storage_row(row);
}

size_t uid_storage_count(void)
{
    size_t count = 0;
    for (size_t i = 0; i < COUNT(UID_TABLE); i++)
        count += is_storage_row(&UID_TABLE[i]);
    return count;
}

const char *uid_storage_at(size_t index)
{
    for (size_t i = 0; i < COUNT(UID_TABLE); i++)
        if (is_storage_row(&UID_TABLE[i]) && index-- == 0)
            return UID_TABLE[i].uid;
    return NULL;
}

const char *uid_name(Slice uid, char buffer[65])
{
    const UidInfo *row = uid_info(uid);
    if (row && row->name[0])
        return row->name;
    (void)slice_copy(slice_trim(uid), buffer, 65);
    return buffer;
}
