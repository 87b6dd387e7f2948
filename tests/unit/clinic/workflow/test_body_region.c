/*
 * Regions in free words, and why an earlier exam is worth comparing. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/own.h"
#include "clinic/workflow/body_region.h"

static const struct {
    const char *words;
    unsigned    regions;
} SAID[] = {
    { "Thorax", REGION_CHEST },
    { "TDM THORACIQUE", REGION_CHEST },
    { "Abdomen-pelvis", REGION_ABDOMEN | REGION_PELVIS },
    { "ABDOMINO-PELVIEN", REGION_ABDOMEN | REGION_PELVIS },
    { "TAP injecté", REGION_CHEST | REGION_ABDOMEN | REGION_PELVIS },
    { "Crâne", REGION_HEAD },
    { "IRM cérébrale", REGION_HEAD },
    { "Cœur", REGION_HEART },
    { "Sein gauche", REGION_BREAST },
    { "Main droite", REGION_UPPER_LIMB },
    { "Maintien", 0 },
    { "Genou", REGION_LOWER_LIMB },
    { "CHEST_TO_PELVIS", REGION_CHEST | REGION_PELVIS },
    { "", 0 },
    { "Examen", 0 },
};

static void words_name_their_regions_whatever_accents_and_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(SAID); i++)
        assert_int_equal(body_regions_of(slice_of(SAID[i].words)), SAID[i].regions);
    assert_int_equal(body_regions_of(SLICE("\xff\xfe thorax")), 0);
}

static void every_code_is_a_region_and_comes_back(void **state)
{
    (void)state;
    unsigned all = 0;
    json_t  *list = body_regions_json(~0u);
    size_t   i;
    json_t  *one;
    json_array_foreach (list, i, one) {
        unsigned region = body_regions_named(slice_of(json_string_value(one)));
        assert_int_not_equal(region, 0);
        assert_int_equal(all & region, 0);
        all |= region;
    }
    assert_int_equal(all, (REGION_WHOLE_BODY << 1) - 1);
    assert_int_equal(body_regions_named(SLICE("moon")), 0);
    json_decref(list);
}

static void the_same_region_and_modality_comes_before_a_region_beside(void **state)
{
    (void)state;
    assert_int_equal(prior_reason(REGION_CHEST, SLICE("CT"), REGION_CHEST | REGION_ABDOMEN, SLICE("CT\\SR")), PRIOR_SAME);
    assert_int_equal(prior_reason(REGION_CHEST, SLICE("CT\\SR"), REGION_CHEST, SLICE("DX\\SR")), PRIOR_REGION);
    assert_int_equal(prior_reason(REGION_CHEST, SLICE("DX"), REGION_CHEST, SLICE("CR")), PRIOR_SAME);
    assert_int_equal(prior_reason(REGION_CHEST, SLICE("CT"), REGION_ABDOMEN, SLICE("CT")), PRIOR_NEAR);
    assert_int_equal(prior_reason(REGION_CHEST, SLICE("CT"), REGION_WHOLE_BODY, SLICE("PT\\CT")), PRIOR_SAME);
    assert_int_equal(prior_reason(REGION_CHEST, SLICE("CT"), REGION_LOWER_LIMB, SLICE("CT")), PRIOR_MODALITY);
    assert_int_equal(prior_reason(REGION_CHEST, SLICE("CT"), REGION_LOWER_LIMB, SLICE("MR")), PRIOR_OTHER);
    assert_int_equal(prior_reason(0, SLICE("CT"), 0, SLICE("CT")), PRIOR_MODALITY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_name_their_regions_whatever_accents_and_case),
        cmocka_unit_test(every_code_is_a_region_and_comes_back),
        cmocka_unit_test(the_same_region_and_modality_comes_before_a_region_beside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
