/*
 * Small words of the handlers: answers, refusals, parameters; and the door's own tables of statuses and
 * names.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/web/web.h"
#include "clinic/workflow/act_json.h"
#include "formats/json/json_util.h"
#include "guard/access/directory.h"

int status_of(ErrKind kind)
{
    static const int STATUS[] = {
        [ERR_NONE] = 200,        [ERR_INPUT] = 400,    [ERR_SIGN_IN] = 401, [ERR_DENIED] = 403,
        [ERR_NOT_FOUND] = 404,   [ERR_CONFLICT] = 409, [ERR_LIMIT] = 413,   [ERR_TOO_OFTEN] = 429,
        [ERR_UNAVAILABLE] = 503, [ERR_FULL] = 507,     [ERR_BUG] = 500,
    };
    return (size_t)kind < COUNT(STATUS) ? STATUS[kind] : 500;
}

const char *permission_name(unsigned bit)
{
    static const struct {
        unsigned    bit;
        const char *name;
    } NAMES[] = {
        { ANYONE, "anyone" },
        { MAY_SIGN_IN, "sign-in" },
        { SIGNED_IN, "signed-in" },
        { MAY_REQUEST, "request" },
        { MAY_ACT, "act" },
        { MAY_SEARCH, "search" },
        { MAY_VIEW, "view" },
        { MAY_STORE, "store" },
        { MAY_REPORT, "report" },
        { MAY_IDENTIFY, "identify" },
        { MAY_ADMINISTER, "administer" },
        { MAY_ARCHIVE, "archive" },
        { MAY_AUDIT, "audit" },
        { MAY_PLAN, "plan" },
        { MAY_FETCH, "fetch" },
        { MAY_FILE, "own-file" },
        { MAY_STAFF, "staff" },
        { MAY_REGISTER, "register" },
        { MAY_MEET, "meetings" },
        { MAY_SHARE_AIDS, "share-aids" },
        { MAY_EMERGENCY, "emergency" },
        { MAY_OWN, "own-record" },
    };
    for (size_t i = 0; i < COUNT(NAMES); i++)
        if (NAMES[i].bit == bit)
            return NAMES[i].name;
    return "";
}

json_t *permissions_json(unsigned permissions)
{
    json_t *names = json_array();
    for (unsigned bit = 1; bit && names; bit <<= 1)
        if ((permissions & bit) && *permission_name(bit))
            json_push(names, json_cstr(permission_name(bit)));
    return names;
}

json_t *refusal_json(Request *q, const Err *err)
{
    json_t *error = json_object(), *whole = json_object();
    if (!error || !whole) {
        json_decref(error);
        json_decref(whole);
        return NULL;
    }
    json_put(error, "kind", json_cstr(err_kind_name(err->kind)));
    json_put(error, "text",
             json_cstr(text_in(q->lang, err->shown ? err->shown : "Something went wrong here.")));
    if (q->refusal)
        (void)json_object_update(error, q->refusal);
    json_put(whole, "error", error);
    if (q->beside)
        (void)json_object_update_missing(whole, q->beside);
    return whole;
}

bool answer_json(HttpResponse *a, json_t *taken, Err *err)
{
    OWNED(json_t) *json = taken;
    a->type             = "application/json";
    if (!json)
        return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "json answer");
    return json_dump_to_buf(json, &a->bytes, err);
}

bool answer_named(HttpResponse *a, Db *db, json_t *taken, Err *err)
{
    OWNED(json_t) *json = taken;
    return (!json || logins_named(db, json, err)) && answer_json(a, GIVE(json), err);
}

bool answer_text(HttpResponse *a, const char *type, Slice bytes, Err *err)
{
    a->type = type;
    buf_add(&a->bytes, bytes);
    return buf_ok(&a->bytes, err);
}

json_t *body_json(Request *q, Err *err)
{
    return json_parse_object(q->body.len ? q->body : SLICE("{}"), err);
}

bool param_id(const Request *q, size_t n, int64_t *ret, Err *err)
{
    int64_t id;
    if (n >= ROUTE_PARAMS_MAX || !slice_int(q->param[n], &id) || id <= 0)
        return err_set(err, ERR_NOT_FOUND, "There is nothing at this address.", "part %zu is no id", n);
    *ret = id;
    return true;
}

bool act_of(Request *q, Db *db, int64_t *ret, Err *err)
{
    if (!param_id(q, 0, ret, err))
        return false;
    q->traced.act_id = *ret;
    return act_patient(db, &q->who, *ret, &q->traced.patient_id, err);
}

bool query_int(const Request *q, const char *name, int64_t min, int64_t max, int64_t *ret, Err *err)
{
    const char *text = http_query(q->http, name);
    int64_t     value;
    if (!text || !*text)
        return true;
    if (!slice_int(slice_of(text), &value) || value < min || value > max)
        return err_set(err, ERR_INPUT, "A value of the address is not right.", "query %s", name);
    *ret = value;
    return true;
}

void traced_object(Request *q, Slice object)
{
    (void)slice_copy(object, q->traced.object, sizeof q->traced.object);
}
