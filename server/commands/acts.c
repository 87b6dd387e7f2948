/*
 * beclere acts rebuild: the projections of acts made again from their log, while the platform runs or not.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>

#include "clinic/workflow/act_rebuild.h"
#include "commands/house.h"

enum { PROGRESS_EVERY = 1000, TOLD_MAX = 50 };

static void print_act(const char *number, const char *what, const ActRebuilt *so_far, void *with)
{
    int *told = with;
    if (what && (*told)++ < TOLD_MAX)
        printf("  %s  %s\n", number, what);
    if (so_far->acts % PROGRESS_EVERY == 0)
        printf("  … %" PRId64 " acts\n", so_far->acts);
    (void)fflush(stdout);
}

static int usage(void)
{
    fprintf(stderr, "beclere acts rebuild [--look] [--config FILE]\n"
                    "  makes state and facts of every act again from its log; --look: only says what would change\n");
    return 2;
}

int command_acts(int argc, char **argv)
{
    Err         err  = { 0 };
    House       h;
    ActRebuilt  r    = { 0 };
    int         told = 0;
    const char *what = option_word(argc, argv, 0);
    bool        look = option_given(argc, argv, "--look");
    if (!what || strcmp(what, "rebuild") != 0)
        return usage();
    if (!house_open(&h, option_value(argc, argv, "--config", NULL), &err))
        return command_failed("acts rebuild", &err);
    bool ok = act_rebuild(h.acts, look, print_act, &told, &r, &err);
    if (ok && told > TOLD_MAX)
        printf("  … and %d more\n", told - TOLD_MAX);
    if (ok)
        printf("acts: %" PRId64 " read, %" PRId64 " %s, %" PRId64 " BROKEN; folds %" PRId64 " to %" PRId64 "\n", r.acts, r.changed,
               look ? "differ" : "made again", r.broken, r.from_version, r.to_version);
    int rc = !ok ? command_failed("acts rebuild", &err) : r.broken || (look && r.changed) ? 3 : 0;
    house_close(&h);
    return rc;
}
