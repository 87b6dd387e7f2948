/*
 * A DICOM file: finding the data set in it, whatever its head lacks; and writing the head of ours.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicom/part10.h"

#include "base/own.h"
#include "base/reader.h"
#include "formats/dicom/uid.h"

enum { PREAMBLE_BYTES = 128, META_ELEMENTS_MAX = 1000 };

#define PIXELS_GROUP 0x7FE00000u

static bool not_a_file(Err *err, const char *why)
{
    return err_set(err, ERR_INPUT, "This is not a DICOM file.", "%s", why);
}

/* A text value of the file meta, without padding; only what can be a UID is kept. */
static void keep_uid(Slice value, char ret[65])
{
    value = slice_trim(value);
    if (uid_is_usable(value))
        (void)slice_copy(value, ret, 65);
}

static void keep_meta(Part10 *file, uint32_t tag, Slice value)
{
    switch (tag) {
    case TAG_MEDIA_STORAGE_SOP_CLASS_UID:
        keep_uid(value, file->sop_class);
        break;
    case TAG_MEDIA_STORAGE_SOP_INSTANCE_UID:
        keep_uid(value, file->sop_instance);
        break;
    case TAG_TRANSFER_SYNTAX_UID:
        keep_uid(value, file->syntax_uid);
        file->syntax_unknown = slice_trim(value).len && file->syntax_uid[0] == '\0';
        break;
    default:
        break;
    }
}

/*
 * The length of another group before the file meta, where it has no place; some write it with a long header.
 * Passed over when the file meta follows.
 */
static void pass_stray_length(Reader *in)
{
    Reader   ahead   = *in;
    uint16_t group   = read_u16le(&ahead);
    uint16_t element = read_u16le(&ahead);
    Slice    letters = read_slice(&ahead, 2);
    uint32_t length  = read_u16le(&ahead);
    if (length == 0)
        length = read_u32le(&ahead);
    (void)read_slice(&ahead, 4);
    Reader behind = ahead;
    if (group > 2 && element == 0 && slice_equal_text(letters, "UL") && length == 4 &&
        read_u16le(&ahead) == 2 && reader_ok(&ahead))
        *in = behind;
}

/*
 * Group 0002, always explicit little endian (PS3.10 §7.1). Ends where another group begins: the group length
 * of many files is wrong or missing, so it is not relied upon.
 */
static bool read_meta(Reader *in, Part10 *file, Err *err)
{
    pass_stray_length(in);
    for (int count = 0; reader_left(in) >= 8; count++) {
        Reader   ahead = *in;
        uint16_t group = read_u16le(&ahead), element = read_u16le(&ahead);
        if (group != 2)
            break;
        Slice         letters = read_slice(&ahead, 2);
        const VrInfo *info    = vr_info(VR_CODE((uint8_t)letters.at[0], (uint8_t)letters.at[1]));
        if (!info || count >= META_ELEMENTS_MAX)
            return err_set(err, ERR_INPUT, "The head of the DICOM file is damaged.", "file meta element %04x",
                           element);
        uint32_t length = read_u16le(&ahead);
        if (info->long_length)
            length = read_u32le(&ahead);
        Slice value = read_slice(&ahead, length);
        if (!reader_ok(&ahead))
            return err_set(err, ERR_INPUT, "The head of the DICOM file is damaged.",
                           "file meta element %04x cut", element);
        keep_meta(file, TAG(group, element), value);
        file->has_meta = true;
        *in            = ahead;
    }
    return true;
}

/*
 * How do these bytes look? False when they are no data set in any encoding without compression. 'surely' when
 * nothing else says that this is DICOM at all: then an element of the standard must come first.
 */
