/*
 * What we agree to do: services, their SOP classes, the transfer syntaxes of each. DICOM PS3.8 §7.1.1.13,
 * §9.3.3.2.
 *
 * Pure. Bytes are kept as received, so for images the peer's first choice that can be kept is taken.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_DIMSE_NEGOTIATION_H
#define DOORS_DIMSE_NEGOTIATION_H

#include "doors/dimse/pdu.h"

typedef enum Service {
    SERVICE_NONE,
    SERVICE_ECHO,
    SERVICE_STORE,
    SERVICE_WORKLIST,
    SERVICE_FIND, /* Query/Retrieve */
    SERVICE_MOVE,
    SERVICE_GET,
    SERVICE_MPPS,
    SERVICE_COMMITMENT,
    SERVICES
} Service;

#define SOP_CLASS_VERIFICATION "1.2.840.10008.1.1"
#define SOP_CLASS_WORKLIST "1.2.840.10008.5.1.4.31"
#define SOP_CLASS_MPPS "1.2.840.10008.3.1.2.3.3"
#define SOP_CLASS_COMMITMENT "1.2.840.10008.1.20.1"
#define SOP_INSTANCE_COMMITMENT "1.2.840.10008.1.20.1.1" /* well-known */
#define SOP_CLASS_PATIENT_ROOT_FIND "1.2.840.10008.5.1.4.1.2.1.1"
#define SOP_CLASS_PATIENT_ROOT_MOVE "1.2.840.10008.5.1.4.1.2.1.2"
#define SOP_CLASS_PATIENT_ROOT_GET "1.2.840.10008.5.1.4.1.2.1.3"
#define SOP_CLASS_STUDY_ROOT_FIND "1.2.840.10008.5.1.4.1.2.2.1"
#define SOP_CLASS_STUDY_ROOT_MOVE "1.2.840.10008.5.1.4.1.2.2.2"
#define SOP_CLASS_STUDY_ROOT_GET "1.2.840.10008.5.1.4.1.2.2.3"

enum { OPERATIONS_MAX = 16 }; /* that a peer may have under way at once (PS3.7 annex D.3.3.3) */

/* SERVICE_NONE: we do not offer this SOP class. */
Service service_of(Slice abstract_syntax);

/* Information models of Query/Retrieve: which levels there are. */
typedef enum QueryRoot { ROOT_NONE, ROOT_PATIENT, ROOT_STUDY, ROOT_PATIENT_STUDY_ONLY } QueryRoot;
QueryRoot query_root_of(Slice abstract_syntax);

/* What extended negotiation gave one SOP class of C-FIND (PS3.4 §C.5.1.1); relational queries always. */
typedef struct QueryTerms {
    bool combined; /* dates and times as one point in time */
    bool fuzzy;    /* names by the beginnings of their words */
    bool zones;    /* times in the time zone that the query says */
} QueryTerms;
QueryTerms query_terms(const PduAssociate *answer, Slice sop_class);

/* Does this service take a data set in this transfer syntax? */
bool service_takes(Service service, Slice transfer_syntax);

/*
 * Answers every proposed context, role, window and extended negotiation, with our implementation. Slices of
 * 'ret' point into 'wish' or to literals. For classes that the peer will receive by C-GET, a syntax without
 * compression is taken before others: anything we keep can be sent in it.
 */
void negotiate(const PduAssociate *wish, PduAssociate *ret);

#endif
