/*
 * Audit messages: every event of ours has its code, and no text of a line breaks the XML.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>

#include "formats/json/json_util.h"
#include "guard/audit/atna.h"
#include "guard/audit/audit.h"

static const AtnaSource SOURCE = { "beclere", "990000046", "serveur" };

static json_t *line_of(const char *event, const char *outcome, const char *object)
{
    return json_pack("{s:I, s:I, s:s, s:s, s:I, s:s, s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "id", (json_int_t)7, "at_ms", (json_int_t)1760000000120, "event", event, "outcome", outcome,
                     "patient_id", (json_int_t)3, "ipp", "IPP-3", "act_id", (json_int_t)4, "act_number", "A-4", "actor", "imageur", "origin", "192.0.2.7", "what", "GET /api/acts/{id}", "object", object,
                     "detail", "denied", "hash", "00ff");
}

static bool has(const Buf *text, const char *part)
{
    return slice_find(buf_slice(text), slice_of(part)) != SIZE_MAX;
}

static void every_event_has_its_code_and_its_outcome(void **state) /* X3 O9 */
{
    static const char *const OUTCOMES[] = { "ok", "refused", "failed" }, *const SHOWN[] = { "EventOutcomeIndicator=\"0\"", "EventOutcomeIndicator=\"4\"", "EventOutcomeIndicator=\"8\"" };
    (void)state;
    for (int e = AUDIT_SIGN_IN; e < AUDIT_EVENTS; e++)
        for (size_t o = 0; o < COUNT(OUTCOMES); o++) {
            OWNED(json_t) *line = line_of(audit_event_name((AuditEvent)e), OUTCOMES[o], "1.2.3");
            OWNED_BUF text      = buf_make(ATNA_MESSAGE_MAX);
            assert_non_null(line);
            assert_true(atna_message(line, &SOURCE, &text));
            assert_true(has(&text, SHOWN[o]));
            assert_true(has(&text, "<EventID csd-code=\"1101"));
            assert_true(has(&text, "ParticipantObjectID=\"IPP-3\" ParticipantObjectTypeCode=\"1\""));
            assert_true(has(&text, "urn:beclere:trace:7"));
            assert_int_equal(has(&text, "<EventOutcomeDescription>denied"), o != 0);
        }
}

static void no_byte_of_a_text_breaks_the_message(void **state) /* X3 */
{
    (void)state;
    for (int c = 1; c < 256; c++) {
        char object[8] = { 'a', (char)c, 'b', '\0' };
        if (c >= 0x80) /* a whole letter: lines hold UTF-8 */
            memcpy(object, (char[]) { 'a', (char)(0xC0 | c >> 6), (char)(0x80 | (c & 0x3F)), 'b', '\0' }, 5);
        OWNED(json_t) *line = line_of("read", "refused", object);
        OWNED_BUF text      = buf_make(ATNA_MESSAGE_MAX);
        assert_non_null(line);
        assert_true(atna_message(line, &SOURCE, &text));
        for (size_t i = 0; i < text.len; i++)
            assert_true((unsigned char)text.at[i] >= 0x20 && text.at[i] != 0x7F);
        if (c == '<' || c == '"' || c == '&')
            assert_false(has(&text, object));
    }
    OWNED(json_t) *line = line_of("read", "ok", "\xEF\xBF\xBF<script>");
    OWNED_BUF text      = buf_make(ATNA_MESSAGE_MAX);
    assert_true(atna_message(line, &SOURCE, &text));
    assert_true(has(&text, "ParticipantObjectID=\"?&lt;script&gt;\""));
}

static void octets_are_counted_before_the_message(void **state) /* O9: RFC 5425 §4.3 */
{
    (void)state;
    OWNED(json_t) *line = line_of("sign-in", "ok", "");
    OWNED_BUF text      = buf_make(ATNA_MESSAGE_MAX);
    assert_true(atna_syslog(line, &SOURCE, &text));
    char *end    = NULL;
    long  octets = strtol(text.at, &end, 10);
    assert_int_equal(*end, ' ');
    assert_int_equal((size_t)octets, text.len - (size_t)(end + 1 - text.at));
    assert_true(slice_starts(slice_part(buf_slice(&text), (size_t)(end + 1 - text.at), SIZE_MAX), SLICE("<85>1 2025-10-09T08:53:20.120Z serveur beclere ")));
    assert_true(has(&text, " IHE+DICOM - \xEF\xBB\xBF<?xml"));
    OWNED_BUF small = buf_make(200);
    assert_false(atna_message(line, &SOURCE, &small));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_has_its_code_and_its_outcome),
        cmocka_unit_test(no_byte_of_a_text_breaks_the_message),
        cmocka_unit_test(octets_are_counted_before_the_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
