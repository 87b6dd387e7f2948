/*
 * Tests of the clock, the log and the configuration.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "platform/clock.h"
#include "platform/config.h"
#include "platform/log.h"

static void a_time_reads_as_iso_8601(void **state)
{
    (void)state;
    char text[CLOCK_ISO_SIZE];
    clock_iso(0, text);
    assert_string_equal(text, "1970-01-01T00:00:00.000Z");
    clock_iso(1772442845120, text);
    assert_string_equal(text, "2026-03-02T09:14:05.120Z");
    clock_iso(-1, text);
    assert_string_equal(text, "1969-12-31T23:59:59.999Z");
}

static void the_clock_can_be_advanced_but_time_outs_are_not(void **state)
{
    (void)state;
    int64_t now = clock_now_ms(), steady = clock_monotonic_ms();
    clock_advance(3600 * 1000);
    assert_in_range(clock_now_ms() - now, 3600 * 1000, 3605 * 1000);
    assert_in_range(clock_monotonic_ms() - steady, 0, 5000);
    clock_advance(-3600 * 1000);
    assert_in_range(clock_now_s() - now / 1000, 0, 5);
}

/* Runs 'say' with the log in a memory file and gives back what it wrote. */
static void logged(void (*say)(void), char *ret, size_t size)
{
    int fd = memfd_create("log", 0);
    assert_true(fd >= 0);
    log_set_file(fd);
    say();
    log_set_file(STDERR_FILENO);
    ssize_t len = pread(fd, ret, size - 1, 0);
    assert_true(len >= 0);
    ret[len] = '\0';
    close(fd);
}

static void say_odd_bytes(void)
{
    log_line("dimse", LOG_INFO, "odd", "value", "a\"b\\c\nd\xff\xc3\xa9\xc3", NULL);
}

static void a_log_line_is_one_line_of_json_whatever_it_is_given(void **state)
{
    (void)state;
    char text[1024];
    logged(say_odd_bytes, text, sizeof text);
    assert_non_null(strstr(text, ",\"level\":\"info\",\"room\":\"dimse\",\"what\":\"odd\","));
    assert_non_null(strstr(text, "\"value\":\"a\\\"b\\\\c\\u000ad\xEF\xBF\xBD\xc3\xa9\xEF\xBF\xBD\"}\n"));
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
}

static char long_text[10000];

static void say_too_much(void)
{
    memset(long_text, 'x', sizeof long_text - 1);
    log_line("web", LOG_ERROR, "long", "a", "kept", "b", long_text, "c", "after", NULL);
}

static void a_line_that_is_too_long_drops_whole_pairs_and_says_so(void **state)
{
    (void)state;
    char text[8192];
    logged(say_too_much, text, sizeof text);
    assert_non_null(strstr(text, "\"a\":\"kept\",\"cut\":true}\n"));
}

static void say_debug(void)
{
    log_line("web", LOG_DEBUG, "hidden", NULL);
    log_set_level(LOG_DEBUG);
    log_line("web", LOG_DEBUG, "shown", NULL);
    log_set_level(LOG_INFO);
}

static void only_the_asked_levels_are_written(void **state)
{
    (void)state;
    char text[1024];
    logged(say_debug, text, sizeof text);
    assert_null(strstr(text, "hidden"));
    assert_non_null(strstr(text, "shown"));
}

static void say_err(void)
{
    Err err = { 0 };
    err_set(&err, ERR_BUG, "shown", "number %d", 7);
    log_err("archive", "store", &err);
}

static void an_error_is_logged_with_its_kind_and_detail(void **state)
{
    (void)state;
    char text[1024];
    logged(say_err, text, sizeof text);
    assert_non_null(strstr(text, "\"level\":\"error\",\"room\":\"archive\",\"what\":\"store\",\"kind\":"
                                 "\"bug\",\"detail\":\"number 7\"}"));
}

static void an_empty_configuration_has_the_defaults(void **state)
{
    (void)state;
    Err err          = { 0 };
    OWNED(Config) *c = config_read(NULL, &err);
    assert_non_null(c);
    assert_string_equal(config_text(c, "mode"), "production");
    assert_string_equal(config_text(c, "socket"), "/var/lib/beclere/run/beclere.sock");
    assert_int_equal(config_int(c, "dicom-max-pdu"), 131072);
    const char *codec = config_text(c, "codec");
    assert_int_equal(codec[0], '/');
    assert_string_equal(strrchr(codec, '/'), "/beclere-codec");
}

