/*
 * The link between imager and patient: video that carried media both ways, or in radiology another direct means. E14.
 *
 * No page can attest a video: only the live room says that media flowed, through the two steps of the system here.
 * What is kept of a means is its time and its number, never its sound.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"

#include <string.h>

#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"

static bool video_flows(const Act *a)
{
    return act_fact_true(a, "video", "both_ways");
}

static bool video_is_there(const Act *a, const ActScene *scene)
{
    (void)scene;
    return !modality_is_nuclear(a->modality) || video_flows(a);
}

static bool channel_is_tested(const Act *a, const ActScene *scene)
{
    (void)scene;
    return modality_is_nuclear(a->modality) || video_flows(a) || act_fact(a, "channel", NULL);
}

static bool means_is(const ActScene *scene, const char *means)
{
    return scene->data && slice_equal_text(sent_text(scene, "means", NULL), means);
}

static bool means_is_no_video(const Act *a, const ActScene *scene)
{
    (void)a;
    return !means_is(scene, "video");
}

static bool means_is_direct(const Act *a, const ActScene *scene)
{
    (void)a;
    return !means_is(scene, "sound");
}

bool sent_number_is_noted(const Act *a, const ActScene *scene)
{
    (void)a;
    size_t digits = 0;
    Slice  number = sent_text(scene, "number", NULL);
    for (size_t i = 0; i < number.len; i++)
        digits += number.at[i] >= '0' && number.at[i] <= '9';
    return !scene->data || digits >= 3;
}

static bool other_means_will_do(const Act *a, const ActScene *scene)
{
    (void)scene;
    return !modality_is_nuclear(a->modality);
}

/* clang-format off */
/*    name                      code                   asked by     holds                        what to say */
const ActNeed NEED_VIDEO[1] = { { "video", "E14", video_is_there, "Nuclear medicine at a distance needs a video link that has carried picture and sound both ways between imager and patient: it is not open." } };
const ActNeed NEED_CHANNEL[1] = { { "channel", "E14", channel_is_tested, "The link between imager and patient is not tested: open the video, or test another direct means and note it." } };
static const ActNeed NEED_NOT_VIDEO[1] = { { "video-attested", "E14", means_is_no_video, "Nobody can attest a video link: it counts by itself once it has carried picture and sound both ways." } };
static const ActNeed NEED_DIRECT[1] = { { "sound-alone", "E14", means_is_direct, "The sound of a link alone is no direct means: use the video, or telephone and note the number." } };
static const ActNeed NEED_NUMBER[1] = { { "number", "E14", sent_number_is_noted, "Note the number by which imager and patient speak." } };
static const ActNeed NEED_OTHER_MEANS[1] = { { "video", "E14", other_means_will_do, "In nuclear medicine the video is compulsory: no other means replaces it." } };

#define CHANNEL_STATES S(PLANNED)|S(RUNNING)|S(GONE)|S(RELEASED)

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label */
    { "E14", S(PLANNED)|S(RUNNING), "test-channel", TECHNOLOGIST|IMAGER, AT_S|AT_I, NEEDS(NEED_OTHER_MEANS, NEED_NOT_VIDEO, NEED_DIRECT, NEED_NUMBER, NEED_IMAGER_THERE), STAY, STEP_QUIET, "Test the link to the patient", other_means_will_do },
    { "E14", CHANNEL_STATES, "media-flows", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM|STEP_QUIET, "The video link carries media" },
    { "E14", CHANNEL_STATES, "media-lost", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM|STEP_QUIET, "The video link is lost" },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "test-channel",       NULL,       "means",                FIELD_CODE,    0,           CODES_CHANNEL,       "E14",  "Say by which means imager and patient speak." },
    { "test-channel",       NULL,       "reason",               FIELD_TEXT,    LONG,        NULL,                "E14",  "Say why it is not the video." },
    { "test-channel",       NULL,       "number",               FIELD_TEXT,    40,          NULL,                "E14",  "Note the number by which imager and patient speak." },
    { 0 },
};
/* clang-format on */

static json_t *video_of(Act *a)
{
    json_t *video = json_object_get(a->facts, "video");
    if (!video) {
        video = json_pack("{s:b, s:[]}", "both_ways", 0, "losses");
        json_object_set_new(a->facts, "video", video);
    }
    return video;
}

/* Both ways, or not at all: what the room counted of each end is in the event. */
static void on_media_flows(Act *a, const ActEvent *e)
{
    json_t *video = video_of(a), *losses = json_object_get(video, "losses");
    size_t  count = json_array_size(losses);
    json_t *last  = count ? json_array_get(losses, count - 1) : NULL;
    if (event_int(e, "from_imager_bytes") <= 0 || event_int(e, "from_patient_bytes") <= 0)
        return;
    if (last && !json_object_get(last, "to_ms"))
        fold_member(last, "to_ms", json_integer(e->at_ms));
    if (!json_object_get(video, "first_at_ms"))
        fold_member(video, "first_at_ms", json_integer(e->at_ms));
    fold_member(video, "both_ways", json_true());
    fold_member(video, "since_ms", json_integer(e->at_ms));
}

/* Lost while the patient is there: timed, and in nuclear medicine or where the relay denies it an incident; the exam ends by its other ways. */
static void on_media_lost(Act *a, const ActEvent *e)
{
    json_t *video = video_of(a);
    if (!json_is_true(json_object_get(video, "both_ways")))
        return;
    fold_member(video, "both_ways", json_false());
    fold_member(video, "since_ms", json_integer(e->at_ms));
    if (!act_patient_is_on_site(a))
        return;
    json_array_append_new(json_object_get(video, "losses"), json_pack("{s:I}", "from_ms", (json_int_t)e->at_ms));
    bool denied = strcmp(event_text(e, "reason"), "relay") == 0; /* both ends said what the relay did not see */
    if (denied || modality_is_nuclear(a->modality)) {
        json_t *incident = fold_item(a, e, "incidents");
        fold_member(incident, "kind", json_string("deviation"));
        fold_member(incident, "subject", json_string(denied ? "video-denied" : "video-lost"));
        fold_member(incident, "text", json_string(""));
    }
}

static const ActFold FOLDS[] = {
    { "test-channel", "channel", NULL },
    { "media-flows", NULL, on_media_flows },
    { "media-lost", NULL, on_media_lost },
    { 0 },
};

const ActChapter CHAPTER_CHANNEL = { .name = "channel", .kinds = KIND_EXAM, .steps = STEPS, .fields = FIELDS, .folds = FOLDS };
