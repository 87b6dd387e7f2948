/*
 * One's own account: who am I, password, second factors, proofs for signing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/web/handlers.h"
#include "doors/web/session_answer.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"
#include "guard/access/directory.h"
#include "guard/access/psc.h"
#include "guard/access/sign_in.h"

static json_t *memberships_json(Db *db, const Who *who, Err *err)
{
    OWNED(json_t) *list = json_array();
    for (size_t i = 0; list && i < who->membership_count; i++) {
        Organisation o;
        if (!organisation_load(db, who->memberships[i].organisation_id, &o, err))
            return NULL;
        json_push(list, json_pack("{s:{s:I, s:s, s:s, s:s}, s:o}", "organisation", "id", (json_int_t)o.id,
                                  "name", o.name, "kind", o.kind, "time_zone", o.time_zone, "roles",
                                  roles_json(who->memberships[i].roles)));
    }
    return GIVE(list);
}

bool me(Request *q, HttpResponse *a, Err *err)
{
    const Who *w  = &q->who;
    OWNED(Db) *db = db_read(q->house->db, err);
    Person p;
    char   factors[64];
    if (!db || !person_load(db, w->person_id, &p, err))
        return false;
    json_t *memberships = memberships_json(db, w, err);
    if (!memberships)
        return false;
    json_t *situation = NULL;
    if (!psc_situation_of(db, w->session_id, &situation, err)) {
        json_decref(memberships);
        return false;
    }
    json_t *json = json_pack(
        "{s:{s:I, s:s, s:s, s:s, s:s, s:s, s:s}, s:b, s:b, s:s, s:s, s:I, s:o, s:o, s:o, s:s, s:b, s:b, s:o?}", "person",
        "id", (json_int_t)p.id, "login", p.login, "name", w->name, "rpps", p.rpps, "title", p.title, "family",
        p.family, "given", p.given, "full", w->full, "must_enrol", w->must_enrol, "factors",
        who_factors_text(w, factors, sizeof factors), "csrf", w->csrf, "expires_at_s",
        (json_int_t)w->expires_at_s, "memberships", memberships, "roles", roles_json(who_roles(w)),
        "permissions", permissions_json(who_permissions(w)), "mode", config_text(q->house->config, "mode"),
        "dictation", config_text(q->house->config, "dictation-url")[0] != '\0', "holder", w->holder, "situation", situation);
    return answer_json(a, json, err);
}

bool my_password(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    Slice current       = SLICE_NONE, wanted;
    if (!body || !json_may_text(body, "current", &current, err) ||
        !json_need_text(body, "wanted", &wanted, err) ||
        !password_set(q->house->access, &q->who, current, wanted, err))
        return false;
    sessions_forget_person(q->web->sessions, q->who.person_id);
    return answer_json(a, json_object(), err);
}

bool my_totp_start(Request *q, HttpResponse *a, Err *err)
{
    a->type = "application/json";
    return totp_enrol_start(q->house->access, &q->who, &a->bytes, err);
}

bool my_totp_confirm(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    Slice code;
    char  token[SESSION_TOKEN_SIZE];
    Who   who = { 0 };
    a->type   = "application/json";
    if (!body || !json_need_text(body, "code", &code, err) ||
        !totp_enrol_confirm(q->house->access, &q->who, code, &a->bytes, token, &who, err))
        return false;
    sessions_forget_person(q->web->sessions, q->who.person_id);
    return set_session(q, a, token, &who, err);
}

bool my_passkey_options(Request *q, HttpResponse *a, Err *err)
{
    a->type = "application/json";
    return passkey_enrol_options(q->house->access, &q->who, &a->bytes, err);
}

bool my_passkey_add(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    OWNED_BUF response  = buf_make(JSON_BYTES_MAX);
    json_t   *credential;
    Slice     label;
    char      token[SESSION_TOKEN_SIZE];
    Who       who = { 0 };
    if (!body || !json_need_text(body, "label", &label, err) ||
        !json_need_object(body, "credential", &credential, err) ||
        !json_dump_to_buf(credential, &response, err) ||
        !passkey_enrol(q->house->access, &q->who, buf_slice(&response), label, token, &who, err))
        return false;
    sessions_forget_person(q->web->sessions, q->who.person_id);
    return set_session(q, a, token, &who, err) && answer_json(a, json_pack("{s:s}", "next", "done"), err);
}

bool my_passkeys(Request *q, HttpResponse *a, Err *err)
{
    a->type = "application/json";
    return passkey_list(q->house->access, &q->who, &a->bytes, err);
}

bool my_passkey_remove(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    return param_id(q, 0, &id, err) && passkey_remove(q->house->access, &q->who, id, err) &&
           answer_json(a, json_object(), err);
}

bool my_proof_options(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    char    purpose[32], digest[65];
    int64_t act_id;
    if (!body || !json_need_copy(body, "purpose", purpose, sizeof purpose, err) ||
        !json_need_int(body, "act_id", 1, INT64_MAX, &act_id, err) ||
        !json_need_copy(body, "digest", digest, sizeof digest, err))
        return false;
    static const struct {
        const char *purpose;
        unsigned    may;
        bool        of_act;
    } PURPOSES[] = {
        { "sign-report", MAY_REPORT, true },
        { "accept-procedure", MAY_FILE, false },
        { "sign-ethics", MAY_FILE, false },
        { "sign-meeting", MAY_MEET, false },
        { "sign-convention", MAY_FILE, false }, /* whether for this party: when it is signed */
    };
    size_t known = 0;
    while (known < COUNT(PURPOSES) && strcmp(purpose, PURPOSES[known].purpose) != 0)
        known++;
    if (known == COUNT(PURPOSES))
        return err_set(err, ERR_INPUT, "Nothing is proved for that purpose.", "an unknown purpose");
    if (!(who_permissions(&q->who) & PURPOSES[known].may))
        return err_set(err, ERR_DENIED, "Your role does not allow this.", "purpose %s", PURPOSES[known].purpose);
    a->type             = "application/json";
    q->traced.act_id    = PURPOSES[known].of_act ? act_id : 0;
    const ProofWanted p = { purpose, act_id, digest };
    return passkey_proof_options(q->house->access, &q->who, &p, &a->bytes, err);
}
