/*
 * In which transfer syntax a stored object is given to who asks for it. PS3.18 §8.7.3.4.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_WEB_DICOMWEB_SYNTAX_H
#define DOORS_WEB_DICOMWEB_SYNTAX_H

#include "doors/web/accept.h"

/*
 * 'ret_made' is what an object stored in 'stored' must be made into, empty: it goes as stored. Of which no
 * syntax is said is Explicit VR Little Endian, unless it can only be had as stored (video). Who takes any
 * syntax ("*", a range of types, no header at all) is given what is stored. False: it cannot be given so.
 * 'ret_made' is borrowed from the wish, or lives for ever.
 */
bool syntax_given(const AcceptWish *wish, Slice stored, Slice *ret_made);

#endif
