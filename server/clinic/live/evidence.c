/*
 * Media counted at both ends of a direction.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/live/evidence.h"

static bool is_count(const MediaCount *c)
{
    return c->audio >= 0 && c->video >= 0 && c->frames >= 0;
}

/* A page that was reloaded counts from nothing again. */
static bool began_anew(const MediaCount *was, const MediaCount *is)
{
    return is->audio < was->audio || is->video < was->video || is->frames < was->frames;
}

void evidence_sent(MediaLink *l, const MediaCount *count, int64_t now_ms)
{
    (void)now_ms;
    if (!is_count(count))
        return;
    if (began_anew(&l->sent, count)) {
        int64_t disputed = l->disputed;
        *l               = (MediaLink) { .disputed = disputed };
    }
    l->sent = *count;
}

static bool within(int64_t got, int64_t sent)
{
    return sent > 0 && got <= sent + EVIDENCE_SLACK;
}

void evidence_got(MediaLink *l, const MediaCount *count, int64_t now_ms)
{
    if (!is_count(count))
        return;
    bool grown = count->audio > l->got.audio && count->video > l->got.video && count->frames > l->got.frames;
    if (began_anew(&l->got, count)) {
        l->got      = *count;
        l->since_ms = l->grown_ms = 0;
        return;
    }
    l->got = *count;
    if (!grown)
        return;
    if (!within(count->audio, l->sent.audio) || !within(count->video, l->sent.video) || l->sent.frames <= 0) {
        l->disputed++;
        return;
    }
    if (!l->grown_ms || now_ms - l->grown_ms > EVIDENCE_STALE_MS)
        l->since_ms = now_ms;
    l->grown_ms = now_ms;
}

bool evidence_carries(const MediaLink *l, int64_t now_ms)
{
    return l->grown_ms && l->grown_ms - l->since_ms >= EVIDENCE_HOLD_MS && now_ms - l->grown_ms <= EVIDENCE_STALE_MS;
}

bool evidence_is_stale(const MediaLink *l, int64_t now_ms)
{
    return l->grown_ms && now_ms - l->grown_ms > EVIDENCE_STALE_MS;
}
