/*
 * Reading a data set: element by element, each length checked against what encloses it. DICOM PS3.5 §7.
 *
 * Elements of one level are gathered on a stack and copied, once, to a place of their own when the level is
 * complete: time and memory stay in proportion to what really came in, whatever the lengths claim.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "formats/dicom/dataset_internal.h"
#include "formats/dicom/inflate.h"

#define UNDEFINED 0xFFFFFFFFu

enum { MEMORY_MAX = 1 << 30 }; /* bytes of our own description of a data set */

typedef struct Stack {
    char  *at;
    size_t len, room; /* bytes */
} Stack;

typedef struct Parse {
    DatasetRoot *root;
    Slice        in;
    size_t       pos;
    size_t       used, elements_max;
    uint32_t     stop_at_tag;
    bool         partial, cut, signed_pixels;
    Stack        elements, items, fragments;
    Err         *err;
} Parse;

/* How one level is written, and where it ends. */
typedef struct Level {
    size_t   end;
    bool     undefined; /* ends with a delimiter before 'end' */
    bool     explicit_vr, big;
    unsigned depth;
} Level;

static bool parse_level(Parse *p, Dataset *ds, Level level);

static bool not_dicom(Parse *p, const char *why)
{
    return err_set(p->err, ERR_INPUT, "This is not a readable DICOM data set.", "%s at offset %zu", why,
                   p->pos);
}

static bool cut_short(Parse *p, const char *why)
{
    return err_set(p->err, ERR_INPUT, "The DICOM data set is cut short.", "%s at offset %zu", why, p->pos);
}

static bool no_memory(Parse *p)
{
    return err_set(p->err, ERR_LIMIT, "The DICOM data set is too big to be read.", "memory for %zu elements",
                   p->used);
}

/* What does not fit: the end of a partial input is a cut, all else a fault. Returns true when it was a cut.
 */
static bool ran_out(Parse *p, size_t end, const char *why)
{
    if (p->partial && end == p->in.len) {
        p->cut = true;
        return true;
    }
    return cut_short(p, why);
}

static bool push(Parse *p, Stack *stack, const void *thing, size_t size)
{
    if (++p->used > p->elements_max)
        return err_set(p->err, ERR_LIMIT, "The DICOM data set has too many elements.", "more than %zu",
                       p->elements_max);
    if (stack->room - stack->len < size) {
        size_t room = stack->room ? stack->room * 2 : 4096;
        char  *at   = realloc(stack->at, room);
        if (!at)
            return no_memory(p);
        stack->at   = at;
        stack->room = room;
    }
    memcpy(stack->at + stack->len, thing, size);
    stack->len += size;
    return true;
}

/* Moves what stands above 'mark' to the arena. NULL (and an error) when memory is out; empty gives a dummy.
 */
static void *settle(Parse *p, Stack *stack, size_t mark)
{
    size_t size  = stack->len - mark;
    void  *place = arena_alloc(p->root->arena, size);
    if (!place) {
        (void)no_memory(p);
        return NULL;
    }
    if (size)
        memcpy(place, stack->at + mark, size);
    stack->len = mark;
    return place;
}

static uint16_t get16(const Parse *p, size_t at, bool big)
{
    uint8_t a = (uint8_t)p->in.at[at], b = (uint8_t)p->in.at[at + 1];
    unsigned worth = big ? (unsigned)a << 8 | b : (unsigned)b << 8 | a;
    return (uint16_t)(worth & 0xFFFFu);
}

static uint32_t get32(const Parse *p, size_t at, bool big)
{
    uint32_t first = get16(p, at, big), second = get16(p, at + 2, big);
    return big ? first << 16 | second : first | second << 16;
}

static uint32_t get_tag(const Parse *p, size_t at, bool big)
{
    return (uint32_t)get16(p, at, big) << 16 | get16(p, at + 2, big);
}

static Slice part(const Parse *p, size_t from, size_t to)
{
    return (Slice) { p->in.at + from, to - from };
}