static bool recognise(Slice bytes, bool surely, TransferSyntax *ret)
{
    if (bytes.len < 8)
        return false;
    const uint8_t *b            = (const uint8_t *)bytes.at;
    uint16_t       group_little = (uint16_t)(b[0] | b[1] << 8), group_big = (uint16_t)(b[0] << 8 | b[1]);
    if (group_little == 0)
        return false;
    if (vr_info(VR_CODE(b[4], b[5]))) {
        *ret = group_big < group_little ? EXPLICIT_BIG : EXPLICIT_LITTLE;
        return true;
    }
    uint32_t element = (uint32_t)(b[2] | b[3] << 8);
    uint32_t length  = (uint32_t)b[4] | (uint32_t)b[5] << 8 | (uint32_t)b[6] << 16 | (uint32_t)b[7] << 24;
    if (surely && !tag_info(TAG(group_little, element)) && element != 0)
        return false;
    *ret = IMPLICIT_LITTLE;
    return length == UINT32_MAX || length <= bytes.len - 8;
}

static void guess(Part10 *file, TransferSyntax seen)
{
    static const char *const UIDS[] = { [IMPLICIT_LITTLE] = UID_IMPLICIT_VR_LITTLE_ENDIAN,
                                        [EXPLICIT_LITTLE] = UID_EXPLICIT_VR_LITTLE_ENDIAN,
                                        [EXPLICIT_BIG]    = UID_EXPLICIT_VR_BIG_ENDIAN };
    file->syntax                    = seen;
    file->syntax_guessed            = true;
    if (file->syntax_uid[0] == '\0')
        (void)slice_copy(slice_of(UIDS[seen]), file->syntax_uid, sizeof file->syntax_uid);
}

/* The stated syntax, unless the bytes plainly say otherwise. */
static bool settle_syntax(Part10 *file, Err *err)
{
    const SyntaxInfo *stated = syntax_info(slice_of(file->syntax_uid));
    TransferSyntax    seen   = EXPLICIT_LITTLE;
    bool              clear  = recognise(file->dataset, false, &seen);
    if (!stated) { /* nothing, or a private syntax: those are explicit little endian unless they look
                      otherwise */
        if (!clear && file->dataset.len)
            return not_a_file(err, "no transfer syntax, and none recognised");
        file->encapsulated   = file->syntax_uid[0] != '\0';
        file->syntax_unknown = file->syntax_unknown || file->encapsulated;
        guess(file, seen);
        return true;
    }
    file->syntax       = stated->syntax;
    file->encapsulated = stated->encapsulated;
    if (stated->syntax != DEFLATED_LITTLE && clear && seen != stated->syntax)
        guess(file, seen);
    return true;
}

bool part10_read(Slice bytes, Part10 *ret, Err *err)
{
    Part10 file = { 0 };
    Reader in   = reader_make(bytes);
    if (slice_equal(slice_part(bytes, PREAMBLE_BYTES, 4), SLICE("DICM"))) {
        file.has_preamble = true;
        (void)read_slice(&in, PREAMBLE_BYTES + 4);
    } else if (slice_starts(bytes, SLICE("DICM"))) {
        (void)read_slice(&in, 4);
    }
    if (!read_meta(&in, &file, err))
        return false;
    TransferSyntax seen;
    if (!file.has_meta &&
        recognise(bytes, true, &seen)) { /* without any head; "DICM" was part of some value */
        in                = reader_make(bytes);
        file.has_preamble = false;
    } else if (!file.has_meta && !file.has_preamble) {
        return not_a_file(err, "neither preamble nor file meta nor data set");
    }
    file.dataset_at = in.pos;
    file.dataset    = slice_part(bytes, in.pos, SIZE_MAX);
    if (!settle_syntax(&file, err))
        return false;
    *ret = file;
    return true;
}

static Dataset *parse_file(Slice bytes, const DatasetOptions *options, Part10 *ret_file, Err *err)
{
    Part10 file;
    if (!part10_read(bytes, &file, err))
        return NULL;
    Dataset *ds = dataset_parse_with(file.dataset, file.syntax, options, err);
    if (ds && ret_file)
        *ret_file = file;
    return ds;
}

Dataset *part10_parse(Slice file, Part10 *ret_file, Err *err)
{
    return parse_file(file, &(DatasetOptions) { 0 }, ret_file, err);
}

