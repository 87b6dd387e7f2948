/*
 * One piece of speech, its shape checked, sent to the service that is plugged in, its answer made plain text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/reports/dictation.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/reader.h"
#include "platform/clock.h"
#include "platform/net/fetch.h"

enum { WAVE_PCM = 1, SAMPLE_BYTES = 2, ANSWER_MAX = 256 * 1024, URL_MAX = 600 };

static const char NO_SPEECH[]  = "This is not a recording that can be dictated (WAVE, one channel, 16 bits, 16 kHz).";
static const char NO_ANSWER[]  = "The dictation service does not answer. Nothing that was typed is lost: try again, or type.";
static const char ODD_ANSWER[] = "The dictation service gave an answer that cannot be used. Nothing that was typed is lost: try again, or type.";

/* ---- the piece (RIFF: chunks of a name, a length and bytes, padded to even) ---- */

static bool format_fits(Slice chunk)
{
    Reader   r = reader_make(chunk);
    uint16_t kind = read_u16le(&r), channels = read_u16le(&r);
    uint32_t rate = read_u32le(&r);
    read_slice(&r, 6);
    uint16_t bits = read_u16le(&r);
    return reader_ok(&r) && kind == WAVE_PCM && channels == 1 && rate == DICTATION_RATE && bits == 8 * SAMPLE_BYTES;
}

bool dictation_length(Slice wav, int64_t *ret_ms, Err *err)
{
    Reader r    = reader_make(wav);
    bool   fits = false;
    if (!slice_equal_text(read_slice(&r, 4), "RIFF"))
        return err_set(err, ERR_INPUT, NO_SPEECH, "no RIFF");
    read_u32le(&r);
    if (!slice_equal_text(read_slice(&r, 4), "WAVE"))
        return err_set(err, ERR_INPUT, NO_SPEECH, "no WAVE");
    while (reader_left(&r) >= 8) {
        Slice    name  = read_slice(&r, 4);
        uint32_t bytes = read_u32le(&r);
        if (slice_equal_text(name, "data")) {
            if (!fits || bytes > reader_left(&r) || bytes % SAMPLE_BYTES)
                return err_set(err, ERR_INPUT, NO_SPEECH, "%" PRIu32 " bytes of samples", bytes);
            *ret_ms = (int64_t)bytes / SAMPLE_BYTES * 1000 / DICTATION_RATE;
            if (*ret_ms > DICTATION_MS_MAX)
                return err_set(err, ERR_LIMIT, "This piece of dictation is too long: dictate it in several.", "%" PRId64 " ms", *ret_ms);
            return *ret_ms >= DICTATION_MS_MIN ||
                   err_set(err, ERR_INPUT, "Nothing was heard: speak between the beginning and the end of the dictation.", "%" PRId64 " ms", *ret_ms);
        }
        Slice chunk = read_slice(&r, bytes);
        read_slice(&r, bytes % 2);
        if (slice_equal_text(name, "fmt "))
            fits = format_fits(chunk);
    }
    return err_set(err, ERR_INPUT, NO_SPEECH, "no samples");
}

/* ---- the answer ---- */

/* Plain text: control characters and runs of white space become one space, none at the ends. */
static json_t *plain(Slice text)
{
    OWNED_BUF b = buf_make(DICTATION_TEXT_MAX);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c     = (unsigned char)text.at[i];
        bool          white = c <= ' ' || c == 0x7f;
        if (!white)
            buf_add_char(&b, (char)c);
        else if (b.len && b.at[b.len - 1] != ' ')
            buf_add_char(&b, ' ');
    }
    return b.failed ? NULL : json_slice(slice_trim(buf_slice(&b)));
}

static bool doubtful_add(json_t *list, const json_t *word, Err *err)
{
    Slice         text       = SLICE_NONE;
    const json_t *confidence = json_object_get(word, "confidence");
    if (!json_is_object(word) || !json_may_text(word, "text", &text, err))
        return false;
    if (!json_is_number(confidence) || json_number_value(confidence) * 100 >= DICTATION_DOUBT)
        return true;
    json_t *said = plain(text);
    if (!said || !json_string_length(said)) {
        json_decref(said);
        return true;
    }
    return json_push(list, said);
}

static bool answer_read(Slice answer, json_t **ret, Err *err)
{
    Slice   text  = SLICE_NONE;
    json_t *words = NULL;
    OWNED(json_t) *json = json_parse_object(answer, err);
    OWNED(json_t) *list = json_array();
    if (!json || !list || !json_is_string(json_object_get(json, "text")) || !json_may_text(json, "text", &text, err) ||
        !json_may_array(json, "words", DICTATION_WORDS_MAX, &words, err))
        return false;
    for (size_t i = 0; words && i < json_array_size(words); i++)
        if (!doubtful_add(list, json_array_get(words, i), err))
            return false;
    OWNED(json_t) *said = plain(text);
    if (!said)
        return false;
    *ret = json_pack("{s:O, s:O}", "text", said, "doubtful", list);
    return *ret != NULL;
}

bool dictation_read(Slice answer, json_t **ret, Err *err)
{
    Err why = { 0 };
    return answer_read(answer, ret, &why) || err_set(err, ERR_UNAVAILABLE, ODD_ANSWER, "%s", why.detail);
}

/* ---- asking ---- */

bool dictation_ask(const Dictation *d, const char *language, Slice wav, json_t **ret, Err *err)
{
    int64_t length = 0, began = clock_monotonic_ms();
    Err     why    = { 0 };
    char    url[URL_MAX];
    if (!d->url[0])
        return err_set(err, ERR_NOT_FOUND, "No dictation service is plugged in here.", "dictation-url is empty");
    if (!dictation_length(wav, &length, err))
        return false;
    if (snprintf(url, sizeof url, "%s%clanguage=%s", d->url, slice_find(slice_of(d->url), SLICE("?")) == SIZE_MAX ? '?' : '&', language) >= (int)sizeof url)
        return err_set(err, ERR_INPUT, NO_ANSWER, "dictation-url is too long");
    FetchAsk ask = { .url = url, .authority = d->authority, .bearer_file = d->key_file, .type = "audio/wav", .body = wav, .seconds = DICTATION_ASK_SECONDS, .answer_max = ANSWER_MAX };
    OWNED_FETCH_ANSWER answer = { 0 };
    if (!fetch_post(&ask, &answer, &why))
        return err_set(err, ERR_UNAVAILABLE, NO_ANSWER, "%s", why.detail);
    if (answer.status != 200)
        return err_set(err, ERR_UNAVAILABLE, NO_ANSWER, "status %d", answer.status);
    return dictation_read(buf_slice(&answer.bytes), ret, err) && json_put(*ret, "spoken", json_boolean(d->spoken)) &&
           json_put(*ret, "took_ms", json_integer(clock_monotonic_ms() - began));
}
