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

RelayWord evidence_relay(RelayWitness *w, bool relayed, int64_t claimed, int64_t counted, int64_t now_ms)
{
    if (!relayed || counted < 0) {
        *w = (RelayWitness) { 0 };
        return RELAY_NOT_ASKED;
    }
    if (!w->since_ms || claimed < w->claimed || counted < w->counted) { /* a page that was reloaded counts from nothing again */
        *w = (RelayWitness) { now_ms, claimed, counted, now_ms, claimed, counted };
        return RELAY_WAITS;
    }
    bool first = w->heard_counted == w->counted;
    if (counted > w->heard_counted) {
        w->heard_ms      = now_ms;
        w->heard_claimed = claimed;
        w->heard_counted = counted;
        first            = false;
    }
    bool silent = claimed > w->heard_claimed && now_ms - w->heard_ms > RELAY_PATIENCE_MS;
    bool fewer  = claimed - w->claimed > counted - w->counted + RELAY_SLACK;
    if (silent || fewer)
        return RELAY_DENIES;
    return first ? RELAY_WAITS : RELAY_AGREES;
}