/* Fragments of encapsulated pixel data (PS3.5 §A.4): items of defined length up to the sequence delimiter. */
static bool parse_fragments(Parse *p, Element *e, size_t end, bool big)
{
    size_t mark = p->fragments.len, first = p->pos;
    for (;;) {
        if (end - p->pos < 8)
            return ran_out(p, end, "fragments without end");
        uint32_t tag = get_tag(p, p->pos, big), length = get32(p, p->pos + 4, big);
        if (tag == TAG_SEQUENCE_DELIMITATION_ITEM) {
            e->value = part(p, first, p->pos);
            p->pos += 8;
            break;
        }
        if (tag != TAG_ITEM || length == UNDEFINED)
            return not_dicom(p, "no fragment where one should be");
        p->pos += 8;
        if (length > end - p->pos)
            return ran_out(p, end, "fragment longer than the data");
        Slice fragment = part(p, p->pos, p->pos + length);
        if (!push(p, &p->fragments, &fragment, sizeof fragment))
            return false;
        p->pos += length;
    }
    size_t count    = (p->fragments.len - mark) / sizeof(Slice);
    e->is_fragments = true;
    e->count        = count ? (uint32_t)(count - 1) : 0;
    if (count == 0) { /* not even an offset table: an empty one, so that fragments[0] is always there */
        Slice none = part(p, p->pos, p->pos);
        if (!push(p, &p->fragments, &none, sizeof none))
            return false;
    }
    e->fragments = settle(p, &p->fragments, mark);
    return e->fragments != NULL;
}

/* Does an item begin here, where its sequence should be over? No element has such a tag. */
static bool next_is_item(const Parse *p, size_t around, bool big)
{
    return around - p->pos >= 8 && get_tag(p, p->pos, big) == TAG_ITEM;
}

/*
 * Where an item of a sequence of defined length ends. Some writers count the sequence too short or the item
 * too long: the one that fits into what surrounds them is believed.
 */
static size_t item_end(Parse *p, Level *level, size_t around, uint32_t length)
{
    if (length <= level->end - p->pos)
        return p->pos + length;
    if (length <= around - p->pos)
        level->end = p->pos + length;
    return level->end;
}

static bool parse_item(Parse *p, const Dataset *parent, Level level, size_t end, bool undefined)
{
    if (level.depth >= DATASET_DEPTH_MAX)
        return err_set(p->err, ERR_LIMIT, "The DICOM data set is nested too deeply.", "more than %d levels",
                       DATASET_DEPTH_MAX);
    level.depth++;
    level.undefined = undefined;
    level.end       = end;
    Dataset *item   = arena_alloc(p->root->arena, sizeof *item);
    if (!item)
        return no_memory(p);
    *item = (Dataset) { .parent = parent, .root = p->root };
    return push(p, &p->items, &item, sizeof item) && parse_level(p, item, level);
}

/* The items of a sequence, of defined length ('level.end') or up to its delimiter; never past 'around'. */
static bool parse_items(Parse *p, Element *e, const Dataset *parent, Level level, size_t around)
{
    size_t mark = p->items.len, first = p->pos;
    e->value = part(p, first, first);
    while (level.undefined || p->pos < level.end ||
           (level.end < around && next_is_item(p, around, level.big))) {
        if (level.end - p->pos < 8)
            level.end = around;
        if (level.end - p->pos < 8)
            return ran_out(p, level.end, "sequence without end");
        uint32_t tag = get_tag(p, p->pos, level.big), length = get32(p, p->pos + 4, level.big);
        if (tag == TAG_SEQUENCE_DELIMITATION_ITEM && (level.undefined || p->pos + 8 == level.end)) {
            e->value = part(p, first, p->pos);
            p->pos += 8;
            break;
        }
        if (tag != TAG_ITEM)
            return not_dicom(p, "no item where one should be");
        p->pos += 8;
        bool open = length == UNDEFINED;
        if (!open && length > around - p->pos && level.undefined)
            return ran_out(p, around, "item longer than its sequence");
        size_t end = open ? level.end : item_end(p, &level, around, length);
        if (!parse_item(p, parent, level, end, open))
            return false;
        if (p->cut)
            return true;
        e->value = part(p, first, p->pos);
    }
    size_t count = (p->items.len - mark) / sizeof(Dataset *);
    e->vr        = VR_SQ;
    e->count     = (uint32_t)count;
    e->items     = settle(p, &p->items, mark);
    return e->items != NULL;
}

/* A defined-length UN that the dictionary calls a sequence: read it as one (implicit), or leave it as bytes.
 */
static bool parse_unknown_sequence(Parse *p, Element *e, const Dataset *parent, Level level, size_t end)
{
    Parse before = *p;
    Err   quiet  = { 0 };
    Level inner  = { .end = end, .explicit_vr = false, .big = false, .depth = level.depth };
    p->err       = &quiet;
    bool ok      = parse_items(p, e, parent, inner, end);
    p->err       = before.err;
    if (ok && !p->cut)
        return true;
    if (quiet.kind == ERR_LIMIT)
        return err_set(p->err, ERR_LIMIT, quiet.shown, "%s", quiet.detail);
    p->pos           = end;
    p->cut           = before.cut;
    p->elements.len  = before.elements.len;
    p->items.len     = before.items.len;
    p->fragments.len = before.fragments.len;
    *e               = (Element) { .tag = e->tag, .vr = VR_UN, .value = part(p, before.pos, end) };
    return true;
}

