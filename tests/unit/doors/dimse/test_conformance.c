/*
 * The conformance statement says what the code does: SOP classes, worklist keys, extended negotiation.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "doors/dimse/command.h"
#include "doors/dimse/negotiation.h"
#include "doors/dimse/worklist_keys.h"
#include "formats/dicom/writer.h"

static Buf statement;

static int read_statement(void **state)
{
    char  block[4096];
    FILE *f = fopen(SOURCE_ROOT "/docs/conformance.md", "r");
    (void)state;
    if (!f)
        return -1;
    statement = buf_make(1 << 20);
    for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;)
        buf_add(&statement, slice_bytes(block, n));
    (void)fclose(f);
    return statement.len ? 0 : -1;
}

static int drop_statement(void **state)
{
    (void)state;
    buf_free(&statement);
    return 0;
}

/* From that heading to the next one of its kind. */
static Slice section(Slice heading)
{
    size_t at = slice_find(buf_slice(&statement), heading);
    assert_int_not_equal(at, SIZE_MAX);
    Slice rest = slice_part(buf_slice(&statement), at + heading.len, SIZE_MAX);
    return slice_part(rest, 0, slice_find(rest, SLICE("\n## ")));
}

static bool says(Slice text, const char *uid)
{
    char quoted[80];
    (void)snprintf(quoted, sizeof quoted, "`%s`", uid);
    return slice_find(text, slice_of(quoted)) != SIZE_MAX;
}

static void every_class_named_is_served(void **state)
{
    (void)state;
    Slice  rest  = section(SLICE("## 2 Services"));
    size_t count = 0;
    for (size_t at; (at = slice_find(rest, SLICE("`1.2.840.10008."))) != SIZE_MAX; count++) {
        rest      = slice_part(rest, at + 1, SIZE_MAX);
        Slice uid = slice_cut(&rest, '`');
        if (service_of(uid) == SERVICE_NONE)
            print_message("not served: %.*s\n", (int)uid.len, uid.at);
        assert_int_not_equal(service_of(uid), SERVICE_NONE);
    }
    assert_true(count >= 17);
}

static void every_class_served_beside_storage_is_named(void **state)
{
    (void)state;
    Slice text  = section(SLICE("## 2 Services"));
    int   found = 0;
    for (int root = 1; root <= 3; root++)
        for (int what = 1; what <= 3; what++) {
            char uid[65];
            (void)snprintf(uid, sizeof uid, "1.2.840.10008.5.1.4.1.2.%d.%d", root, what);
            assert_int_not_equal(service_of(slice_of(uid)), SERVICE_NONE);
            assert_true(says(text, uid));
            found++;
        }
    static const char *const OTHERS[] = { SOP_CLASS_VERIFICATION, SOP_CLASS_WORKLIST, SOP_CLASS_MPPS,
                                          SOP_CLASS_COMMITMENT };
    for (size_t i = 0; i < COUNT(OTHERS); i++)
        assert_true(says(text, OTHERS[i]));
    static const char *const NOT[] = { "1.2.840.10008.5.1.4.34.6.1" /* UPS push */,
                                       "1.2.840.10008.5.1.1.9" /* print */, "1.2.3.4" };
    for (size_t i = 0; i < COUNT(NOT); i++)
        assert_int_equal(service_of(slice_of(NOT[i])), SERVICE_NONE);
    assert_int_equal(found, 9);
}

/* "FIND: relational queries 1, combined ... 1, ...": the byte that each word is granted. */
static void extended_negotiation_is_as_granted(void **state)
{
    static const char *const WORDS[] = { "relational queries ", "combined date and time ", "fuzzy names ",
                                         "time zone adjustment ", "enhanced view " };
    static const char        ALL[]   = { 1, 1, 1, 1, 1 };
    (void)state;
    PduAssociate *wish = calloc(1, sizeof *wish), *ret = calloc(1, sizeof *ret);
    wish->extended_count = 1;
    wish->extended[0]    = (PduExtended) { SLICE(SOP_CLASS_STUDY_ROOT_FIND), slice_bytes(ALL, sizeof ALL) };
    negotiate(wish, ret);
    assert_int_equal(ret->extended_count, 1);
    Slice text = section(SLICE("## 3 Association"));
    for (size_t i = 0; i < COUNT(WORDS); i++) {
        size_t at = slice_find(text, slice_of(WORDS[i]));
        assert_int_not_equal(at, SIZE_MAX);
        assert_int_equal(text.at[at + strlen(WORDS[i])] - '0', ret->extended[0].info.at[i]);
    }
    free(wish);
    free(ret);
}

/* Each worklist key that the statement says is returned is known to the code: a query of it alone is not
 * FF01. */
static void every_worklist_key_named_is_known(void **state)
{
    (void)state;
    Slice  rest  = section(SLICE("## 6 Modality worklist"));
    size_t begin = slice_find(rest, SLICE("Returned when asked:")),
           end = slice_find(rest, SLICE("Those marked")), count = 0;
    rest         = slice_part(rest, begin, end - begin);
    size_t inner = slice_find(rest, SLICE("(0040,0100)"));
    for (size_t place = 0;; count++) {
        unsigned group = 0, element = 0;
        size_t   at = slice_find(slice_part(rest, place, SIZE_MAX), SLICE("("));
        if (at == SIZE_MAX)
            break;
        place += at + 1;
        if (sscanf(rest.at + place, "%4x,%4x)", &group, &element) != 2 || TAG(group, element) == 0x00400100)
            continue;
        Err       err         = { 0 };
        OWNED_BUF identifier  = buf_make(4096);
        OWNED(DicomWriter) *w = dw_new(4096);
        if (place > inner) {
            dw_sequence_begin(w, 0x00400100);
            dw_item_begin(w);
            dw_empty(w, TAG(group, element));
            dw_item_end(w);
            dw_sequence_end(w);
        } else {
            dw_empty(w, TAG(group, element));
        }
        assert_true(dw_finish(w, IMPLICIT_LITTLE, &identifier, &err));
        OWNED(WorklistQuery) *q = worklist_query_read(buf_slice(&identifier), IMPLICIT_LITTLE, &err);
        assert_non_null(q);
        if (q->unsupported)
            print_message("not known: (%04x,%04x)\n", group, element);
        assert_false(q->unsupported);
    }
    assert_true(count > 35);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_class_named_is_served),
        cmocka_unit_test(every_class_served_beside_storage_is_named),
        cmocka_unit_test(extended_negotiation_is_as_granted),
        cmocka_unit_test(every_worklist_key_named_is_known),
    };
    return cmocka_run_group_tests(tests, read_statement, drop_statement);
}
