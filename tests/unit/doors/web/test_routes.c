/*
 * The route table and the gate: every row is complete, and nobody passes who may not.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "doors/web/router.h"

static void every_route_has_permission_audit_event_and_handler(void **state)
{
    (void)state;
    Err err = { 0 };
    assert_true(routes_check(ROUTES, ROUTE_COUNT, &err));
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        assert_int_not_equal(ROUTES[i].may, MAY_UNSET);
        assert_int_not_equal(ROUTES[i].audit, AUDIT_UNSET);
        assert_non_null(ROUTES[i].handler);
        for (unsigned bit = 1; bit; bit <<= 1)
            if (ROUTES[i].may & bit)
                assert_true(*permission_name(bit)); /* the API can say it */
    }
}

/* What a session of nobody may call: told here by name, so that a new row is a decision. */
static void only_health_and_signing_in_answer_without_a_session(void **state)
{
    (void)state;
    static const char *const OPEN[] = { "/api/health", "/api/sign-in/password",
                                        "/api/sign-in/passkey/options", "/api/sign-in/passkey",
                                        "/api/sign-in/psc/start", "/api/sign-in/psc", "/api/sign-in/psc/choose",
                                        "/api/sign-in/psc/logout" /* a token that the provider signed stands for the session */,
                                        "/api/sign-in/card/start", "/api/sign-in/card/show", "/api/sign-in/card",
                                        "/api/dossier-key" /* a public key is public */,
                                        "/api/handed-report" /* a link and a code stand for the session */,
                                        "/api/patient/activate" /* a code and traits, for a session that enrols */ };
    size_t                   found  = 0;
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        if (!(ROUTES[i].may & ANYONE))
            continue;
        bool known = false;
        for (size_t k = 0; k < COUNT(OPEN); k++)
            known |= strcmp(OPEN[k], ROUTES[i].pattern) == 0;
        assert_true(known);
        found++;
    }
    assert_int_equal(found, COUNT(OPEN));
}

/* E34 X2: a holder passes the gate of the own record and of signing in, and of nothing else; whatever they belong to. */
static void a_holder_passes_no_professional_route(void **state)
{
    (void)state;
    const Who holder = { .person_id        = 7,
                         .session_id       = 1,
                         .full             = true,
                         .holder           = true,
                         .csrf             = "csrf",
                         .memberships      = { { 1, (1u << ROLE_COUNT) - 1 } },
                         .membership_count = 1 };
    const Who imager = { .person_id = 8, .session_id = 2, .full = true, .csrf = "csrf", .memberships = { { 1, (1u << ROLE_COUNT) - 1 } }, .membership_count = 1 };
    const GateFacts facts = { .origin = "o", .our_origin = "o", .csrf = "csrf", .body_declared = 0 };
    size_t          own   = 0;
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        Err  err  = { 0 };
        bool open = ROUTES[i].may & (ANYONE | MAY_SIGN_IN | MAY_OWN);
        assert_int_equal(gate_check(&ROUTES[i], &holder, &facts, &err), open);
        if (!open)
            assert_int_equal(err.kind, ERR_DENIED);
        if (!(ROUTES[i].may & MAY_OWN))
            continue;
        own++;
        assert_int_equal(ROUTES[i].may, MAY_OWN); /* for nobody else */
        assert_int_not_equal(ROUTES[i].audit, AUDIT_NOTHING);
        assert_true(slice_starts(slice_of(ROUTES[i].pattern), SLICE("/api/patient")));
        assert_false(gate_check(&ROUTES[i], &imager, &facts, &(Err) { 0 }));
    }
    assert_true(own >= 10);
}

static void every_read_or_change_of_patients_is_traced(void **state)
{
    (void)state;
    static const char *const CLINICAL[] = { "/api/patients", "/api/acts", "/dicom-web" };
    for (size_t i = 0; i < ROUTE_COUNT; i++)
        for (size_t k = 0; k < COUNT(CLINICAL); k++)
            if (slice_starts(slice_of(ROUTES[i].pattern), slice_of(CLINICAL[k])))
                assert_int_not_equal(ROUTES[i].audit, AUDIT_NOTHING);
}

static bool nothing(Request *q, HttpResponse *a, Err *err)
{
    (void)q;
    (void)a;
    (void)err;
    return true;
}

static void refuse_table(Route row, Route before)
{
    Route rows[] = { before, row };
    Err   err    = { 0 };
    assert_false(routes_check(rows, 2, &err));
    assert_int_equal(err.kind, ERR_BUG);
}

