/*
 * The program: which command was asked.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <sys/stat.h>

#include "commands/house.h"

typedef struct Command {
    const char *name, *use;
    int (*run)(int argc, char **argv);
} Command;

static const Command COMMANDS[] = {
    { "serve", "serve [--config FILE]                      the platform, until SIGTERM", command_serve },
    { "verify", "verify [--config FILE] [--archive] [--mend] | --backup FOLDER | --dossier FOLDER --key FILE   checks the trace, the acts' logs, the counts of room (and every stored file)", command_verify },
    { "backup", "backup FOLDER [--with-keys] [--config FILE]  database and files, while the platform runs; only what is new", command_backup },
    { "restore", "restore FOLDER --to HOME [--number N] [--key PUBLIC-KEY]   every digest checked", command_restore },
    { "rebuild", "rebuild [--config FILE]                   the index of images from their files, when the database is lost", command_rebuild },
    { "acts", "acts rebuild [--look] [--config FILE]     state and facts of every act from its log; --look: what would change", command_acts },
    { "check", "check [--config FILE] [--keys]             checks the configuration; lists its keys", command_check },
    { "permissions", "permissions [--json]                     who may ask for which route and take which step", command_permissions },
    { "user", "user admin LOGIN FAMILY GIVEN [--config F]  makes an administrator, prints a one-time password", command_user },
    { "remote", "remote echo|find|fetch|send TITLE [KEYS]   asks another DICOM archive, brings its studies here, sends ours", command_remote },
    { "demo", "demo load|code LOGIN|modality ACT|phantom KIND FOLDER   the demonstration region", command_demo },
};

static int usage(void)
{
    fprintf(stderr, "Béclère " BECLERE_VERSION "\n");
    for (size_t i = 0; i < COUNT(COMMANDS); i++)
        fprintf(stderr, "  beclere %s\n", COMMANDS[i].use);
    return 2;
}

int main(int argc, char **argv)
{
    umask(0027);
    if (argc < 2)
        return usage();
    for (size_t i = 0; i < COUNT(COMMANDS); i++)
        if (strcmp(argv[1], COMMANDS[i].name) == 0)
            return COMMANDS[i].run(argc - 2, argv + 2);
    return usage();
}
