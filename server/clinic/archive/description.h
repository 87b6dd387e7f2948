/*
 * The wordings of descriptions, kept once each and folded, so that a part of one finds its studies at once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_DESCRIPTION_H
#define CLINIC_ARCHIVE_DESCRIPTION_H

#include "platform/db/db.h"

/* Keeps the wording, folded; before the study or series that has it is written. Empty: nothing. */
bool description_keep(Db *db, const char *text, Err *err);

/* Folds what came by other ways (an older version's rows). Some at a time, until none is left or 'stop'. */
bool descriptions_fold(DbHost *host, const _Atomic bool *stop, Err *err);

#endif