/* The VR where none was sent, or only UN: the dictionary's, as the standard chooses between two (PS3.5 §A.1).
 */
static Vr known_vr(const Parse *p, uint32_t tag)
{
    const TagInfo *info = tag_info(tag);
    if (info && info->or_ow)
        return VR_OW;
    if (info && info->us_or_ss && p->signed_pixels)
        return VR_SS;
    return info ? info->vr : tag_vr(tag);
}

typedef struct Header {
    uint32_t tag, length;
    Vr       vr;
    size_t   size; /* bytes of the header itself */
} Header;

/* Reads the header at 'pos', of which at least 8 bytes are there; without moving. */
static bool read_header(Parse *p, const Level *level, Header *h)
{
    h->tag = get_tag(p, p->pos, level->big);
    if (TAG_GROUP(h->tag) == 0xFFFE) { /* delimiters have no VR in any encoding */
        h->vr     = VR_NONE;
        h->length = get32(p, p->pos + 4, level->big);
        h->size   = 8;
        return true;
    }
    if (!level->explicit_vr) {
        h->vr     = known_vr(p, h->tag);
        h->length = get32(p, p->pos + 4, level->big);
        h->size   = 8;
        return true;
    }
    char a = p->in.at[p->pos + 4], b = p->in.at[p->pos + 5];
    h->vr              = VR_CODE((uint8_t)a, (uint8_t)b);
    const VrInfo *info = vr_info(h->vr);
    bool odd = TAG_GROUP(h->tag) && odd_vr(a, b);
    if (!info && !odd && !(a >= 'A' && a <= 'Z' && b >= 'A' && b <= 'Z'))
        return not_dicom(p, "no value representation");
    if (odd)
        h->vr = VR_UN;
    if (odd || (info && !info->long_length)) {
        h->length = get16(p, p->pos + 6, level->big);
        h->size   = 8;
        return true;
    }
    if (level->end - p->pos < 12)
        return ran_out(p, level->end, "element header cut");
    h->vr = info ? h->vr : VR_UN; /* a VR younger than this program: long form, as PS3.5 §7.1.2 promises */
    h->length = get32(p, p->pos + 8, level->big);
    h->size   = 12;
    return true;
}

/* The value behind a header: fragments, items or bytes. */
static bool read_value(Parse *p, Dataset *ds, const Level *level, const Header *h, Element *e)
{
    Level inner = *level;
    if (h->length == UNDEFINED) {
        e->undefined = true;
        if (h->vr == VR_OB || h->vr == VR_OW)
            return parse_fragments(p, e, level->end, level->big);
        if (level->explicit_vr && h->vr != VR_SQ && h->vr != VR_UN)
            return not_dicom(p, "undefined length where none may be");
        if (h->vr == VR_UN) { /* CP-246: implicit little endian inside, whatever is outside */
            inner.explicit_vr = !level->big && odd_unknown_is_explicit(part(p, p->pos, level->end));
            inner.big         = false;
        }
        inner.undefined = true;
        return parse_items(p, e, ds, inner, level->end);
    }
    if (h->length > level->end - p->pos)
        return ran_out(p, level->end, "value longer than the data");
    size_t end      = p->pos + h->length;
    inner.end       = end;
    inner.undefined = false;
    if (h->vr == VR_SQ)
        return parse_items(p, e, ds, inner, level->end);
    e->value = part(p, p->pos, end);
    if (h->vr == VR_UN && !TAG_IS_PRIVATE(h->tag)) {
        Vr known = known_vr(p, h->tag);
        if (known == VR_SQ)
            return parse_unknown_sequence(p, e, ds, *level, end);
        if (!level->big)
            e->vr = known;
    }
    p->pos = end;
    return true;
}

static int by_tag(const void *a, const void *b)
{
    const Element *x = a, *y = b;
    if (x->tag != y->tag)
        return x->tag < y->tag ? -1 : 1;
    return x->value.at < y->value.at ? -1 : x->value.at > y->value.at;
}

/* The level is complete: its elements get a place of their own, in tag order. */
static bool settle_level(Parse *p, Dataset *ds, size_t mark, size_t first, size_t last)
{
    ds->count    = (uint32_t)((p->elements.len - mark) / sizeof(Element));
    ds->bytes    = part(p, first, last);
    ds->elements = settle(p, &p->elements, mark);
    if (!ds->elements)
        return false;
    bool sorted = true;
    for (uint32_t i = 1; i < ds->count; i++)
        if (ds->elements[i].tag <= ds->elements[i - 1].tag)
            sorted = false;
    if (!sorted)
        qsort(ds->elements, ds->count, sizeof(Element), by_tag);
    return true;
}

