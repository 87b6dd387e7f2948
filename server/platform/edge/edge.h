/*
 * The edge: writes nginx's configuration from ours, checks it with nginx -t, starts and stops nginx.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_EDGE_EDGE_H
#define PLATFORM_EDGE_EDGE_H

#include "platform/config.h"

typedef struct Edge Edge;

/*
 * A stored file as the one part of a multipart body: X-Accel-Redirect to EDGE_PART, the transfer syntax of
 * the part, then the file's own location ("/_parts/1.2.840.10008.1.2.1/_blobs/2026/…"). Its boundary is the
 * edge's.
 */
#define EDGE_PART "/_parts/"
#define EDGE_BOUNDARY "beclere-object-5f1c2ab09d7e4f36"

/* Writes <data>/edge/nginx.conf. Locations it makes are described in docs/decisions/0003-edge.md. */
bool edge_write_config(const Config *c, Err *err);
/* Writes, checks, starts nginx as our child, waits until it accepts. */
Edge *edge_start(const Config *c, Err *err);
bool  edge_alive(Edge *e); /* false when nginx ended on its own */
void  edge_stop(Edge *e);  /* quits it gracefully (at most 5 s), then frees */

#endif
