/*
 * Identifiers of Query/Retrieve: what a C-FIND, C-MOVE or C-GET asks for, and the data set that answers.
 * DICOM PS3.4 §C.4.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_DIMSE_QUERY_IDENTIFIER_H
#define DOORS_DIMSE_QUERY_IDENTIFIER_H

#include "clinic/archive/query.h"
#include "doors/dimse/negotiation.h"
#include "formats/dicom/dataset.h"

typedef struct QueryIdentifier {
    Arena       *arena; /* holds the texts of the keys */
    Dataset     *asked; /* as it came */
    ArchiveQuery query;
    bool         unsupported; /* a key was given that is not matched, or not told, at this level: FF01 */
    char         charset[17]; /* to answer in, where all fits it; "" UTF-8 */
} QueryIdentifier;

/*
 * A query. 'identifier' is borrowed and must outlive the result. Errors: ERR_INPUT no data set, no or a wrong
 * level for this root, a key that is none; ERR_LIMIT too many keys.
 */
QueryIdentifier *query_identifier_read(Slice identifier, TransferSyntax syntax, QueryRoot root,
                                       QueryTerms terms, Err *err);

/*
 * What is to be retrieved, as a query for instances. Its level's unique key must be there, with one value or
 * a list (PS3.4 §C.4.2.1.4.2, §C.4.3.1.3.2); other keys than the unique ones are not looked at.
 */
QueryIdentifier *retrieve_identifier_read(Slice identifier, TransferSyntax syntax, QueryRoot root, Err *err);

void query_identifier_free(QueryIdentifier *q);
OWNED_BY(QueryIdentifier, query_identifier_free)

/* "PATIENT", "STUDY", "SERIES", "IMAGE". */
const char *query_level_name(QueryLevel level);

/* Adds the data set that answers with 'row': what was asked, and the unique keys. */
bool query_answer(const QueryIdentifier *q, Db *db, const ArchiveViewer *viewer, const QueryRow *row,
                  const char *ae_title, TransferSyntax syntax, Buf *ret, Err *err);

#endif
