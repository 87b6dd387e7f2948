/*
 * Any bytes as the path of a request. The route that is found is one of the table, and its parameters lie
 * within the path, each of the length that a route may take.
 *
 * First byte: the method.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "doors/web/router.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Slice param[ROUTE_PARAMS_MAX] = { 0 };
    bool  known                   = false;
    char  path[4096];
    if (size < 1 || size >= sizeof path)
        return 0;
    memcpy(path, data + 1, size - 1);
    path[size - 1]     = 0;
    size_t       len   = strlen(path);
    Method       how   = (Method)(data[0] % METHODS);
    const Route *found = route_find(ROUTES, ROUTE_COUNT, how, path, data[0] & 0x80, param, &known);
    if (!found)
        return 0;
    if (found < ROUTES || found >= ROUTES + ROUTE_COUNT || found->method != how)
        abort();
    for (size_t i = 0; i < ROUTE_PARAMS_MAX; i++)
        if (param[i].len > PARAM_BYTES_MAX ||
            (param[i].len && (param[i].at < path || param[i].at + param[i].len > path + len)))
            abort();
    return 0;
}
