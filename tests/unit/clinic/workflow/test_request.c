/*
 * Operations of the past in a request: one a line, what and when. E5.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "clinic/workflow/act_chapter.h"

static bool refused(const char *operations)
{
    char text[600];
    Err  err = { 0 };
    snprintf(text, sizeof text, "{\"request\":{\"operations\":%s}}", operations);
    OWNED(json_t) *data    = json_parse_object(slice_of(text), &err);
    MissingList    missing = { 0 };
    const ActStep *row     = NULL;
    OWNED_ACT      a       = { .state = ACT_DRAFT, .kind = "remote-exam", .modality = "CT", .facts = json_object() };
    ActScene       scene   = { .person_id = 2, .requester_roles = ROLE_REQUESTER, .data = data };
    assert_non_null(data);
    (void)act_step_check(&a, &scene, SLICE("edit-request"), &row, &missing, &err);
    for (size_t i = 0; i < missing.count; i++)
        if (strcmp(missing.items[i].code, "operations") == 0)
            return true;
    return false;
}

static void an_operation_of_the_past_is_one_line_with_as_much_of_its_date_as_is_known(void **state) /* E5 */
{
    (void)state;
    assert_false(refused("[]"));
    assert_false(refused("[{\"what\":\"Appendicectomie\"},{\"what\":\"Prothèse de hanche\",\"when\":\"\"}]"));
    assert_false(refused("[{\"what\":\"Appendicectomie\",\"when\":\"2019\"},{\"what\":\"Stent\",\"when\":\"2019-03\"},{\"what\":\"Stent\",\"when\":\"2019-03-21\"}]"));
    assert_true(refused("[{\"when\":\"2019\"}]"));
    assert_true(refused("[\"Appendicectomie\"]"));
    assert_true(refused("[{\"what\":\"Appendicectomie\",\"when\":\"jadis\"}]"));
    assert_true(refused("[{\"what\":\"Appendicectomie\",\"when\":\"201903\"}]"));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(an_operation_of_the_past_is_one_line_with_as_much_of_its_date_as_is_known) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
