/*
 * beclere permissions: who may ask for which route and take which step, as docs/permissions.md has it. X2, O9.
 *
 * Read from the tables that the router and the workflow themselves obey, so that the page cannot say something else; the scenario
 * permissions.test.mjs asks every route as every role and compares.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "base/buf.h"
#include "clinic/workflow/act_chapter.h"
#include "commands/house.h"
#include "doors/web/router.h"
#include "doors/web/web.h"

enum { SIGNERS = ROLE_COUNT + 2, SHOWN_BYTES = 1 << 20 };

/* Somebody of this column: 0 nobody, 1 one factor shown, then each role in table order; a patient holds an access of their own. */
static Who who_of(int column)
{
    Who w = { 0 };
    if (column == 0)
        return w;
    w.person_id = 1;
    w.full      = column > 1;
    if (column > 1) {
        w.membership_count = 1;
        w.memberships[0]   = (Membership) { 1, 1u << (column - 2) };
        w.holder           = w.memberships[0].roles == ROLE_PATIENT;
    }
    return w;
}

static const char *column_name(int column)
{
    return column == 0 ? "nobody" : column == 1 ? "half" : role_name(1u << (column - 2));
}

/* The same question as the gate's, with Origin and CSRF in order. */
static bool passes(const Route *route, int column)
{
    Who       w     = who_of(column);
    GateFacts facts = { .origin = "here", .our_origin = "here", .csrf = "1", .body_declared = 0 };
    Err       err   = { 0 };
    (void)slice_copy(SLICE("1"), w.csrf, sizeof w.csrf);
    return gate_check(route, &w, &facts, &err);
}

static void roles_add(Buf *out, unsigned roles)
{
    int count = 0;
    for (int i = 0; i < ROLE_COUNT; i++)
        if (roles & (1u << i))
            buf_addf(out, "%s%s", count++ ? ", " : "", role_name(1u << i));
    if (!count)
        buf_addf(out, "the system");
}

static void route_row(Buf *out, const Route *r)
{
    buf_addf(out, "| %s | `%s`%s | ", method_name(r->method), r->pattern, r->when == DEMONSTRATION ? " (demonstration only)" : "");
    int count = 0;
    for (unsigned bit = 1; bit; bit <<= 1)
        if ((r->may & bit) && *permission_name(bit))
            buf_addf(out, "%s%s", count++ ? ", " : "", permission_name(bit));
    for (int c = 0; c < SIGNERS; c++)
        buf_addf(out, " | %s", passes(r, c) ? "●" : "");
    buf_addf(out, " | %s |\n", audit_event_name(r->audit));
}

static void routes_section(Buf *out)
{
    buf_addf(out, "## Routes\n\n●: passes the gate. Then the rule of the handler decides for this very object: the patient granted to one of their "
                  "organisations, a part in the act, the file of one's own people. half: one factor shown. patient: with an access of their own.\n\n"
                  "| method | path | one of");
    for (int c = 0; c < SIGNERS; c++)
        buf_addf(out, " | %s", column_name(c));
    buf_addf(out, " | trace |\n|---|---|---");
    for (int c = 0; c < SIGNERS; c++)
        buf_addf(out, "|---");
    buf_addf(out, "|---|\n");
    for (size_t i = 0; i < ROUTE_COUNT; i++)
        route_row(out, &ROUTES[i]);
}

static void words_add(Buf *out, uint32_t states)
{
    int count = 0;
    if ((states & EVERY) == EVERY) {
        buf_addf(out, "any");
        return;
    }
    for (int i = 0; i < ACT_STATES; i++)
        if (states & (1u << i))
            buf_addf(out, "%s%s", count++ ? ", " : "", act_state_name((ActState)i));
}

static void step_row(Buf *out, const ActStep *s)
{
    static const char *const PARTIES[] = { "requester", "site", "imaging" };
    buf_addf(out, "| `%s` | %s | ", s->step, s->why);
    words_add(out, s->from);
    buf_addf(out, " | %s | ", s->to == STAY ? "stays" : act_state_name(s->to));
    roles_add(out, s->flags & STEP_SYSTEM ? 0 : s->who);
    buf_addf(out, " | ");
    for (int i = 0, count = 0; i < (int)COUNT(PARTIES); i++)
        if (!(s->flags & STEP_SYSTEM) && (s->at & (1u << i)))
            buf_addf(out, "%s%s", count++ ? ", " : "", PARTIES[i]);
    buf_addf(out, " | ");
    for (size_t i = 0; s->needs && s->needs[i]; i++)
        buf_addf(out, "%s%s", i ? ", " : "", s->needs[i]->code);
    buf_addf(out, " | %s%s |\n", s->flags & STEP_PROOF ? "second factor again" : "", s->flags & STEP_ROOM ? " by the house alone" : "");
}

static void steps_section(Buf *out)
{
    static const char *const KINDS[] = { "remote exam", "tele-expertise", "tele-assistance" };
    buf_addf(out, "\n## Steps of an act\n\nA role counts at the party of the act where it is held; what is in no row is refused.\n");
    for (size_t c = 0; c < ACT_CHAPTER_COUNT; c++) {
        if (!ACT_CHAPTERS[c]->steps)
            continue;
        buf_addf(out, "\n### %s (", ACT_CHAPTERS[c]->name);
        for (int i = 0, count = 0; i < (int)COUNT(KINDS); i++)
            if (ACT_CHAPTERS[c]->kinds & (1u << i))
                buf_addf(out, "%s%s", count++ ? ", " : "", KINDS[i]);
        buf_addf(out, ")\n\n| step | requirement | from | to | role | held at | what must be there | proof |\n|---|---|---|---|---|---|---|---|\n");
        for (const ActStep *s = ACT_CHAPTERS[c]->steps; s->step; s++)
            step_row(out, s);
    }
}

static json_t *matrix_json(void)
{
    json_t *routes = json_array();
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        json_t *who = json_array();
        for (int c = 0; c < SIGNERS; c++)
            if (passes(&ROUTES[i], c))
                json_push(who, json_cstr(column_name(c)));
        json_push(routes, json_pack("{s:s, s:s, s:b, s:o}", "method", method_name(ROUTES[i].method), "path", ROUTES[i].pattern, "body",
                                    ROUTES[i].body_max > 0, "who", who));
    }
    return json_pack("{s:o}", "routes", routes);
}

int command_permissions(int argc, char **argv)
{
    OWNED_BUF out = buf_make(SHOWN_BYTES);
    bool      ok  = true;
    if (option_given(argc, argv, "--json")) {
        OWNED(json_t) *json = matrix_json();
        ok                  = json && json_dump_to_buf(json, &out, NULL);
    } else {
        buf_addf(&out, "# Who may do what\n\nWritten by `beclere permissions` from the table of routes (server/doors/web/routes.c), the roles "
                       "(server/guard/access/permissions.c) and the steps of the acts (server/clinic/workflow/chapter_*.c). Not to be edited: "
                       "`node tools/permissions.mjs` writes it again, and the tests refuse one that is out of date.\n\n");
        routes_section(&out);
        steps_section(&out);
    }
    Slice text = buf_slice(&out);
    return ok && text.len && fwrite(text.at, 1, text.len, stdout) == text.len && fflush(stdout) == 0 ? 0 : 1;
}
