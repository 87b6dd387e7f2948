/*
 * Fuzz target: what drugs any data set tells of, as ingest reads it: bounded, ended texts, numbers that are numbers,
 * and JSON of each.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/archive/agent.h"

static bool ends(const char *text, size_t size)
{
    return memchr(text, '\0', size) != NULL;
}

static bool is_sound(const Agent *a)
{
    return ends(a->product, sizeof a->product) && ends(a->radionuclide, sizeof a->radionuclide) && ends(a->batch, sizeof a->batch) &&
           ends(a->route, sizeof a->route) && ends(a->started, sizeof a->started) && ends(a->event_uid, sizeof a->event_uid) &&
           (!a->activity_mbq.known || isfinite(a->activity_mbq.value)) && (!a->volume_ml.known || isfinite(a->volume_ml.value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AgentFacts facts   = { 0 };
    OWNED(Dataset) *ds = dataset_parse((Slice) { (const char *)data, size }, EXPLICIT_LITTLE, NULL);
    if (!ds)
        return 0;
    agents_from_dataset(ds, &facts);
    if (facts.count > AGENTS_MAX)
        abort();
    for (size_t i = 0; i < facts.count; i++) {
        json_t *told = is_sound(&facts.items[i]) ? agent_json(&facts.items[i]) : NULL;
        if (!told)
            abort();
        json_decref(told);
    }
    return 0;
}
