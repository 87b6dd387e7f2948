/*
 * C-ECHO of a peer, for the administrator's button.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/dimse/peer_call.h"

#include <stdio.h>

#include "doors/dimse/remote_internal.h"
#include "platform/clock.h"

enum { CALL_TIMEOUT_MS = 5000 };

/* The reasons of a refusal that one can do something about (PS3.8 §9.3.4), in words. */
static const char *refusal_words(const Err *why)
{
    unsigned result = 0, source = 0, reason = 0;
    if (sscanf(why->detail, "result %u source %u reason %u", &result, &source, &reason) != 3)
        return why->shown;
    if (source == PDU_SOURCE_USER && reason == PDU_USER_CALLING_UNKNOWN)
        return "The peer does not know us: enter our AE title and address there.";
    if (source == PDU_SOURCE_USER && reason == PDU_USER_CALLED_UNKNOWN)
        return "Something answers there, but not under this AE title.";
    if (source == PDU_SOURCE_PRESENTATION)
        return "The peer is busy: it takes no further association now.";
    return why->shown;
}

bool peer_echo(const RemoteHouse *h, const Peer *peer, int64_t *ret_took_ms, Err *err)
{
    static const ScuContext ECHO = { .sop_class = SOP_CLASS_VERIFICATION,
                                     .syntaxes  = { "1.2.840.10008.1.2", "1.2.840.10008.1.2.1" } };
    if (!peer->port)
        return err_set(err, ERR_INPUT, "Give the port of the peer, so that it can be called.",
                       "peer without port");
    RemoteHouse soon = *h;
    soon.timeout_ms  = CALL_TIMEOUT_MS;
    int64_t began_ms = clock_monotonic_ms();
    Err     why      = { 0 };
    OWNED(Scu) *scu  = remote_call(&soon, peer, &ECHO, 1, &why);
    bool ok          = scu && scu_echo(scu, &why);
    *ret_took_ms     = clock_monotonic_ms() - began_ms;
    if (ok) {
        (void)scu_release(scu, NULL); /* it has answered; how it hangs up is its own affair */
        return true;
    }
    if (why.kind == ERR_CONFLICT)
        return err_set(err, ERR_DENIED, "The peer refuses the test (C-ECHO).", "%s", why.detail);
    return err_set(err, why.kind, refusal_words(&why), "%s", why.detail);
}
