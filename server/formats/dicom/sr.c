/*
 * The content tree of a structured report, read once into nodes linked as parent, first child, next brother.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicom/sr.h"

#include "base/own.h"

enum { SR_MEMORY_MAX = 128 << 20 };

struct SrTree {
    Arena  *arena;
    SrNode *root;
    size_t  nodes;
};

static const struct {
    const char *name;
    SrType      type;
    uint32_t    text; /* where its text stands */
} TYPES[] = {
    { "CONTAINER", SR_CONTAINER, 0 },
    { "TEXT", SR_TEXT, TAG_TEXT_VALUE },
    { "CODE", SR_CODE, 0 },
    { "NUM", SR_NUM, 0 },
    { "UIDREF", SR_UIDREF, TAG_UID },
    { "PNAME", SR_PNAME, TAG_PERSON_NAME },
    { "DATE", SR_DATE, TAG_DATE },
    { "TIME", SR_TIME, TAG_TIME },
    { "DATETIME", SR_DATETIME, TAG_DATE_TIME },
    { "IMAGE", SR_IMAGE, 0 },
    { "COMPOSITE", SR_COMPOSITE, 0 },
    { "WAVEFORM", SR_WAVEFORM, 0 },
    { "SCOORD", SR_SCOORD, 0 },
    { "SCOORD3D", SR_SCOORD3D, 0 },
    { "TCOORD", SR_TCOORD, 0 },
};

static SrCode read_code(SrTree *tree, const Dataset *item)
{
    if (!item)
        return (SrCode) { SLICE_NONE, SLICE_NONE, SLICE_NONE };
    SrCode code = { .value   = dataset_text(item, TAG_CODE_VALUE, tree->arena),
                    .scheme  = dataset_text(item, TAG_CODING_SCHEME_DESIGNATOR, tree->arena),
                    .meaning = dataset_text(item, TAG_CODE_MEANING, tree->arena) };
    if (code.value.len == 0) /* longer than 16 characters, or a URN (PS3.3 §8.1) */
        code.value = dataset_text(item, TAG_LONG_CODE_VALUE, tree->arena);
    if (code.value.len == 0)
        code.value = dataset_text(item, TAG_URN_CODE_VALUE, tree->arena);
    return code;
}

static void read_number(SrTree *tree, const Dataset *ds, SrNode *node)
{
    const Dataset *measured = dataset_item(ds, TAG_MEASURED_VALUE_SEQUENCE, 0);
    if (!measured)
        return;
    node->text       = dataset_text_nth(measured, TAG_NUMERIC_VALUE, 0, tree->arena);
    node->has_number = dataset_double(measured, TAG_NUMERIC_VALUE, 0, &node->number);
    node->code       = read_code(tree, dataset_item(measured, TAG_MEASUREMENT_UNITS_CODE_SEQUENCE, 0));
}

static void read_value(SrTree *tree, const Dataset *ds, SrNode *node)
{
    Slice    name = dataset_code(ds, TAG_VALUE_TYPE);
    uint32_t text = 0;
    for (size_t i = 0; i < COUNT(TYPES); i++)
        if (slice_equal_text(name, TYPES[i].name)) {
            node->type = TYPES[i].type;
            text       = TYPES[i].text;
        }
    node->text    = text ? dataset_text(ds, text, tree->arena) : SLICE_NONE;
    node->code    = read_code(tree, NULL);
    node->concept = read_code(tree, dataset_item(ds, TAG_CONCEPT_NAME_CODE_SEQUENCE, 0));
    if (node->type == SR_CODE)
        node->code = read_code(tree, dataset_item(ds, TAG_CONCEPT_CODE_SEQUENCE, 0));
    if (node->type == SR_NUM)
        read_number(tree, ds, node);
    const Dataset *refers = dataset_item(ds, TAG_REFERENCED_SOP_SEQUENCE, 0);
    node->sop_class       = refers ? dataset_code(refers, TAG_REFERENCED_SOP_CLASS_UID) : SLICE_NONE;
    node->sop_instance    = refers ? dataset_code(refers, TAG_REFERENCED_SOP_INSTANCE_UID) : SLICE_NONE;
    node->relationship    = dataset_code(ds, TAG_RELATIONSHIP_TYPE);
}

static bool too_many(Err *err)
{
    return err_set(err, ERR_LIMIT, "The structured report is too big.", "more than %d nodes", SR_NODES_MAX);
}

/* Depth is bounded by the data set's own (DATASET_DEPTH_MAX). */
static SrNode *read_node(SrTree *tree, const Dataset *ds, const SrNode *parent, Err *err)
{
    SrNode *node = ++tree->nodes <= SR_NODES_MAX ? arena_alloc(tree->arena, sizeof *node) : NULL;
    if (!node) {
        (void)too_many(err);
        return NULL;
    }
    node->parent = parent;
    node->item   = ds;
    read_value(tree, ds, node);
    const Element *content = dataset_find(ds, TAG_CONTENT_SEQUENCE);
    const SrNode **link    = &node->first;
    for (size_t i = 0; element_item(content, i); i++) {
        SrNode *child = read_node(tree, element_item(content, i), node, err);
        if (!child)
            return NULL;
        *link = child;
        link  = &child->next;
        node->children++;
    }
    return node;
}

SrTree *sr_parse(const Dataset *ds, Err *err)
{
    if (!dataset_find(ds, TAG_CONTENT_SEQUENCE) && !dataset_find(ds, TAG_VALUE_TYPE)) {
        (void)err_set(err, ERR_INPUT, "This DICOM object is not a structured report.", "no content");
        return NULL;
    }
    OWNED(SrTree) *tree = calloc(1, sizeof *tree);
    if (tree)
        tree->arena = arena_new(SR_MEMORY_MAX);
    if (!tree || !tree->arena) {
        (void)too_many(err);
        return NULL;
    }
    tree->root = read_node(tree, ds, NULL, err);
    return tree->root ? GIVE(tree) : NULL;
}

void sr_free(SrTree *tree)
{
    if (!tree)
        return;
    arena_free(tree->arena);
    free(tree);
}

const SrNode *sr_root(const SrTree *tree)
{
    return tree->root;
}

const SrNode *sr_walk(const SrNode *top, const SrNode *node)
{
    if (node->first)
        return node->first;
    while (node != top) {
        if (node->next)
            return node->next;
        node = node->parent;
    }
    return NULL;
}

/* Schemes that name the same code system: SNOMED CT was written SRT, SNM3, 99SDM before SCT. */
static bool same_scheme(Slice a, const char *b)
{
    return slice_equal_text(a, b) ||
           (strcmp(b, "SRT") == 0 && (slice_equal_text(a, "99SDM") || slice_equal_text(a, "SNM3")));
}

bool sr_code_is(const SrCode *code, const char *value, const char *scheme)
{
    return slice_equal_text(code->value, value) && same_scheme(code->scheme, scheme);
}

const SrNode *sr_child(const SrNode *node, const char *code, const char *scheme)
{
    for (const SrNode *child = node->first; child; child = child->next)
        if (sr_code_is(&child->concept, code, scheme))
            return child;
    return NULL;
}

const SrNode *sr_find(const SrNode *top, const char *code, const char *scheme)
{
    for (const SrNode *node = sr_walk(top, top); node; node = sr_walk(top, node))
        if (sr_code_is(&node->concept, code, scheme))
            return node;
    return NULL;
}
