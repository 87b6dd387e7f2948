/*
 * Any bytes as the whole of what a peer says on its connection: negotiation, commands, data sets, requests
 * one inside the other. The provider's side answers from a small real archive, and ends.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dimse_talk.h"

enum { SIZE_MAX_HERE = 1 << 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    world_begin();
    if (size <= SIZE_MAX_HERE)
        talk_serve(NULL, data, size);
    return 0;
}