static void a_row_that_lacks_something_stops_the_start(void **state)
{
    (void)state;
    const Route first = {
        .method = GET, .pattern = "/a/{x}", .may = ANYONE, .audit = AUDIT_NOTHING, .handler = nothing
    };
    const Route good   = { .method   = POST,
                           .pattern  = "/b",
                           .may      = SIGNED_IN,
                           .audit    = AUDIT_CHANGE,
                           .body_max = 1,
                           .handler  = nothing };
    Route       rows[] = { first, good };
    assert_true(routes_check(rows, 2, NULL));
    Route bad = good;
    bad.may   = MAY_UNSET;
    refuse_table(bad, first);
    bad       = good;
    bad.audit = AUDIT_UNSET;
    refuse_table(bad, first);
    bad         = good;
    bad.handler = NULL;
    refuse_table(bad, first);
    bad          = good;
    bad.body_max = 0;
    refuse_table(bad, first);
    bad             = good;
    bad.origin_only = true; /* CSRF is left out while signing in only */
    refuse_table(bad, first);
    bad         = first;
    bad.pattern = "/a/b"; /* never reached: {x} takes it */
    refuse_table(bad, first);
}

static const Route *find(Method m, const char *path, bool demonstration, bool *known)
{
    static Slice param[ROUTE_PARAMS_MAX];
    return route_find(ROUTES, ROUTE_COUNT, m, path, demonstration, param, known);
}

static void paths_find_their_route(void **state)
{
    (void)state;
    Slice param[ROUTE_PARAMS_MAX];
    bool  known;
    assert_true(route_fits("/api/acts/{id}/steps/{step}", "/api/acts/12/steps/accept", param));
    assert_true(slice_equal(param[0], SLICE("12")) && slice_equal(param[1], SLICE("accept")));
    assert_false(route_fits("/api/acts/{id}", "/api/acts/", param));
    assert_false(route_fits("/api/acts/{id}", "/api/acts/1/", param));
    assert_false(route_fits("/api/acts/{id}", "/api/acts/1/events", param));
    assert_false(route_fits("/api/acts/{id}", "/api/acts/a\nb", param));
    assert_false(route_fits("/api/acts", "/api/acts2", param));
    assert_string_equal(
        find(GET, "/dicom-web/studies/1.2/series/1.3/instances/1.4/frames/1,2", false, &known)->pattern,
        "/dicom-web/studies/{study}/series/{series}/instances/{instance}/frames/{list}");
    assert_null(find(DELETE, "/api/acts/12", false, &known));
    assert_true(known); /* 405, not 404 */
    assert_null(find(GET, "/api/nothing", false, &known));
    assert_false(known);
}

static void the_clock_moves_in_the_demonstration_only(void **state)
{
    (void)state;
    bool known;
    assert_non_null(find(POST, "/api/demo/clock", true, &known));
    assert_null(find(POST, "/api/demo/clock", false, &known));
    assert_false(known);
}

/* ---- the gate ---- */

#define OURS "https://localhost:8443"

static Who somebody(unsigned roles)
{
    Who w = {
        .person_id = 7, .session_id = 3, .full = true, .csrf = "0123456789abcdef", .membership_count = 1
    };
    w.memberships[0] = (Membership) { 1, roles };
    return w;
}

static ErrKind gate(const Route *route, const Who *who, const char *origin, const char *csrf, int64_t bytes)
{
    Err       err   = { 0 };
    GateFacts facts = { origin, OURS, csrf, bytes };
    bool      ok    = gate_check(route, who, &facts, &err);
    assert_int_equal(ok, err.kind == ERR_NONE);
    return err.kind;
}

static void nobody_passes_without_a_session(void **state)
{
    (void)state;
    Who nobody = { 0 };
    for (size_t i = 0; i < ROUTE_COUNT; i++)
        assert_int_equal(gate(&ROUTES[i], &nobody, OURS, "", 0),
                         ROUTES[i].may & ANYONE ? ERR_NONE : ERR_SIGN_IN);
}

static void a_half_open_session_opens_nothing_clinical(void **state) /* E16 */
{
    (void)state;
    Who half  = somebody(ROLE_IMAGER | ROLE_REQUESTER | ROLE_TECHNOLOGIST | ROLE_ADMIN);
    half.full = false;
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        bool may = ROUTES[i].may & (ANYONE | MAY_SIGN_IN);
        assert_int_equal(gate(&ROUTES[i], &half, OURS, half.csrf, 0), may ? ERR_NONE : ERR_SIGN_IN);
    }
}

static void roles_open_only_their_routes(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ROLE_COUNT; i++) {
        Who w = somebody(1u << i);
        for (size_t k = 0; k < ROUTE_COUNT; k++) {
            bool may = (ROUTES[k].may & ANYONE) || (ROUTES[k].may & who_permissions(&w));
            assert_int_equal(gate(&ROUTES[k], &w, OURS, w.csrf, 0), may ? ERR_NONE : ERR_DENIED);
        }
    }
}

