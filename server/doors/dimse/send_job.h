/*
 * Sendings to other archives as jobs: begun, watched, tried again, taken up after a stop.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_DIMSE_SEND_JOB_H
#define DOORS_DIMSE_SEND_JOB_H

#include "clinic/archive/send.h"
#include "platform/jobs/jobs.h"
#include "platform/net/tls.h"

/* All borrowed. */
typedef struct SendHouse {
    DbHost     *db;
    Archive    *archive;
    ChildPool  *codec;
    TlsRoom    *tls;
    const char *ae_title;
    int         timeout_ms, stop_fd;
} SendHouse;

#define SEND_JOB "dimse.send"

/* A sending of 'row' as a job, in the caller's transaction. */
bool send_later(Db *db, const SendRow *row, Err *err);
/* At start: what a stop cut off goes on. */
bool sends_resume(DbHost *db, Err *err);
/* Its handler; 'house' is a SendHouse. */
JobHandler send_run;

#endif
