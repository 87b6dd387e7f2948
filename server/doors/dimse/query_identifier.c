/*
 * Reading identifiers: level, keys, the keys inside sequences, the character set.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/dimse/query_identifier.h"

#include <stdlib.h>

enum { ARENA_MAX = 4 << 20 };

static const char *const LEVELS[] = { [QUERY_PATIENT]  = "PATIENT",
                                      [QUERY_STUDY]    = "STUDY",
                                      [QUERY_SERIES]   = "SERIES",
                                      [QUERY_INSTANCE] = "IMAGE" };

/* Highest and lowest level of each information model. */
static const struct {
    QueryLevel top, bottom;
} ROOTS[] = { [ROOT_PATIENT]            = { QUERY_PATIENT, QUERY_INSTANCE },
              [ROOT_STUDY]              = { QUERY_STUDY, QUERY_INSTANCE },
              [ROOT_PATIENT_STUDY_ONLY] = { QUERY_PATIENT, QUERY_STUDY } };

static const uint32_t UNIQUE[] = { [QUERY_PATIENT]  = TAG_PATIENT_ID,
                                   [QUERY_STUDY]    = TAG_STUDY_INSTANCE_UID,
                                   [QUERY_SERIES]   = TAG_SERIES_INSTANCE_UID,
                                   [QUERY_INSTANCE] = TAG_SOP_INSTANCE_UID };

const char *query_level_name(QueryLevel level)
{
    return LEVELS[level];
}

static bool malformed(Err *err, const char *what)
{
    return err_set(err, ERR_INPUT, "The DICOM query is malformed.", "%s", what);
}

static bool read_level(const Dataset *ds, QueryRoot root, QueryLevel *ret, Err *err)
{
    Slice said = dataset_code(ds, TAG_QUERY_RETRIEVE_LEVEL);
    for (size_t i = 0; i < COUNT(LEVELS); i++)
        if (slice_equal_text(said, LEVELS[i])) {
            *ret = (QueryLevel)i;
            return (*ret >= ROOTS[root].top && *ret <= ROOTS[root].bottom) ||
                   malformed(err, "a level that this information model does not have");
        }
    return malformed(err, "no query/retrieve level");
}

/* Elements that say how to read the others, or that we tell of ourselves: never matched. */
static bool is_no_key(uint32_t tag)
{
    static const uint32_t NO_KEYS[] = { TAG_SPECIFIC_CHARACTER_SET,    TAG_QUERY_RETRIEVE_LEVEL,
                                        TAG_QUERY_RETRIEVE_VIEW,       TAG_RETRIEVE_AE_TITLE,
                                        TAG_INSTANCE_AVAILABILITY,     TAG_TIMEZONE_OFFSET_FROM_UTC,
                                        TAG_STORAGE_MEDIA_FILE_SET_ID, TAG_STORAGE_MEDIA_FILE_SET_UID };
    for (size_t i = 0; i < COUNT(NO_KEYS); i++)
        if (NO_KEYS[i] == tag)
            return true;
    return TAG_ELEMENT(tag) == 0; /* group lengths */
}

static bool take_key(QueryIdentifier *q, const Dataset *ds, const Element *e,
                     const uint32_t within[QUERY_DEPTH_MAX], Err *err)
{
    Slice value = slice_trim(element_text(ds, e, q->arena));
    if (!value.len)
        return true;
    Slice kept = arena_slice(q->arena, value);
    if (kept.len != value.len)
        return err_set(err, ERR_LIMIT, "The DICOM message is too long.", "query of too many bytes");
    return query_key_within(&q->query, within, e->tag, kept, err);
}

/* Keys of one data set, and of the first items of its sequences. Depth is bounded by QUERY_DEPTH_MAX. */
static bool take_keys(QueryIdentifier *q, const Dataset *ds, const uint32_t within[QUERY_DEPTH_MAX],
                      size_t depth, Err *err)
{
    for (size_t i = 0; i < dataset_count(ds); i++) {
        const Element *e = dataset_at(ds, i);
        if (!depth && is_no_key(e->tag))
            continue;
        q->unsupported = q->unsupported || (!depth && !query_tells(q->query.level, e->tag));
        if (e->vr != VR_SQ) {
            if (!take_key(q, ds, e, within, err))
                return false;
            continue;
        }
        uint32_t       deeper[QUERY_DEPTH_MAX];
        const Dataset *item = element_item(e, 0);
        if (!item)
            continue;
        if (depth == QUERY_DEPTH_MAX) {
            q->unsupported = true;
            continue;
        }
        memcpy(deeper, within, sizeof deeper);
        deeper[depth] = e->tag;
        if (!take_keys(q, item, deeper, depth + 1, err))
            return false;
    }
    return true;
}

