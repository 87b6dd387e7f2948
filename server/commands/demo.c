/*
 * beclere demo: load the region, give a code, play a modality, make phantoms, send files.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands/house.h"
#include "demo/modality.h"
#include "demo/phantom.h"
#include "demo/region.h"
#include "demo/sender.h"

static int load(const char *config)
{
    Err   err = { 0 };
    House h;
    bool  loaded = false;
    if (!house_open(&h, config, &err))
        return command_failed("demo load", &err);
    bool ok = region_load(h.db, h.config, &loaded, &err);
    house_close(&h);
    if (!ok)
        return command_failed("demo load", &err);
    printf(loaded ? "Demonstration region loaded.\n" : "Demonstration region already there: kept.\n");
    return 0;
}

static int code(const char *login)
{
    Err  err = { 0 };
    char digits[8];
    if (!region_code(login, digits, &err))
        return command_failed("demo code", &err);
    printf("%s\n", digits);
    return 0;
}

/* The configuration beside the program's folder (<data>/beclere.conf), when none is named. */
static const char *near_config(const char *named)
{
    static char path[4096];
    if (named)
        return named;
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 32);
    if (len <= 0)
        return NULL;
    path[len] = '\0';
    for (int i = 0; i < 2; i++) {
        char *cut = strrchr(path, '/');
        if (!cut)
            return NULL;
        *cut = '\0';
    }
    slice_copy(SLICE("/beclere.conf"), path + strlen(path), 32);
    return access(path, R_OK) == 0 ? path : NULL;
}

static int play(int argc, char **argv, const char *act)
{
    Err            err  = { 0 };
    OWNED(Config) *c    = config_read(near_config(option_value(argc, argv, "--config", NULL)), &err);
    ModalityPlay   play = { .act        = act,
                            .folder     = option_value(argc, argv, "--folder", NULL),
                            .wrong_name = option_value(argc, argv, "--wrong-name", NULL),
                            .clock_off_min = (int)strtol(option_value(argc, argv, "--clock-off", "0"), NULL, 10),
                            .most       = (int)strtol(option_value(argc, argv, "--most", "0"), NULL, 10),
                            .withhold   = (int)strtol(option_value(argc, argv, "--withhold", "0"), NULL, 10),
                            .no_steps   = option_given(argc, argv, "--no-steps"),
                            .stop       = option_given(argc, argv, "--discontinue"),
                            .commit     = option_given(argc, argv, "--commit"),
                            .pause_ms   = (int)strtol(option_value(argc, argv, "--pause", "0"), NULL, 10) };
    int images = 0;
    if (!c || !modality_play(c, &play, &images, &err))
        return command_failed("demo modality", &err);
    printf("%d objects %s\n", images, play.folder ? "written" : "sent");
    return 0;
}

static bool write_phantom(Slice file, const char *sop_class, const char *sop_instance, void *with, Err *err)
{
    (void)sop_class;
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s.dcm", (const char *)with, sop_instance);
    FILE *out = fopen(path, "wbe");
    bool  ok  = out && fwrite(file.at, 1, file.len, out) == file.len;
    if (out && fclose(out) != 0)
        ok = false;
    return ok || err_set(err, ERR_UNAVAILABLE, "The file cannot be written.", "errno %d", errno);
}

static int phantom(int argc, char **argv, const char *kind, const char *folder)
{
    Err          err = { 0 };
    PhantomOrder order;
    phantom_order_default((unsigned)strtoul(option_value(argc, argv, "--seed", "1"), NULL, 10), &order);
    order.slices = (int)strtol(option_value(argc, argv, "--slices", "0"), NULL, 10);
    if (mkdir(folder, 0755) != 0 && errno != EEXIST)
        err_set(&err, ERR_UNAVAILABLE, "The file cannot be written.", "errno %d", errno);
    if (err.kind || !phantom_make(phantom_kind(slice_of(kind)), &order, write_phantom, (void *)(uintptr_t)folder, &err))
        return command_failed("demo phantom", &err);
    return 0;
}

static int send_files(int argc, char **argv, const char *folder)
{
    Err            err   = { 0 };
    OWNED(Config) *c     = config_read(near_config(option_value(argc, argv, "--config", NULL)), &err);
    SenderWish     wish  = { .folder = folder, .calling = option_value(argc, argv, "--calling", "STORESCU") };
    SenderCount    count = { 0 };
    bool           ok    = c && sender_send(c, &wish, &count, &err);
    if (c)
        printf("%d stored, %d refused, %d not sent\n", count.stored, count.refused, count.not_sent);
    if (!ok)
        return command_failed("demo send", &err);
    return count.refused || count.not_sent ? 3 : 0;
}

int command_demo(int argc, char **argv)
{
    const char *what = option_word(argc, argv, 0), *first = option_word(argc, argv, 1), *second = option_word(argc, argv, 2);
    if (what && strcmp(what, "load") == 0)
        return load(option_value(argc, argv, "--config", NULL));
    if (what && first && strcmp(what, "code") == 0)
        return code(first);
    if (what && first && strcmp(what, "modality") == 0)
        return play(argc, argv, first);
    if (what && first && strcmp(what, "send") == 0)
        return send_files(argc, argv, first);
    if (what && second && strcmp(what, "phantom") == 0)
        return phantom(argc, argv, first, second);
    fprintf(stderr, "beclere demo load [--config FILE]\n"
                    "beclere demo code LOGIN\n"
                    "beclere demo modality ACT-NUMBER [--pause MS] [--most N] [--withhold NTH] [--wrong-name PN] [--folder DIR] [--config FILE]\n"
                    "             [--clock-off MINUTES]   the PET console's clock when the injection is typed in\n"
                    "             [--no-steps yes] [--discontinue yes] [--commit yes]   says no MPPS, ends it discontinued, asks for storage commitment\n"
                    "beclere demo send FOLDER [--calling AE-TITLE] [--config FILE]\n"
                    "beclere demo phantom ct|mr|dx|cr|us|petct FOLDER [--seed N] [--slices N, of the CT]\n");
    return 2;
}
