/*
 * What a template, a phrase and a word may hold. Pure. E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/reports/report_aid.h"

#include <ctype.h>
#include <string.h>

#include "base/own.h"
#include "clinic/reports/report_parts.h"
#include "formats/json/json_util.h"
#include "formats/texts/texts.h"

#define NOT_AN_AID "This is not a template, a phrase or a word."

static const char *const KINDS[] = { "template", "phrase", "word" };

const char *aid_kind_name(AidKind k)
{
    return (unsigned)k < COUNT(KINDS) ? KINDS[k] : "";
}

void aid_clear(Aid *a)
{
    json_decref(a->content);
    *a = (Aid) { 0 };
}

/* One line of clean text, trimmed. */
static bool line_read(const json_t *body, const char *key, char *ret, size_t size, Err *err)
{
    Slice text = { 0 };
    if (!json_may_text(body, key, &text, err))
        return false;
    text = slice_trim(text);
    if (text.len >= size || !text_is_clean_utf8(text) || (text.len && (memchr(text.at, '\n', text.len) || memchr(text.at, '\t', text.len))))
        return err_set(err, ERR_INPUT, NOT_AN_AID, "%s", key);
    slice_copy(text, ret, size);
    return true;
}

/* ";nl": a semicolon, then ASCII letters, digits, - or _: nobody's ordinary words begin so. */
static bool is_trigger(const char *name)
{
    size_t len = strlen(name);
    if (len < 2 || len > AID_TRIGGER_MAX || name[0] != ';')
        return false;
    for (size_t i = 1; i < len; i++)
        if (!isalnum((unsigned char)name[i]) && name[i] != '-' && name[i] != '_')
            return false;
    return true;
}

/* One word: no space, digit or mark but hyphen and apostrophe; accents are bytes above ASCII. */
static bool is_word(const char *name)
{
    size_t len = strlen(name);
    if (len < 2 || len > AID_WORD_MAX)
        return false;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)name[i] < 0x80 && !isalpha((unsigned char)name[i]) && name[i] != '-' && name[i] != '\'')
            return false;
    return true;
}

/* The sections of a report it fills: known ones, at least one, each of a bounded length. */
static bool texts_read(const json_t *content, json_t **ret, Err *err)
{
    const json_t  *texts = json_object_get(content, "texts");
    OWNED(json_t) *clean = json_object();
    bool           some  = false;
    if (!json_is_object(texts))
        return err_set(err, ERR_INPUT, NOT_AN_AID, "texts");
    for (size_t i = 0; i < REPORT_TEXT_COUNT; i++) {
        size_t len = json_string_length(json_object_get(texts, REPORT_TEXTS[i]));
        if (len > AID_TEXT_MAX)
            return err_set(err, ERR_INPUT, "A section of a template has at most 16,000 characters.", "%s", REPORT_TEXTS[i]);
        if (len && !report_part_text(texts, REPORT_TEXTS[i], clean, err))
            return false;
        some |= len > 0;
    }
    if (!some)
        return err_set(err, ERR_INPUT, "Write at least one section of the template.", "no section");
    *ret = json_pack("{s:O}", "texts", clean);
    return *ret != NULL;
}

static bool phrase_read(const json_t *content, json_t **ret, Err *err)
{
    size_t len = json_string_length(json_object_get(content, "text"));
    if (!len || len > AID_TEXT_MAX)
        return err_set(err, ERR_INPUT, "Write the text of the phrase, of at most 16,000 characters.", "%zu bytes", len);
    OWNED(json_t) *clean = json_object();
    if (!report_part_text(content, "text", clean, err))
        return false;
    *ret = GIVE(clean);
    return true;
}

bool aid_from_json(const json_t *body, Aid *ret, Err *err)
{
    Slice         kind    = { 0 };
    const json_t *content = json_object_get(body, "content");
    Aid           a       = { .kind = AID_KINDS };
    if (!json_need_text(body, "kind", &kind, err) || !line_read(body, "name", a.name, sizeof a.name, err) ||
        !line_read(body, "modality", a.modality, sizeof a.modality, err) || !line_read(body, "region", a.region, sizeof a.region, err))
        return false;
    for (AidKind k = 0; k < AID_KINDS; k++)
        if (slice_equal_text(kind, KINDS[k]))
            a.kind = k;
    bool ok = false;
    switch (a.kind) {
    case AID_TEMPLATE:
        ok = a.name[0] ? texts_read(content, &a.content, err) : err_set(err, ERR_INPUT, "Give the template a name.", "no name");
        break;
    case AID_PHRASE:
        ok = is_trigger(a.name) ? phrase_read(content, &a.content, err)
                                : err_set(err, ERR_INPUT, "A trigger is a semicolon and then letters without accents or digits: ;nl for example.", "trigger");
        break;
    case AID_WORD:
        ok = is_word(a.name) || err_set(err, ERR_INPUT, "One word at a time: letters, hyphen and apostrophe.", "word");
        a.content = ok ? json_object() : NULL;
        break;
    case AID_KINDS:
        ok = err_set(err, ERR_INPUT, NOT_AN_AID, "kind " SLICE_FMT, SLICE_ARG(kind));
        break;
    }
    if (ok)
        *ret = a;
    return ok;
}
