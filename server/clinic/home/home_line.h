/*
 * One line of a home page, before it is JSON; for the files of this room.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_HOME_HOME_LINE_H
#define CLINIC_HOME_HOME_LINE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum HomePress { HOME_NOW, HOME_TODAY, HOME_LATER } HomePress;

/* All borrowed; NULL and 0: none. */
typedef struct HomeLine {
    const char   *key;  /* the same line has the same key */
    const char   *what; /* "verdict": the page has its words and its link */
    HomePress     press; /* at least; decides where there is no end */
    int64_t       due_ms, sort_ms;
    bool          mine, aside;
    const char   *role, *zone, *text, *about, *until;
    int64_t       count, id;
    const json_t *act;
} HomeLine;

typedef struct Home {
    json_t     *items;
    int64_t     now_ms;
    const char *zone; /* of the person's first organisation */
    bool        more;
} Home;

bool home_add(Home *h, HomeLine l);

/* "now", "today", "later". Pure. */
const char *home_press(const HomeLine *l, int64_t now_ms, const char *zone);

#endif
