/*
 * The part of the test pattern that is a question: letters, squares and lines that nobody knows beforehand. O4. Pure.
 *
 * After the ideas of SMPTE RP 133 and AAPM TG18-QC (low-contrast letters on dark, middle and light grounds, a stair of luminances, 5 % in 0 %
 * and 95 % in 100 %, lines at one pixel); drawn by our own code. All follows from a seed that the server keeps.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_STAFF_DISPLAY_PICTURE_H
#define CLINIC_STAFF_DISPLAY_PICTURE_H

#include "base/err.h"
#include "base/own.h"
#include "base/slice.h"

enum {
    DISPLAY_ROWS    = 3, /* dark, middle, light ground */
    DISPLAY_COLUMNS = 6, /* letters in each */
    DISPLAY_STAIRS  = 18,
    DISPLAY_WIDTH   = 864, /* pixels of the picture */
    DISPLAY_HEIGHT  = 576,
    DISPLAY_SEED    = 65, /* 32 bytes in hexadecimal, terminated */
};

/* The letters that may appear: no two look alike. */
#define DISPLAY_LETTERS "ACDEFHJKLNPTVXYZ"

typedef enum DisplayCorner { CORNER_TOP_LEFT, CORNER_TOP_RIGHT, CORNER_BOTTOM_LEFT, CORNER_BOTTOM_RIGHT } DisplayCorner;

typedef struct DisplayChallenge {
    char          letters[DISPLAY_ROWS][DISPLAY_COLUMNS + 1];
    uint8_t       contrast[DISPLAY_ROWS][DISPLAY_COLUMNS]; /* of each, in levels of 255 */
    uint8_t       dx[DISPLAY_ROWS][DISPLAY_COLUMNS], dy[DISPLAY_ROWS][DISPLAY_COLUMNS]; /* where in its cell, pixels */
    bool          square[DISPLAY_STAIRS]; /* has this stair its low-contrast square? */
    int           squares;                /* how many have */
    DisplayCorner dark, light;            /* where 5 % lies in 0 %, 95 % in 100 % */
    bool          horizontal_left;        /* the left lines are the horizontal ones */
} DisplayChallenge;

/* A new seed. ERR_UNAVAILABLE: no randomness. */
bool display_seed(char ret[DISPLAY_SEED], Err *err);
/* The same seed, the same question. */
bool display_challenge(const char *seed, DisplayChallenge *ret, Err *err);
/* Draws DISPLAY_WIDTH × DISPLAY_HEIGHT levels, rows from the top. */
void display_draw(const DisplayChallenge *c, uint8_t *ret);

#endif
