/*
 * What the files of the user side share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_DIMSE_SCU_INTERNAL_H
#define DOORS_DIMSE_SCU_INTERNAL_H

#include "doors/dimse/message.h"
#include "doors/dimse/negotiation.h"
#include "doors/dimse/scu.h"

struct Scu {
    Association *association;
    uint16_t     message_id;
    struct {
        uint16_t message_id; /* 0: free */
        int64_t  number;
    } under_way[OPERATIONS_MAX];
    int under_way_count;
};

/* The context of this class (in this syntax unless NULL); ERR_CONFLICT when none was accepted. */
const AssociationContext *scu_agreed(const Scu *s, const char *sop_class, const char *syntax, Err *err);

Command scu_request(Scu *s, uint16_t field, const char *sop_class, uint16_t data_set);

/* The next command, whatever it is; its data set, if it has one, is still to be read. */
bool scu_next(Scu *s, Command *ret, uint8_t *ret_context, Err *err);
/* The next answer to the request under way. */
bool scu_read_answer(Scu *s, const AssociationContext *context, const Command *request, Command *ret,
                     Err *err);
/* Aborts for what the peer should not have sent. */
bool scu_unexpected(Scu *s, const Command *c, Err *err);
bool scu_cancel(Scu *s, const AssociationContext *context, const Command *request, Err *err);

#endif