Dataset *part10_head_scan(Slice prefix, Part10 *ret_file, Err *err)
{
    return parse_file(prefix, &(DatasetOptions) { .stop_at_tag = PIXELS_GROUP, .partial = true }, ret_file,
                      err);
}

/* ---- writing ---- */

static void add_meta(Buf *to, uint16_t element, const char letters[2], Slice value, char pad)
{
    size_t padded = value.len + value.len % 2;
    (void)buf_add_u16le(to, 2);
    (void)buf_add_u16le(to, element);
    (void)buf_add(to, (Slice) { letters, 2 });
    if (letters[0] == 'O') {
        (void)buf_add_u16le(to, 0);
        (void)buf_add_u32le(to, (uint32_t)padded);
    } else {
        (void)buf_add_u16le(to, (uint16_t)padded);
    }
    (void)buf_add(to, value);
    if (padded > value.len)
        (void)buf_add_char(to, pad);
}

bool part10_header(Slice sop_class, Slice sop_instance, Slice syntax_uid, Slice source_ae, Buf *ret, Err *err)
{
    const Slice UIDS[] = { slice_trim(sop_class), slice_trim(sop_instance), slice_trim(syntax_uid) };
    for (size_t i = 0; i < COUNT(UIDS); i++)
        if (!uid_is_usable(UIDS[i]))
            return err_set(err, ERR_INPUT, "A DICOM identifier (UID) is missing or malformed.",
                           "file meta UID %zu", i);
    OWNED_BUF meta = buf_make(1024);
    add_meta(&meta, 0x01, "OB", SLICE("\x00\x01"), 0);
    add_meta(&meta, 0x02, "UI", UIDS[0], 0);
    add_meta(&meta, 0x03, "UI", UIDS[1], 0);
    add_meta(&meta, 0x10, "UI", UIDS[2], 0);
    add_meta(&meta, 0x12, "UI", slice_of(OUR_IMPLEMENTATION_UID), 0);
    add_meta(&meta, 0x13, "SH", slice_of(OUR_IMPLEMENTATION_VERSION), ' ');
    source_ae = slice_trim(source_ae);
    if (source_ae.len && source_ae.len <= 16)
        add_meta(&meta, 0x16, "AE", source_ae, ' ');
    (void)buf_add_zeros(ret, PREAMBLE_BYTES);
    (void)buf_add(ret, SLICE("DICM"));
    char length[4] = { (char)meta.len, (char)(meta.len >> 8), 0, 0 };
    add_meta(ret, 0x00, "UL", (Slice) { length, sizeof length }, 0);
    (void)buf_add(ret, buf_slice(&meta));
    return buf_ok(&meta, err) && buf_ok(ret, err);
}

bool dataset_four_uids(const Dataset *ds, FourUids *ret, Err *err)
{
    static const struct {
        uint32_t    tag;
        size_t      at;
        const char *shown;
    } WANTED[] = {
        { TAG_SOP_CLASS_UID, offsetof(FourUids, sop_class),
          "The kind of the DICOM object (SOP Class) is not stated." },
        { TAG_SOP_INSTANCE_UID, offsetof(FourUids, sop_instance),
          "The DICOM object has no valid instance identifier." },
        { TAG_STUDY_INSTANCE_UID, offsetof(FourUids, study),
          "The DICOM object has no valid study identifier." },
        { TAG_SERIES_INSTANCE_UID, offsetof(FourUids, series),
          "The DICOM object has no valid series identifier." },
    };
    FourUids uids = { 0 };
    for (size_t i = 0; i < COUNT(WANTED); i++) {
        Slice uid;
        if (!dataset_uid(ds, WANTED[i].tag, &uid))
            return err_set(err, ERR_INPUT, WANTED[i].shown, "(%04x,%04x) missing or malformed",
                           WANTED[i].tag >> 16, WANTED[i].tag & 0xFFFFu);
        (void)slice_copy(uid, (char *)&uids + WANTED[i].at, UID_LENGTH_MAX + 1);
    }
    *ret = uids;
    return true;
}
