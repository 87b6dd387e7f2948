/*
 * The scanner of an act: asks our worklist as a modality does, makes matching images, sends them by C-STORE.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DEMO_MODALITY_H
#define DEMO_MODALITY_H

#include "platform/config.h"

typedef struct ModalityPlay {
    const char *act;        /* act number, accession number or patient identifier of the worklist */
    const char *folder;     /* not NULL: the files are written there instead of being sent */
    int         clock_off_min; /* how far the console's clock is off when the injection is typed in */
    const char *wrong_name; /* not NULL: this PN goes into the images (to see a mismatch refused) */
    int         most;       /* at most so many images; 0 all */
    int         pause_ms;   /* between two images, as a real scanner */
    int         withhold;   /* not 0: this image is said to be made, and not sent */
    bool        no_steps;   /* a machine without MPPS */
    bool        stop;       /* the step ends discontinued */
    bool        commit;     /* asks whether all is safe, and waits for the report */
} ModalityPlay;

/* ERR_NOT_FOUND when the worklist has no such act; *ret_images: how many were sent or written. */
bool modality_play(const Config *config, const ModalityPlay *play, int *ret_images, Err *err);

#endif