/* Is the level at its end? Reads its delimiter. False with *ret_fault when the end is not as it should be. */
static bool level_ends(Parse *p, const Level *level, bool *ret_fault)
{
    size_t   left = level->end - p->pos;
    uint32_t tag  = left < 8 ? 0 : get_tag(p, p->pos, level->big);
    if (left == 0 && !level->undefined)
        return true;
    /* padding after the last element; no element stands in group 0 or FFFE */
    if (level->depth == 0 && !p->partial && (TAG_GROUP(tag) == 0 || TAG_GROUP(tag) == 0xFFFE) &&
        odd_tail(part(p, p->pos, level->end), level->big))
        return true;
    if (left < 8) {
        *ret_fault = !ran_out(p, level->end, "element header cut");
        return false;
    }
    /* some count the delimiter in the length of their item */
    bool ends = tag == TAG_ITEM_DELIMITATION_ITEM && (level->undefined || (level->depth && left == 8));
    p->pos += ends ? 8 : 0;
    return ends;
}

static bool parse_element(Parse *p, Dataset *ds, const Level *level, Element *e)
{
    Header h     = { 0 };
    size_t start = p->pos;
    if (!read_header(p, level, &h))
        return false;
    if (p->cut)
        return true;
    if (h.vr == VR_NONE)
        return not_dicom(p, "a delimiter where an element should be");
    *e = (Element) { .tag = h.tag, .vr = h.vr };
    p->pos += h.size;
    if (!read_value(p, ds, level, &h, e))
        return false;
    if (p->cut)
        p->pos = start;
    else if (h.tag == TAG_PIXEL_REPRESENTATION && e->value.len == 2)
        p->signed_pixels = get16(p, (size_t)(e->value.at - p->in.at), level->big) != 0;
    return true;
}

static bool parse_level(Parse *p, Dataset *ds, Level level)
{
    size_t mark = p->elements.len, first = p->pos, last;
    bool   fault   = false;
    ds->big_endian = level.big;
    for (;;) {
        last = p->pos;
        if (level_ends(p, &level, &fault))
            break;
        if (fault)
            return false;
        if (p->cut)
            break;
        if (level.depth == 0 && p->stop_at_tag && get_tag(p, p->pos, level.big) >= p->stop_at_tag) {
            p->root->complete = false;
            break;
        }
        Element e;
        if (!parse_element(p, ds, &level, &e))
            return false;
        if (p->cut)
            break;
        if (!push(p, &p->elements, &e, sizeof e))
            return false;
    }
    return settle_level(p, ds, mark, first, last);
}

Dataset *dataset_parse_with(Slice bytes, TransferSyntax syntax, const DatasetOptions *options, Err *err)
{
    DatasetRoot *root = calloc(1, sizeof *root);
    if (root)
        root->arena = arena_new(MEMORY_MAX);
    Parse p = { .root         = root,
                .in           = bytes.len ? bytes : SLICE_NONE,
                .elements_max = options->elements_max ? options->elements_max : DATASET_ELEMENTS_MAX,
                .stop_at_tag  = options->stop_at_tag,
                .partial      = options->partial,
                .err          = err };
    if (!root || !root->arena) {
        (void)no_memory(&p);
        dataset_free(root ? &root->top : NULL);
        return NULL;
    }
    root->top.root = root;
    root->syntax   = syntax;
    root->complete = true;
    size_t max     = options->inflated_max ? options->inflated_max : DATASET_INFLATED_MAX;
    bool   ok      = true;
    if (syntax == DEFLATED_LITTLE)
        ok = inflate_bytes(bytes, max, p.partial, &root->inflated, &p.in, err);
    if (ok) {
        Level top = { .end         = p.in.len,
                      .explicit_vr = syntax != IMPLICIT_LITTLE,
                      .big         = syntax == EXPLICIT_BIG };
        ok        = parse_level(&p, &root->top, top);
    }
    root->stopped_at = p.pos;
    if (p.cut)
        root->complete = false;
    root->top.bytes = p.in;
    free(p.elements.at);
    free(p.items.at);
    free(p.fragments.at);
    if (ok)
        return &root->top;
    dataset_free(&root->top);
    return NULL;
}

Dataset *dataset_parse(Slice bytes, TransferSyntax syntax, Err *err)
{
    return dataset_parse_with(bytes, syntax, &(DatasetOptions) { 0 }, err);
}

void dataset_free(Dataset *ds)
{
    if (!ds)
        return;
    DatasetRoot *root = (DatasetRoot *)ds;
    arena_free(root->arena);
    free(root->inflated);
    free(root);
}
