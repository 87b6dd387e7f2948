/*
 * Content negotiation: which of our representations an Accept header wants. RFC 9110 §12.5.1, PS3.18 §8.7.
 *
 * Pure. Unquoted type= and transfer-syntax=* are taken as viewers send them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_WEB_ACCEPT_H
#define DOORS_WEB_ACCEPT_H

#include "base/slice.h"

/* One representation we can make. 'inner' is the type of the parts of a multipart/related; NULL for others.
 */
typedef struct MediaOffer {
    const char *type, *inner;
} MediaOffer;

/*
 * Index of the best offer (the first of equals), or -1 when none fits. An empty header takes anything.
 * 'ret_syntax': the transfer-syntax it asks for; empty: not said or '*'.
 */
int accept_choose(Slice accept, const MediaOffer *offers, size_t count, Slice *ret_syntax);

/* One form that a header takes: which offer, in which transfer syntax (empty: not said or '*'). */
typedef struct AcceptWish {
    int   offer, quality; /* in thousandths, above 0 */
    Slice syntax;
    bool  exact;  /* the type is named in full, by no range of types */
    bool  unsaid; /* and its transfer syntax is not: the default of the standard holds */
} AcceptWish;

/*
 * All that a header takes of our offers, best first: by quality, then in the order of the offers, then as
 * written. A less exact range says nothing of an offer that a more exact one means. At most 'room' of them;
 * an empty header is one wish, for the first offer. Answers how many.
 */
size_t accept_wishes(Slice accept, const MediaOffer *offers, size_t count, AcceptWish *ret, size_t room);

/* A parameter of a media type ("boundary"), unquoted; empty when absent. 'ret_type' gets what stands before
 * the first ';'. */
Slice media_parameter(Slice media, const char *name, Slice *ret_type);

#endif
