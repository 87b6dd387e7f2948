/*
 * A listening socket with a thread per connection and a ceiling: what the DICOM door stands on.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_DIMSE_LISTENER_H
#define DOORS_DIMSE_LISTENER_H

#include "base/err.h"
#include "base/own.h"
#include "base/slice.h"

typedef struct Listener Listener;

/* Owns 'fd' from now on. 'full': 'most' are being served; say so to the peer and end. */
typedef void ListenerServe(void *with, int fd, const char *address, bool full);

/* Makes the descriptor that becomes readable when the listener stops; hand it to what 'serve' waits on. */
Listener *listener_new(const char *address, int most, Err *err);
int       listener_stop_fd(const Listener *l);
int       listener_port(const Listener *l);

/*
 * The connection of this descriptor has said who it is and may stay: one of 'most' from now on. False: there
 * is no room; a descriptor of another listener takes none. Others wait in a room of their own, from which the
 * oldest is put out when it is full: whoever only connects takes no place from those who speak.
 * 'whose' has 'own_most' of them at once at most (0: no ceiling of its own); *ret_own: it is that one that says no.
 */
bool listener_seat(Listener *l, int fd, int64_t whose, int64_t own_most, bool *ret_own);

bool listener_start(Listener *l, ListenerServe *serve, void *with, Err *err);

/* Stops accepting, wakes who waits, gives the others 'grace_ms', then breaks their connections; waits for
 * all. */
void listener_stop(Listener *l, int grace_ms);
void listener_free(Listener *l); /* after listener_stop, or when never started */
OWNED_BY(Listener, listener_free)

#endif