static void an_administrator_reads_no_patient(void **state)
{
    (void)state;
    Who admin = somebody(ROLE_ADMIN);
    for (size_t i = 0; i < ROUTE_COUNT; i++)
        if (slice_starts(slice_of(ROUTES[i].pattern), SLICE("/dicom-web")) ||
            slice_starts(slice_of(ROUTES[i].pattern), SLICE("/api/patients")))
            assert_int_equal(gate(&ROUTES[i], &admin, OURS, admin.csrf, 0), ERR_DENIED);
}

static void changes_need_our_origin_and_the_csrf_value(void **state)
{
    (void)state;
    Who w = somebody(0xFFFF);
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        const Route *r     = &ROUTES[i];
        bool         reads = r->method == GET || r->method == OPTIONS;
        if (!(r->may & (ANYONE | who_permissions(&w))))
            continue;
        if (r->signed_body) { /* no page sends it: the provider does, and signs what it sends */
            assert_string_equal(r->pattern, "/api/sign-in/psc/logout");
            continue;
        }
        assert_int_equal(gate(r, &w, OURS, w.csrf, 0), ERR_NONE);
        assert_int_equal(gate(r, &w, NULL, w.csrf, 0), reads ? ERR_NONE : ERR_DENIED);
        assert_int_equal(gate(r, &w, "https://localhost:8443.example.org", w.csrf, 0),
                         reads ? ERR_NONE : ERR_DENIED);
        assert_int_equal(gate(r, &w, "null", w.csrf, 0), reads ? ERR_NONE : ERR_DENIED);
        bool free = reads || r->origin_only;
        assert_int_equal(gate(r, &w, OURS, NULL, 0), free ? ERR_NONE : ERR_DENIED);
        assert_int_equal(gate(r, &w, OURS, "0123456789abcdeg", 0), free ? ERR_NONE : ERR_DENIED);
        assert_int_equal(gate(r, &w, OURS, "", 0), free ? ERR_NONE : ERR_DENIED);
    }
}

static void a_body_over_its_limit_is_refused_before_it_comes(void **state)
{
    (void)state;
    Who w = somebody(0xFFFF);
    for (size_t i = 0; i < ROUTE_COUNT; i++)
        if (ROUTES[i].may & (ANYONE | who_permissions(&w))) {
            assert_int_equal(gate(&ROUTES[i], &w, OURS, w.csrf, ROUTES[i].body_max), ERR_NONE);
            assert_int_equal(gate(&ROUTES[i], &w, OURS, w.csrf, ROUTES[i].body_max + 1), ERR_LIMIT);
        }
}

static void error_kinds_have_the_statuses_of_the_api(void **state)
{
    (void)state;
    static const int STATUS[] = { 200, 400, 401, 403, 404, 409, 413, 429, 503, 507, 500 };
    for (ErrKind k = ERR_NONE; k <= ERR_BUG; k++)
        assert_int_equal(status_of(k), STATUS[k]);
}

static void a_refusal_says_kind_text_and_what_is_missing(void **state)
{
    (void)state;
    Err     err   = { .kind = ERR_SIGN_IN, .shown = "Sign in to go on." };
    Request q     = { .lang    = LANG_FR,
                      .refusal = json_pack("{s:[{s:s}]}", "missing", "code", "consent-act"),
                      .beside  = json_pack("{s:i}", "revision", 4) };
    json_t *json  = refusal_json(&q, &err);
    json_t *error = json_object_get(json, "error");
    assert_string_equal(json_string_value(json_object_get(error, "kind")), "sign-in");
    assert_string_equal(json_string_value(json_object_get(error, "text")), "Connectez-vous pour continuer.");
    assert_int_equal(json_array_size(json_object_get(error, "missing")), 1);
    assert_int_equal(json_integer_value(json_object_get(json, "revision")), 4);
    json_decref(json);
    json_decref(q.refusal);
    json_decref(q.beside);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_route_has_permission_audit_event_and_handler),
        cmocka_unit_test(only_health_and_signing_in_answer_without_a_session),
        cmocka_unit_test(a_holder_passes_no_professional_route),
        cmocka_unit_test(every_read_or_change_of_patients_is_traced),
        cmocka_unit_test(a_row_that_lacks_something_stops_the_start),
        cmocka_unit_test(paths_find_their_route),
        cmocka_unit_test(the_clock_moves_in_the_demonstration_only),
        cmocka_unit_test(nobody_passes_without_a_session),
        cmocka_unit_test(a_half_open_session_opens_nothing_clinical),
        cmocka_unit_test(roles_open_only_their_routes),
        cmocka_unit_test(an_administrator_reads_no_patient),
        cmocka_unit_test(changes_need_our_origin_and_the_csrf_value),
        cmocka_unit_test(a_body_over_its_limit_is_refused_before_it_comes),
        cmocka_unit_test(error_kinds_have_the_statuses_of_the_api),
        cmocka_unit_test(a_refusal_says_kind_text_and_what_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
