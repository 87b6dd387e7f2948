/*
 * Writing out what a DicomWriter gathered: headers, padding, lengths put in once they are known. DICOM PS3.5
 * §7.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicom/inflate.h"
#include "formats/dicom/part10.h"
#include "formats/dicom/writer_internal.h"

enum { SHORT_LENGTH_MAX = 65534 };

typedef struct Out {
    Buf *to;
    bool explicit_vr, big;
    Err *err;
} Out;

static void add_u16(Out *out, uint16_t value)
{
    (void)(out->big ? buf_add_u16be(out->to, value) : buf_add_u16le(out->to, value));
}

static void add_u32(Out *out, uint32_t value)
{
    (void)(out->big ? buf_add_u32be(out->to, value) : buf_add_u32le(out->to, value));
}

static void add_tag(Out *out, uint32_t tag)
{
    add_u16(out, TAG_GROUP(tag));
    add_u16(out, TAG_ELEMENT(tag));
}

static void add_item(Out *out, uint32_t tag, size_t length)
{
    add_tag(out, tag);
    add_u32(out, (uint32_t)length);
}

/* Puts the number of bytes added since into the four bytes before 'from'. */
static bool patch_length(Out *out, size_t from)
{
    if (out->to->failed)
        return false;
    size_t length = out->to->len - from;
    if (length >= UINT32_MAX)
        return err_set(out->err, ERR_LIMIT, "The DICOM data set being made is too big.",
                       "%zu bytes in one element", length);
    for (unsigned i = 0; i < 4; i++)
        out->to->at[from - 4 + (out->big ? 3 - i : i)] = (char)(length >> (8 * i));
    return true;
}

static void add_header(Out *out, uint32_t tag, Vr vr, size_t length)
{
    const VrInfo *info = vr_info(vr);
    bool          wide = !info || info->long_length;
    add_tag(out, tag);
    if (!out->explicit_vr) {
        (void)buf_add_u32le(out->to, (uint32_t)length);
        return;
    }
    if (!wide && length > SHORT_LENGTH_MAX) { /* PS3.5 §6.2.2: what does not fit goes as UN */
        vr   = VR_UN;
        wide = true;
    }
    char letters[2] = { (char)(vr >> 8), (char)vr };
    (void)buf_add(out->to, (Slice) { letters, 2 });
    if (wide) {
        add_u16(out, 0);
        add_u32(out, (uint32_t)length);
    } else {
        add_u16(out, (uint16_t)length);
    }
}

static bool write_level(Out *out, const WriterLevel *level);

static bool write_sequence(Out *out, const WriterElement *e)
{
    add_header(out, e->tag, VR_SQ, 0);
    size_t from = out->to->len;
    for (const WriterItem *item = e->first_item; item; item = item->next) {
        add_item(out, TAG_ITEM, 0);
        size_t inside = out->to->len;
        if (!write_level(out, &item->level) || !patch_length(out, inside))
            return false;
    }
    return patch_length(out, from);
}

/* The basic offset table of frames of one fragment each (PS3.5 §A.4); empty when it cannot count so far. */
static void write_table(Out *out, const WriterElement *e)
{
    uint64_t total = 0;
    for (size_t i = 0; i < e->count; i++)
        total += 8 + e->fragments[i].len + e->fragments[i].len % 2;
    bool fits = total < UINT32_MAX;
    add_item(out, TAG_ITEM, fits ? e->count * 4 : 0);
    uint32_t offset = 0;
    for (size_t i = 0; fits && i < e->count; i++) {
        (void)buf_add_u32le(out->to, offset);
        offset += (uint32_t)(8 + e->fragments[i].len + e->fragments[i].len % 2);
    }
}

static bool write_fragments(Out *out, const WriterElement *e)
{
    if (!out->explicit_vr || out->big)
        return err_set(out->err, ERR_BUG, "The DICOM data set was not made properly.",
                       "fragments in implicit VR or big endian");
    add_header(out, e->tag, e->vr, UINT32_MAX);
    if (e->makes_table)
        write_table(out, e);
    for (size_t i = 0; i < e->count; i++) {
        Slice part = e->fragments[i];
        if (part.len >= UINT32_MAX - 1)
            return err_set(out->err, ERR_LIMIT, "The DICOM data set being made is too big.", "fragment %zu",
                           i);
        add_item(out, TAG_ITEM, part.len + part.len % 2);
        (void)buf_add(out->to, part);
        (void)buf_add_zeros(out->to, part.len % 2);
    }
    add_item(out, TAG_SEQUENCE_DELIMITATION_ITEM, 0);
    return true;
}

