/*
 * Any bytes as identifier of a C-FIND, C-MOVE or C-GET, asked of a small real archive: what is understood
 * finds no more than there is, and every answer can be read again.
 *
 * First byte: information model, transfer syntax, terms of extended negotiation; the rest is the identifier.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dimse_world.h"

#include "clinic/archive/retrieve.h"
#include "doors/dimse/query_identifier.h"

enum { HELD = 3, ANSWER_MAX = 4 << 20 };

static const ArchiveViewer ALL = { .sees_all = true };

static void read_again(Slice answer, TransferSyntax syntax, const char *level)
{
    Err err            = { 0 };
    OWNED(Dataset) *ds = dataset_parse(answer, syntax, &err);
    if (!ds || !slice_equal_text(dataset_code(ds, TAG_QUERY_RETRIEVE_LEVEL), level))
        abort();
}

static void ask(Db *db, const QueryIdentifier *q, TransferSyntax syntax)
{
    QueryIds ids = { 0 };
    Err      err = { 0 };
    if (!query_ids(db, &q->query, &ALL, &ids, &err)) {
        if (err.kind == ERR_NONE || err.kind == ERR_BUG || err.kind == ERR_UNAVAILABLE)
            abort(); /* a statement that the database refuses would show here */
        return;
    }
    if (ids.count > HELD)
        abort();
    for (size_t i = 0; i < ids.count; i++) {
        QueryRow  row    = { 0 };
        bool      found  = false;
        OWNED_BUF answer = buf_make(ANSWER_MAX);
        if (!query_row(db, q->query.level, ids.at[i], &row, &found, &err) || !found)
            abort();
        if (query_answer(q, db, &ALL, &row, "BECLERE", syntax, &answer, &err))
            read_again(buf_slice(&answer), syntax, query_level_name(q->query.level));
        else if (err.kind != ERR_LIMIT && err.kind != ERR_INPUT)
            abort();
    }
    query_ids_clear(&ids);
}

static void retrieve(Db *db, const QueryIdentifier *q)
{
    Retrieve what = { 0 };
    if (retrieve_find(db, &q->query, &ALL, &what, NULL) && what.instances.count > HELD)
        abort();
    retrieve_clear(&what);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const QueryRoot ROOTS[] = { ROOT_PATIENT, ROOT_STUDY, ROOT_PATIENT_STUDY_ONLY, ROOT_STUDY };
    if (!size)
        return 0;
    world_begin();
    OWNED(Db) *db             = db_read(world.db, NULL);
    Slice          bytes      = slice_bytes(data + 1, size - 1);
    QueryRoot      root       = ROOTS[data[0] & 3];
    TransferSyntax syntax     = data[0] & 4 ? IMPLICIT_LITTLE : EXPLICIT_LITTLE;
    QueryTerms     terms      = { .combined = (data[0] & 8) != 0,
                                  .fuzzy    = (data[0] & 16) != 0,
                                  .zones    = (data[0] & 32) != 0 };
    OWNED(QueryIdentifier) *q = query_identifier_read(bytes, syntax, root, terms, NULL);
    if (q)
        ask(db, q, syntax);
    OWNED(QueryIdentifier) *r = retrieve_identifier_read(bytes, syntax, root, NULL);
    if (r)
        retrieve(db, r);
    return 0;
}
