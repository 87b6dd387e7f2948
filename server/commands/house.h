/*
 * The house opened: configuration, database, files, archive, access, acts; what every command starts from.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_HOUSE_H
#define COMMANDS_HOUSE_H

#include "clinic/archive/ingest.h"
#include "clinic/workflow/act.h"
#include "guard/access/sign_in.h"
#include "platform/blobs/blobs.h"
#include "platform/child/child.h"
#include "platform/config.h"
#include "platform/db/db.h"

#define BECLERE_VERSION "0.1.0"

typedef struct House {
    Config    *config;
    DbHost    *db;
    Blobs     *blobs;
    Archive   *archive;
    Access    *access;
    ActHouse  *acts;
    ChildPool *codec, *pages; /* images decoded; first pages of documents drawn */
    char       codec_program[4096];
    char       keys_folder[4096];
} House;

/* Opens all of it under the configured data folder; what was opened is closed again on failure. */
bool house_open(House *house, const char *config_path, Err *err);
void house_close(House *house);

/* Value of "--name VALUE" among the arguments, or 'otherwise'. */
const char *option_value(int argc, char **argv, const char *name, const char *otherwise);
bool        option_given(int argc, char **argv, const char *name);
/* The 'index'-th argument that is neither an option nor its value; NULL when there are fewer. */
const char *option_word(int argc, char **argv, int index);

/* Prints an error for the person at the terminal (French when LANG says so); returns 1, the exit code. */
int command_failed(const char *what, const Err *err);

/* One per command: returns the exit code. */
int command_serve(int argc, char **argv);
int command_verify(int argc, char **argv);
int command_verify_backup(const char *folder, int argc, char **argv);
int command_backup(int argc, char **argv);
int command_restore(int argc, char **argv);
int command_rebuild(int argc, char **argv);
int command_acts(int argc, char **argv);
int command_check(int argc, char **argv);
int command_permissions(int argc, char **argv);
int command_user(int argc, char **argv);
int command_remote(int argc, char **argv);
int command_demo(int argc, char **argv);

#endif