/* Numbers were gathered little endian. */
static void swap(char *at, size_t len, size_t unit)
{
    for (size_t i = 0; unit > 1 && i + unit <= len; i += unit)
        for (size_t a = i, b = i + unit - 1; a < b; a++, b--) {
            char c = at[a];
            at[a]  = at[b];
            at[b]  = c;
        }
}

static bool write_value(Out *out, const WriterElement *e)
{
    size_t padded = e->value.len + e->value.len % 2;
    if (padded >= UINT32_MAX)
        return err_set(out->err, ERR_LIMIT, "The DICOM data set being made is too big.", "value of %zu bytes",
                       padded);
    const VrInfo *info = vr_info(e->vr);
    add_header(out, e->tag, e->vr, padded);
    size_t at = out->to->len;
    if (buf_add(out->to, e->value) && out->big && info)
        swap(out->to->at + at, e->value.len, info->unit);
    if (padded > e->value.len)
        (void)buf_add_char(out->to, info ? info->pad : 0);
    return true;
}

static bool write_element(Out *out, const WriterElement *e)
{
    if (e->vr == VR_SQ)
        return write_sequence(out, e);
    return e->is_fragments ? write_fragments(out, e) : write_value(out, e);
}

static bool write_level(Out *out, const WriterLevel *level)
{
    const WriterElement *e    = level->first;
    size_t               from = 0;
    if (e && TAG_GROUP(e->tag) == 0) { /* a command set begins with its length (PS3.7 §E.1) */
        add_header(out, TAG_COMMAND_GROUP_LENGTH, VR_UL, 4);
        add_u32(out, 0);
        from = out->to->len;
    }
    for (; e; e = e->next) {
        if (from && TAG_GROUP(e->tag) != 0) {
            if (!patch_length(out, from))
                return false;
            from = 0;
        }
        if (e->tag != TAG_COMMAND_GROUP_LENGTH && !write_element(out, e))
            return false;
    }
    return from == 0 || patch_length(out, from);
}

bool dw_finish(DicomWriter *w, TransferSyntax syntax, Buf *ret, Err *err)
{
    if (!w->failed.kind && w->needs_utf8 && !w->has_charset && !w->open)
        dw_charset(w, "ISO_IR 192");
    if (w->failed.kind)
        return err_set(err, w->failed.kind, w->failed.shown, "%s", w->failed.detail);
    if (w->open)
        return err_set(err, ERR_BUG, "The DICOM data set was not made properly.", "open sequence");
    OWNED_BUF plain = buf_make(ret->max);
    Out       out   = { .to          = syntax == DEFLATED_LITTLE ? &plain : ret,
                        .explicit_vr = syntax != IMPLICIT_LITTLE,
                        .big         = syntax == EXPLICIT_BIG,
                        .err         = err };
    if (!write_level(&out, &w->top) && !out.to->failed)
        return false;
    if (!buf_ok(out.to, err))
        return false;
    return syntax != DEFLATED_LITTLE || deflate_bytes(buf_slice(&plain), ret, err);
}

bool dw_finish_file(DicomWriter *w, const char *syntax_uid, Buf *ret, Err *err)
{
    const SyntaxInfo *syntax      = syntax_info(slice_of(syntax_uid));
    const WriterElement *class    = writer_find(&w->top, TAG_SOP_CLASS_UID);
    const WriterElement *instance = writer_find(&w->top, TAG_SOP_INSTANCE_UID);
    if (!syntax)
        return err_set(err, ERR_BUG, "The DICOM data set was not made properly.", "unknown transfer syntax");
    return part10_header(class ? class->value : SLICE_NONE, instance ? instance->value : SLICE_NONE,
                         slice_of(syntax_uid), SLICE_NONE, ret, err) &&
           dw_finish(w, syntax->syntax, ret, err);
}
