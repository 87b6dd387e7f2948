/*
 * What is typed at the console of the demonstration's PET scanner: the injection as the act has it recorded.
 *
 * A real console is filled in by the technologist who injected; here the act of the same house is read.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DEMO_INJECTION_H
#define DEMO_INJECTION_H

#include "demo/phantom.h"
#include "platform/config.h"

/*
 * Fills injected and activity_bq of 'order' from the last radiopharmaceutical given in the act of this number (with or without its
 * dashes), and moves the images to an hour after the injection when the slot is earlier than that. 'clock_off_min': how far the
 * console's clock is from the right time, in minutes. Nothing given yet, or no database on this machine: 'order' stays as it is.
 * Errors: ERR_UNAVAILABLE database.
 */
bool injection_from_act(const Config *config, const char *number, int clock_off_min, PhantomOrder *order, Err *err);

#endif
