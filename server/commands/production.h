/*
 * What a house must have before it opens for care (mode = production). O10, X7's safe defaults.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_PRODUCTION_H
#define COMMANDS_PRODUCTION_H

#include "commands/house.h"

/*
 * Of the configuration alone, at 'now_ms': the certificate of the host of health data (L.1111-8: holder, number, scope, last day) is
 * registered and in force; the page's certificate is not made by ourselves unless 'edge-certificate-own = yes' says so.
 * True in demonstration mode, whatever it lacks. ERR_INPUT says what is missing and which key sets it.
 */
bool production_configured(const Config *c, int64_t now_ms, Err *err);

/* And of what it holds: no account of the demonstration, whose secrets are public. Borrows 'house', which is open. */
bool production_ready(House *house, int64_t now_ms, Err *err);

/* Days left of the host's certificate, counted in whole days UTC; -1: over, or none is registered. Pure. */
int production_hds_days(const Config *c, int64_t now_ms);

#endif
