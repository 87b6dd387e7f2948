/*
 * The live room of an act: who sits in it, how the line does, calls by telephone that are noted, tests of the line. E12, E14, O4.
 *
 * Seats and lines are told by the room itself (clinic/live), never by a page. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"

#include <string.h>

#include "clinic/workflow/act_conditions.h"

enum { LINE_TESTS_KEPT = 20, CALL_MAX_MS = 12 * 3600 * 1000 };

static const char *const CODES_WITH[] = { "imager", "technologist", "patient", "requester", "local-physician", "nuclear-physician", "other", NULL };

/* Afterwards, or as it ends: not before it began, nor in the future. */
static bool times_fit(const Act *a, const ActScene *scene)
{
    (void)a;
    int64_t from = json_integer_value(sent_value(scene, "from_ms", NULL)), to = json_integer_value(sent_value(scene, "to_ms", NULL));
    return !scene->data || (from > 0 && from <= to && to <= scene->now_ms && to - from <= CALL_MAX_MS);
}

/* clang-format off */
/*    name                      code                   asked by     holds                        what to say */
static const ActNeed NUMBER[1] = { { "number", "E14", sent_number_is_noted, "Note the number that was called." } };
static const ActNeed TIMES[1]  = { { "times", "E14", times_fit, "Note from when to when you spoke: the end follows the beginning, and neither is to come." } };

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label */
    { "E12", LIVE, "room-entered", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM|STEP_QUIET, "Enters the live room" },
    { "E12", LIVE, "room-left", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM|STEP_QUIET, "Leaves the live room" },
    { "E14", LIVE, "line-changed", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM|STEP_QUIET, "The line changes" },
    { "E14", SENT, "note-call", ANYBODY, AT_ALL, NEEDS(NUMBER, TIMES), STAY, STEP_QUIET, "Note a telephone call" },
    { "O4", LIVE, "line-test", ANYBODY, AT_ALL, NO_NEEDS, STAY, STEP_QUIET, "Test my line" },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "note-call",          NULL,       "with",                 FIELD_CODE,    0,           CODES_WITH,          "E14",  "Say with whom you spoke." },
    { "note-call",          NULL,       "number",               FIELD_TEXT,    40,          NULL,                "E14",  "Note the number that was called." },
    { "note-call",          NULL,       "from_ms",              FIELD_TIME_MS, 0,           NULL,                "E14",  "Note from when to when you spoke: the end follows the beginning, and neither is to come." },
    { "note-call",          NULL,       "to_ms",                FIELD_TIME_MS, 0,           NULL,                "E14",  "Note from when to when you spoke: the end follows the beginning, and neither is to come." },
    { "note-call",          NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "line-test",          NULL,       "rtt_ms",               FIELD_INTEGER, 60000,       NULL,                "O4",   "The test of the line is incomplete: run it again." },
    { "line-test",          NULL,       "jitter_ms",            FIELD_INTEGER, 60000,       NULL,                "O4",   "The test of the line is incomplete: run it again." },
    { "line-test",          NULL,       "loss_permille",        FIELD_INTEGER, 1000,        NULL,                NULL,   NULL },
    { "line-test",          NULL,       "down_kbps",            FIELD_INTEGER, 100000000,   NULL,                "O4",   "The test of the line is incomplete: run it again." },
    { "line-test",          NULL,       "up_kbps",              FIELD_INTEGER, 100000000,   NULL,                "O4",   "The test of the line is incomplete: run it again." },
    { 0 },
};
/* clang-format on */

/* ---- the line's verdict ---- */

/*
 * What the line is good for: "video" (full picture), "small-video", "voice", "none". Bounds: ITU-T G.114 (150 and 400 ms one way,
 * here as round trips), and the rates that the room's own ladder sends at. Loss is absent where no relay could be asked.
 */
static const char *verdict_of(int64_t rtt_ms, int64_t jitter_ms, int64_t loss_permille, int64_t kbps)
{
    if (rtt_ms > 800 || loss_permille > 150 || kbps < 48)
        return "none";
    if (rtt_ms > 500 || jitter_ms > 120 || loss_permille > 80 || kbps < 256)
        return "voice";
    return rtt_ms > 300 || jitter_ms > 50 || loss_permille > 20 || kbps < 1500 ? "small-video" : "video";
}

static void on_line_test(Act *a, const ActEvent *e)
{
    json_t *list = fold_list(a, "line_tests"), *one = fold_item(a, e, "line_tests");
    int64_t down = event_int(e, "down_kbps"), up = event_int(e, "up_kbps");
    fold_member(one, "verdict", json_string(verdict_of(event_int(e, "rtt_ms"), event_int(e, "jitter_ms"), event_int(e, "loss_permille"), down < up ? down : up)));
    while (json_array_size(list) > LINE_TESTS_KEPT)
        json_array_remove(list, 0);
}

/* ---- who sits there ---- */

static void seat_clear(json_t *room, const char *seat)
{
    for (size_t i = json_array_size(room); i-- > 0;)
        if (strcmp(json_string_value(json_object_get(json_array_get(room, i), "seat")) ?: "", seat) == 0)
            json_array_remove(room, i);
}

static void on_room_entered(Act *a, const ActEvent *e)
{
    json_t *room = fold_list(a, "room");
    seat_clear(room, event_text(e, "seat"));
    json_array_append_new(room, json_pack("{s:s, s:I, s:s, s:I}", "seat", event_text(e, "seat"), "person_id", (json_int_t)event_int(e, "person_id"),
                                          "name", event_text(e, "name"), "since_ms", (json_int_t)e->at_ms));
}

static void on_room_left(Act *a, const ActEvent *e)
{
    seat_clear(fold_list(a, "room"), event_text(e, "seat"));
}

static void on_line_changed(Act *a, const ActEvent *e)
{
    size_t  i;
    json_t *one;
    json_array_foreach (fold_list(a, "room"), i, one)
        if (strcmp(json_string_value(json_object_get(one, "seat")) ?: "", event_text(e, "seat")) == 0)
            fold_member(one, "level", json_string(event_text(e, "level")));
}

static void on_note_call(Act *a, const ActEvent *e)
{
    (void)fold_item(a, e, "phone_calls");
}

static const ActFold FOLDS[] = {
    { "room-entered", NULL, on_room_entered },
    { "room-left", NULL, on_room_left },
    { "line-changed", NULL, on_line_changed },
    { "note-call", NULL, on_note_call },
    { "line-test", NULL, on_line_test },
    { 0 },
};

const ActChapter CHAPTER_ROOM = { .name = "room", .kinds = KIND_ANY, .steps = STEPS, .fields = FIELDS, .folds = FOLDS };