static void values_are_read_and_defaults_follow_the_data_folder(void **state)
{
    (void)state;
    Err err          = { 0 };
    OWNED(Config) *c = config_parse(SLICE("# a comment\n"
                                          "  data = /srv/b   # there\r\n"
                                          "\n"
                                          "dicom-listen=[::1]:104\n"
                                          "public-url = https://tele.example.org\n"
                                          "log-file =\n"
                                          "session-idle = 900"),
                                    "t.conf", &err);
    assert_non_null(c);
    assert_string_equal(config_text(c, "data"), "/srv/b");
    assert_string_equal(config_text(c, "edge-key"), "/srv/b/tls/edge.key");
    assert_string_equal(config_text(c, "dicom-listen"), "[::1]:104");
    assert_string_equal(config_text(c, "public-url"), "https://tele.example.org");
    assert_string_equal(config_text(c, "log-file"), "");
    assert_int_equal(config_int(c, "session-idle"), 900);
}

static void a_wrong_line_is_refused_with_its_place_and_what_was_expected(void **state)
{
    (void)state;
    static const struct {
        const char *text, *detail;
    } CASES[] = {
        { "\ncolour = red\n", "t.conf:2: unknown key \"colour\"" },
        { "mode = demonstration\nmode = production", "t.conf:2: \"mode\" is given a second time" },
        { "mode = test", "t.conf:1: mode: expected one of demonstration|production" },
        { "mode =", "t.conf:1: mode: expected one of demonstration|production" },
        { "dicom-associations = 0", "t.conf:1: dicom-associations: expected a number from 1 to 1024" },
        { "dicom-associations = 12x", "t.conf:1: dicom-associations: expected a number from 1 to 1024" },
        { "edge-listen = 8443", "t.conf:1: edge-listen: expected host:port" },
        { "edge-listen = 1.2.3.4:70000", "t.conf:1: edge-listen: expected host:port" },
        { "edge-listen = a;b:80", "t.conf:1: edge-listen: expected host:port" },
        { "public-url = http://a.example", "t.conf:1: public-url: expected https://host" },
        { "public-url = https://a.example/x", "t.conf:1: public-url: expected https://host" },
        { "edge-ui = /a\"b", "t.conf:1: edge-ui: expected a path" },
        { "dicom-ae-title = SEVENTEENLETTERSX", "t.conf:1: dicom-ae-title: expected text of 1 to 16" },
        { "mode production", "t.conf:1: expected \"key = value\"" },
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        Err err = { 0 };
        assert_null(config_parse(slice_of(CASES[i].text), "t.conf", &err));
        assert_int_equal(err.kind, ERR_INPUT);
        if (!slice_starts(slice_of(err.detail), slice_of(CASES[i].detail)))
            fail_msg("%s\n  gave %s", CASES[i].text, err.detail);
    }
}

static void a_missing_file_is_said_to_be_missing(void **state)
{
    (void)state;
    Err err = { 0 };
    assert_null(config_read("/nowhere/beclere.conf", &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
}

static void every_default_passes_its_own_check(void **state)
{
    (void)state;
    int fd = memfd_create("keys", 0);
    config_print_keys(fd);
    char    text[16384];
    ssize_t len = pread(fd, text, sizeof text, 0);
    close(fd);
    assert_true(len > 0);
    for (Slice rest = { text, (size_t)len }; rest.len;) {
        Slice  line  = slice_cut(&rest, '\n');
        size_t at    = slice_find(line, SLICE("(default: "));
        Slice  value = slice_part(line, at + strlen("(default: "), SIZE_MAX);
        Slice  key   = slice_cut(&line, ' ');
        char   config[512];
        value.len--; /* ')' */
        if (slice_equal_text(value, "empty"))
            value.len = 0;
        (void)snprintf(config, sizeof config, "%.*s = %.*s", (int)key.len, key.at, (int)value.len, value.at);
        Err err          = { 0 };
        OWNED(Config) *c = config_parse(slice_of(config), "t.conf", &err);
        if (!c)
            fail_msg("%s: %s", config, err.detail);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_reads_as_iso_8601),
        cmocka_unit_test(the_clock_can_be_advanced_but_time_outs_are_not),
        cmocka_unit_test(a_log_line_is_one_line_of_json_whatever_it_is_given),
        cmocka_unit_test(a_line_that_is_too_long_drops_whole_pairs_and_says_so),
        cmocka_unit_test(only_the_asked_levels_are_written),
        cmocka_unit_test(an_error_is_logged_with_its_kind_and_detail),
        cmocka_unit_test(an_empty_configuration_has_the_defaults),
        cmocka_unit_test(values_are_read_and_defaults_follow_the_data_folder),
        cmocka_unit_test(a_wrong_line_is_refused_with_its_place_and_what_was_expected),
        cmocka_unit_test(a_missing_file_is_said_to_be_missing),
        cmocka_unit_test(every_default_passes_its_own_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
