/*
 * The printed documents have a French word for every code that an act may hold: no reader meets "PT/CT" or "birth-certificate".
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/own.h"
#include "clinic/reports/report_words.h"
#include "clinic/workflow/act_codes.h"

typedef const char *Said(const char *code);

static void in_words(const char *const *codes, Said *said)
{
    for (size_t i = 0; codes[i]; i++)
        if (!*said(codes[i]) || strcmp(said(codes[i]), codes[i]) == 0)
            fail_msg("no French word for %s", codes[i]);
}

static void every_code_that_is_printed_has_its_words(void **state) /* E29 X4 */
{
    static const char *const MODALITIES[] = { "CT", "DX", "CR", "MR", "US", "NM", "PT", "PT/CT", "NM/CT", NULL };
    static const char *const FACTORS[]    = { "password", "totp", "passkey", "recovery", NULL };
    const char              *why          = NULL;
    (void)state;
    for (size_t i = 0; MODALITIES[i]; i++)
        assert_true(modality_supported(slice_of(MODALITIES[i]), &why)); /* the list is the table's */
    in_words(MODALITIES, report_modality);
    in_words(CODES_DOCUMENT, report_document);
    in_words(CODES_CONSENT_HOW, report_consent);
    in_words(CODES_ROUTE, report_route);
    in_words(CODES_SEX, report_sex);
    in_words(FACTORS, report_proof);
}

static void a_place_is_its_address_and_telephone_or_at_least_its_city(void **state) /* S4 X4 */
{
    char    place[200];
    json_t *full = json_pack("{s:s, s:s, s:s, s:s}", "address", "8 rue des Carriers, 99002 Rochevive", "city", "Rochevive", "phone", "01 00 00 02 00", "finess", "990000020");
    json_t *old  = json_pack("{s:s, s:s}", "city", "Rochevive", "finess", "990000020");
    (void)state;
    report_place(full, place, sizeof place);
    assert_string_equal(place, "8 rue des Carriers, 99002 Rochevive\nTél. 01 00 00 02 00 — FINESS 990000020");
    report_place(old, place, sizeof place);
    assert_string_equal(place, "Rochevive — FINESS 990000020");
    report_place(NULL, place, sizeof place);
    assert_string_equal(place, "");
    json_decref(full);
    json_decref(old);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_that_is_printed_has_its_words),
        cmocka_unit_test(a_place_is_its_address_and_telephone_or_at_least_its_city),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
