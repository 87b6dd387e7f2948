/*
 * What a person saw of the test pattern, against what was shown: the verdict on a display. O4. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_STAFF_DISPLAY_JUDGE_H
#define CLINIC_STAFF_DISPLAY_JUDGE_H

#include <jansson.h>

#include "clinic/reports/missing.h"
#include "clinic/staff/display_picture.h"

typedef enum DisplayLight { LIGHT_UNDER_20, LIGHT_20_40, LIGHT_OVER_40 } DisplayLight; /* lux, where images are read: the bounds of staff_check.c */

typedef struct DisplayAnswers {
    char         letters[DISPLAY_ROWS][DISPLAY_COLUMNS + 1]; /* '-': not seen */
    int          steps;       /* of the stair, told apart */
    int          squares;     /* seen on it */
    int          dark, light; /* DisplayCorner; 4: not seen */
    char         left, right; /* 'h', 'v', or 'g': nothing but grey */
    bool         geometry, uniform;
    DisplayLight ambient;
    double       luminance_max, luminance_min; /* cd/m²; 0: not measured */
} DisplayAnswers;

typedef struct DisplayScreen {
    int64_t width, height; /* device pixels */
    double  ratio;         /* device pixels to a pixel of the page */
    double  zoom;          /* of the fingers; 1: none */
    int64_t colour_depth;  /* bits */
} DisplayScreen;

/* From a body: every member checked and bounded. ERR_INPUT names the first that is not right. */
bool display_answers_read(const json_t *body, DisplayAnswers *ret, Err *err);
bool display_screen_read(const json_t *body, DisplayScreen *ret, Err *err);

/* Is one pixel of the picture one pixel of the screen? Else the lines say nothing: ERR_CONFLICT, 'ret_missing' "display-scaled". */
bool display_screen_check(const DisplayScreen *screen, MissingList *ret_missing, Err *err);

/* Adds what is wrong, code by code; *ret_letters: read rightly, of DISPLAY_ROWS × DISPLAY_COLUMNS. Nothing added: the display passes. */
void display_judge(const DisplayChallenge *shown, const DisplayAnswers *seen, const DisplayScreen *screen, MissingList *ret_faults, int *ret_letters);

/* The sentence of a fault, from its code as it is kept; NULL: there is none. */
const char *display_fault_text(Slice code);

#endif