/* The term to answer in: the first of the query's, without code extensions; Latin-1 when it says none, which
 * older stations read. */
static void take_charset(QueryIdentifier *q)
{
    const Element *e    = dataset_find(q->asked, TAG_SPECIFIC_CHARACTER_SET);
    Slice          term = e ? element_code_nth(e, 0) : SLICE_NONE;
    if (slice_starts(term, SLICE("ISO 2022 IR "))) {
        char number[17];
        (void)slice_copy(slice_part(term, 12, 8), number, sizeof number);
        (void)slice_copy(SLICE("ISO_IR "), q->charset, sizeof q->charset);
        (void)slice_copy(slice_of(number), q->charset + 7, sizeof q->charset - 7);
    } else if (!term.len) {
        (void)slice_copy(SLICE("ISO_IR 100"), q->charset, sizeof q->charset);
    } else {
        (void)slice_copy(term, q->charset, sizeof q->charset);
    }
    if (slice_equal_text(slice_of(q->charset), "ISO_IR 192"))
        q->charset[0] = '\0';
}

static QueryIdentifier *identifier_new(Slice identifier, TransferSyntax syntax, QueryRoot root,
                                       QueryLevel *ret_level, Err *err)
{
    OWNED(QueryIdentifier) *q = calloc(1, sizeof *q);
    if (q)
        q->arena = arena_new(ARENA_MAX);
    if (!q || !q->arena) {
        err_set(err, ERR_LIMIT, "The DICOM message is too long.", "no memory for a query");
        return NULL;
    }
    q->asked = dataset_parse(identifier, syntax, err);
    if (!q->asked || !read_level(q->asked, root, ret_level, err))
        return NULL;
    q->query.level = *ret_level;
    take_charset(q);
    return GIVE(q);
}

QueryIdentifier *query_identifier_read(Slice identifier, TransferSyntax syntax, QueryRoot root,
                                       QueryTerms terms, Err *err)
{
    const uint32_t TOP[QUERY_DEPTH_MAX] = { 0 };
    QueryLevel     level;
    OWNED(QueryIdentifier) *q = identifier_new(identifier, syntax, root, &level, err);
    if (!q)
        return NULL;
    q->query.fuzzy    = terms.fuzzy;
    q->query.combined = terms.combined;
    q->query.zoned    = terms.zones && query_zone_read(dataset_code(q->asked, TAG_TIMEZONE_OFFSET_FROM_UTC),
                                                       &q->query.zone_minutes);
    if (!take_keys(q, q->asked, TOP, 0, err))
        return NULL;
    q->unsupported = q->unsupported || query_unsupported(&q->query);
    return GIVE(q);
}

QueryIdentifier *retrieve_identifier_read(Slice identifier, TransferSyntax syntax, QueryRoot root, Err *err)
{
    const uint32_t TOP[QUERY_DEPTH_MAX] = { 0 };
    QueryLevel     level;
    OWNED(QueryIdentifier) *q = identifier_new(identifier, syntax, root, &level, err);
    if (!q)
        return NULL;
    q->query.level = QUERY_INSTANCE;
    for (size_t i = 0; i <= level; i++) {
        const Element *e     = dataset_find(q->asked, UNIQUE[i]);
        Slice          value = e ? slice_trim(element_text(q->asked, e, q->arena)) : SLICE_NONE;
        bool           wild  = memchr(value.at, '*', value.len) || memchr(value.at, '?', value.len);
        if (wild || (i == level && !value.len)) {
            malformed(err, wild ? "a wild card in a unique key" : "the unique key of the level is missing");
            return NULL;
        }
        if (value.len && !take_key(q, q->asked, e, TOP, err))
            return NULL;
    }
    return GIVE(q);
}

void query_identifier_free(QueryIdentifier *q)
{
    if (!q)
        return;
    dataset_free(q->asked);
    arena_free(q->arena);
    free(q);
}
