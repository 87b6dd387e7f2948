/*
 * Speech to text while a report is written, by a service of the site's own network that the operator plugs in (docs/dictation.md). E29.
 *
 * What is said passes through: no sound and no text is kept here, nothing of it is written to the log. Who may dictate is for the caller to say.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_REPORTS_DICTATION_H
#define CLINIC_REPORTS_DICTATION_H

#include "base/err.h"
#include "base/slice.h"
#include "formats/json/json_util.h"

enum {
    DICTATION_RATE        = 16000, /* samples a second: one channel of 16 bits, WAVE (RIFF) */
    DICTATION_MS_MAX      = 55000, /* of one piece; the page cuts longer speech */
    DICTATION_MS_MIN      = 100,
    DICTATION_ASK_SECONDS = 45,
    DICTATION_TEXT_MAX    = 8192, /* bytes of what one piece gives */
    DICTATION_WORDS_MAX   = 400,
    DICTATION_DOUBT       = 60, /* percent: a word whose confidence is under it is shown as doubtful */
};

/* Borrowed from the configuration. */
typedef struct Dictation {
    const char *url; /* "": nothing is plugged in */
    const char *authority, *key_file;
    bool        spoken; /* marks are said as words */
} Dictation;

/* Milliseconds of one piece. Pure. ERR_INPUT: not PCM of 16 bits, one channel, 16 kHz; too short. ERR_LIMIT: too long. */
bool dictation_length(Slice wav, int64_t *ret_ms, Err *err);

/*
 * The answer of the service, {"text", "words": [{"text", "confidence": 0..1}]}, as {text, doubtful: [word…]}: control characters gone,
 * white space single. Pure. ERR_UNAVAILABLE: it is none.
 */
bool dictation_read(Slice answer, json_t **ret, Err *err);

/*
 * Asks the service with one piece; 'language' is a tag of RFC 5646 ("fr"). *ret: {text, doubtful, spoken, took_ms}.
 * ERR_NOT_FOUND: none is plugged in. ERR_INPUT, ERR_LIMIT: the piece. ERR_UNAVAILABLE: it did not answer, or not as agreed.
 */
bool dictation_ask(const Dictation *d, const char *language, Slice wav, json_t **ret, Err *err);

#endif
