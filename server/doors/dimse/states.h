/*
 * The DICOM upper layer as a table: what happens, in which state, leads to which act and which state.
 *
 * The grid is the one that DICOM PS3.8 table 9-10 prints: an event a row, a state a column.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_DIMSE_STATES_H
#define DOORS_DIMSE_STATES_H

#include <stdbool.h>

/* PS3.8 tables 9-1 to 9-5. */
typedef enum UpperState {
    STA1 = 0, /* idle */
    STA2,     /* connection open, awaiting A-ASSOCIATE-RQ */
    STA3,     /* awaiting our own answer to it */
    STA4,     /* awaiting the connection to open */
    STA5,     /* awaiting A-ASSOCIATE-AC or -RJ */
    STA6,     /* data transfer */
    STA7,     /* awaiting A-RELEASE-RP */
    STA8,     /* awaiting our own answer to A-RELEASE-RQ */
    STA9,     /* release collision, requestor: awaiting our own answer */
    STA10,    /* release collision, acceptor: awaiting A-RELEASE-RP */
    STA11,    /* release collision, requestor: awaiting A-RELEASE-RP */
    STA12,    /* release collision, acceptor: awaiting our own answer */
    STA13,    /* awaiting the connection to close */
    UPPER_STATES
} UpperState;

typedef enum UpperEvent {
    EVENT_ASSOCIATE_REQUEST = 0,
    EVENT_CONNECTED,
    EVENT_AC,
    EVENT_RJ,
    EVENT_CONNECTION_COMES,
    EVENT_RQ,
    EVENT_ACCEPT,
    EVENT_REJECT,
    EVENT_DATA_REQUEST,
    EVENT_DATA,
    EVENT_RELEASE_REQUEST,
    EVENT_RELEASE_RQ,
    EVENT_RELEASE_RP,
    EVENT_RELEASE_RESPONSE,
    EVENT_ABORT_REQUEST,
    EVENT_ABORT,
    EVENT_CLOSED,
    EVENT_ARTIM,
    EVENT_INVALID,
    UPPER_EVENTS
} UpperEvent;

/* PS3.8 tables 9-6 to 9-9. */
typedef enum UpperAct {
    ACT_NONE = 0, /* cannot happen: an event of our own in the wrong state */
    AE_1,
    AE_2,
    AE_3,
    AE_4,
    AE_5,
    AE_6,
    AE_7,
    AE_8,
    DT_1,
    DT_2,
    AR_1,
    AR_2,
    AR_3,
    AR_4,
    AR_5,
    AR_6,
    AR_7,
    AR_8,
    AR_9,
    AR_10,
    AA_1,
    AA_2,
    AA_3,
    AA_4,
    AA_5,
    AA_6,
    AA_7,
    AA_8,
    UPPER_ACTS
} UpperAct;

/*
 * The act for this event in this state, and the state after it. ACT_NONE: the grid is empty there and nothing
 * changes. AE-6 answers STA3; a refusal by protocol version goes on as EVENT_REJECT from there.
 */
UpperAct upper_step(UpperState state, UpperEvent event, bool requestor, UpperState *ret_next);

const char *upper_act_name(UpperAct act); /* "AE-1" ... */

#endif
