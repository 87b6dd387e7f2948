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

typedef enum Service { SERVICE_NONE, SERVICE_ECHO, SERVICE_STORE, SERVICE_WORKLIST, SERVICES } Service;

#define SOP_CLASS_VERIFICATION "1.2.840.10008.1.1"
#define SOP_CLASS_WORKLIST "1.2.840.10008.5.1.4.31"

/* SERVICE_NONE: we do not offer this SOP class. */
Service service_of(Slice abstract_syntax);

/* Does this service take a data set in this transfer syntax? */
bool service_takes(Service service, Slice transfer_syntax);

/* Answers every proposed context and role, with our implementation. Slices of 'ret' point into 'wish'. */
void negotiate(const PduAssociate *wish, PduAssociate *ret);

#endif
