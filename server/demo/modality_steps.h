/*
 * What the demonstration's scanner says of its work: MPPS at the beginning and the end, storage commitment
 * after.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DEMO_MODALITY_STEPS_H
#define DEMO_MODALITY_STEPS_H

#include "demo/phantom.h"
#include "doors/dimse/scu.h"

#define MODALITY_MPPS "1.2.840.10008.3.1.2.3.3"
#define MODALITY_COMMITMENT "1.2.840.10008.1.20.1"

typedef struct ModalityStep ModalityStep;

/* 'order' is borrowed. */
ModalityStep *modality_step_new(const PhantomOrder *order, const char *modality, const char *ae_title,
                                Err *err);
void          modality_step_free(ModalityStep *m);
OWNED_BY(ModalityStep, modality_step_free)

/* N-CREATE. A peer that takes no steps is left in peace, as a machine would. */
bool modality_step_begin(ModalityStep *m, Scu *scu, Err *err);
bool modality_step_made(ModalityStep *m, Slice file, const char *sop_class, const char *sop_instance,
                        Err *err);
/* N-SET, with all that was made. */
bool modality_step_end(ModalityStep *m, Scu *scu, bool discontinued, Err *err);

/* N-ACTION for all that was made; waits for the report and prints how many are safe, and which are not. */
bool modality_commit(ModalityStep *m, Scu *scu, Err *err);

#endif
