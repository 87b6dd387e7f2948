/*
 * A sender: the DICOM files of a folder by C-STORE, each data set as it is, in its own transfer syntax.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DEMO_SENDER_H
#define DEMO_SENDER_H

#include "platform/config.h"

typedef struct SenderWish {
    const char *folder;  /* its files in the order of their names; folders in it are not looked at */
    const char *calling; /* our AE title */
} SenderWish;

typedef struct SenderCount {
    int stored, refused, not_sent; /* acknowledged; answered with a failure; no answer, or nothing to send */
} SenderCount;

/*
 * Prints one line a file, as soon as it is answered: "0000 SOP-INSTANCE-UID NAME", the status in hexadecimal;
 * "---- SOP-INSTANCE-UID NAME: why" without an answer. Errors: ERR_UNAVAILABLE no folder, or nobody listens.
 */
bool sender_send(const Config *config, const SenderWish *wish, SenderCount *ret, Err *err);

#endif
