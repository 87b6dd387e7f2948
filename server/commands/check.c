/*
 * beclere check: reads the configuration as serve would, says what is wrong, lists the keys.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <unistd.h>

#include "commands/production.h"
#include "platform/clock.h"

int command_check(int argc, char **argv)
{
    if (option_given(argc, argv, "--keys")) {
        config_print_keys(STDOUT_FILENO);
        return 0;
    }
    Err            err = { 0 };
    OWNED(Config) *c   = config_read(option_value(argc, argv, "--config", NULL), &err);
    if (!c || !production_configured(c, clock_now_ms(), &err))
        return command_failed("check", &err);
    printf("The configuration is right.\n");
    return 0;
}
