/*
 * The synthetic patient: ellipsoids and shells with densities in Hounsfield units, in millimetres.
 *
 * x grows to the patient's left, y to the back, z to the head (DICOM patient coordinates); origin mid-thorax.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DEMO_PHANTOM_BODY_H
#define DEMO_PHANTOM_BODY_H

#include <stddef.h>
#include <stdint.h>

typedef struct Organ {
    const char *name;
    float       x, y, z;    /* centre, mm */
    float       rx, ry, rz; /* half axes, mm */
    float       hu;         /* density that replaces what is below */
    float       texture;    /* HU, amplitude of the tissue's own pattern */
    float       uptake;     /* PET: activity against muscle */
} Organ;
extern const Organ  BODY[];
extern const size_t BODY_COUNT;

/* Density at a point, HU: organs, ribs, spine, table. No noise. */
float body_hu(float x, float y, float z);
float body_uptake(float x, float y, float z);

/* Smooth pattern in [-1, 1], the same for the same place and seed; 'scale' mm is its grain. */
float body_pattern(float x, float y, float z, float scale, uint32_t seed);

/* Cheap repeatable noise: uniform in [0, 1), and roughly normal with deviation 1. */
typedef struct Noise {
    uint32_t state;
} Noise;
float noise_uniform(Noise *n);
float noise_normal(Noise *n);

#endif
