/*
 * Where the edge keeps its things: absolute paths made from the configuration.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_EDGE_EDGE_ROOM_H
#define PLATFORM_EDGE_EDGE_ROOM_H

#include <limits.h>

#include "platform/config.h"

typedef struct EdgePaths {
    char data[PATH_MAX], ui[PATH_MAX], certificate[PATH_MAX], key[PATH_MAX], card_authority[PATH_MAX], socket[PATH_MAX];
    char folder[PATH_MAX], config[PATH_MAX], error_log[PATH_MAX];
} EdgePaths;

/* Makes <data>/edge when it is missing; the data folder itself must be there. */
bool edge_paths(const Config *c, EdgePaths *ret, Err *err);

#endif
