/*
 * Lines of the trace as DICOM Audit Messages: one table from our events to those of PS3.15 A.5.3, then the elements in schema order.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/audit/atna.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "formats/json/base64.h"
#include "platform/clock.h"

typedef struct Code {
    const char *code, *text; /* DCM, PS3.16 CID 400 and 401 */
} Code;

/* What an event of ours is to a repository. The first row that fits counts: 'what' is the beginning of the route or step, NULL any. */
typedef struct EventRow {
    const char *event, *what;
    char        action; /* PS3.15 A.5.2.1 */
    Code        id, type;
} EventRow;

#define APPLICATION { "110100", "Application Activity" }
#define LOG_USED    { "110101", "Audit Log Used" }
#define ACCESSED    { "110103", "DICOM Instances Accessed" }
#define TRANSFERRED { "110104", "DICOM Instances Transferred" }
#define DELETED     { "110105", "DICOM Study Deleted" }
#define EXPORTED    { "110106", "Export" }
#define PATIENT     { "110110", "Patient Record" }
#define PROCEDURE   { "110111", "Procedure Record" }
#define QUERIED     { "110112", "Query" }
#define ALERT       { "110113", "Security Alert" }
#define USER        { "110114", "User Authentication" }

static const EventRow EVENTS[] = {
    { "sign-in", NULL, 'E', USER, { "110122", "Login" } },
    { "sign-out", NULL, 'E', USER, { "110123", "Logout" } },
    { "account", NULL, 'U', ALERT, { "110137", "User Security Attributes Changed" } },
    { "search", NULL, 'E', QUERIED, { NULL, NULL } },
    { "read", "GET /api/audit", 'R', LOG_USED, { NULL, NULL } },
    { "export", "GET /api/audit", 'R', LOG_USED, { NULL, NULL } },
    { "read", "GET /dicom-web/", 'R', ACCESSED, { NULL, NULL } },
    { "read", "GET /api/acts", 'R', PROCEDURE, { NULL, NULL } },
    { "read", NULL, 'R', PATIENT, { NULL, NULL } },
    { "view-image", NULL, 'R', ACCESSED, { NULL, NULL } },
    { "store", NULL, 'C', TRANSFERRED, { NULL, NULL } },
    { "send", NULL, 'R', TRANSFERRED, { NULL, NULL } },
    { "delete", NULL, 'D', DELETED, { NULL, NULL } },
    { "export", NULL, 'R', EXPORTED, { NULL, NULL } },
    { "create", "POST /api/emergency-access", 'E', ALERT, { "110127", "Emergency Override Started" } },
    { "change", "POST /api/emergency-access/{id}/end", 'E', ALERT, { "110138", "Emergency Override Stopped" } },
    { "step", "step create", 'C', PROCEDURE, { NULL, NULL } },
    { "step", NULL, 'U', PROCEDURE, { NULL, NULL } },
    { "sign", NULL, 'U', PROCEDURE, { NULL, NULL } },
    { "create", NULL, 'C', PATIENT, { NULL, NULL } },
    { "change", NULL, 'U', PATIENT, { NULL, NULL } },
    { "peer", NULL, 'E', ALERT, { "110126", "Node Authentication" } },
    { "system", "start", 'E', APPLICATION, { "110120", "Application Start" } },
    { "system", "stop", 'E', APPLICATION, { "110121", "Application Stop" } },
    { "system", NULL, 'E', ALERT, { "110135", "Object Security Attributes Changed" } },
};

static const char *text_of(const json_t *line, const char *key)
{
    const char *text = json_string_value(json_object_get(line, key));
    return text ? text : "";
}

static int64_t number_of(const json_t *line, const char *key)
{
    return json_integer_value(json_object_get(line, key));
}

static const EventRow *event_of(const json_t *line)
{
    const char *event = text_of(line, "event"), *what = text_of(line, "what");
    for (size_t i = 0; i < COUNT(EVENTS); i++)
        if (strcmp(EVENTS[i].event, event) == 0 && (!EVENTS[i].what || strncmp(what, EVENTS[i].what, strlen(EVENTS[i].what)) == 0))
            return &EVENTS[i];
    return &EVENTS[COUNT(EVENTS) - 1];
}

/* The value of an attribute or an element: what XML 1.0 §2.2 does not allow becomes a question mark. */
static void value_add(Buf *out, const char *text)
{
    for (const char *c = text; *c; c++)
        switch (*c) {
        case '&': buf_add_text(out, "&amp;"); break;
        case '<': buf_add_text(out, "&lt;"); break;
        case '>': buf_add_text(out, "&gt;"); break;
        case '"': buf_add_text(out, "&quot;"); break;
        default:
            if (c[0] == '\xEF' && c[1] == '\xBF' && (c[2] == '\xBE' || c[2] == '\xBF')) { /* U+FFFE, U+FFFF */
                buf_add_char(out, '?');
                c += 2;
            } else {
                buf_add_char(out, (unsigned char)*c < 0x20 || *c == 0x7F ? '?' : *c);
            }
        }
}

static void attribute(Buf *out, const char *name, const char *value)
{
    buf_addf(out, " %s=\"", name);
    value_add(out, value);
    buf_add_char(out, '"');
}

static void coded(Buf *out, const char *element, Code code, const char *system)
{
    buf_addf(out, "<%s", element);
    attribute(out, "csd-code", code.code);
    attribute(out, "codeSystemName", system);
    attribute(out, "originalText", code.text);
    buf_add_text(out, "/>");
}

static void base64_add(Buf *out, Slice bytes)
{
    if (!base64_encode(bytes, out))
        out->failed = true;
}

/* ---- the parts, in the order of the schema ---- */

static void event_part(Buf *out, const json_t *line, const EventRow *row)
{
    char        at[CLOCK_ISO_SIZE];
    const char *outcome = text_of(line, "outcome");
    bool        ok      = strcmp(outcome, "ok") == 0;
    clock_iso(number_of(line, "at_ms"), at);
    buf_addf(out, "<EventIdentification EventActionCode=\"%c\" EventDateTime=\"%s\" EventOutcomeIndicator=\"%s\">", row->action, at,
             ok ? "0" : strcmp(outcome, "refused") == 0 ? "4" : "8");
    coded(out, "EventID", row->id, "DCM");
    if (row->type.code)
        coded(out, "EventTypeCode", row->type, "DCM");
    if (!ok) {
        buf_add_text(out, "<EventOutcomeDescription>");
        value_add(out, *text_of(line, "detail") ? text_of(line, "detail") : outcome);
        buf_add_text(out, "</EventOutcomeDescription>");
    }
    buf_add_text(out, "</EventIdentification>");
}

static bool is_address(const char *origin)
{
    return *origin && strspn(origin, "0123456789abcdefABCDEF.:") == strlen(origin);
}

/* Who asked, then we: their ends are told where instances went from one to the other (A.5.3.6, A.5.3.7). */
static void participants_part(Buf *out, const json_t *line, const EventRow *row, const AtnaSource *source)
{
    static const Code SOURCE = { "110153", "Source Role ID" }, DESTINATION = { "110152", "Destination Role ID" }, PROGRAM = { "110150", "Application" };
    const char *actor = text_of(line, "actor"), *rpps = text_of(line, "actor_rpps"), *name = text_of(line, "actor_name");
    bool moves  = strcmp(row->id.code, "110104") == 0 || strcmp(row->id.code, "110106") == 0 || strcmp(row->id.code, "110103") == 0;
    bool comes  = row->action == 'C';
    bool system = strncmp(actor, "system:", 7) == 0;
    buf_add_text(out, "<ActiveParticipant");
    attribute(out, "UserID", *rpps ? rpps : *actor ? actor : "unknown");
    if (*rpps)
        attribute(out, "AlternativeUserID", actor);
    if (*name)
        attribute(out, "UserName", name);
    attribute(out, "UserIsRequestor", "true");
    if (is_address(text_of(line, "origin"))) {
        attribute(out, "NetworkAccessPointID", text_of(line, "origin"));
        attribute(out, "NetworkAccessPointTypeCode", "2");
    }
    buf_add_char(out, '>');
    if (moves)
        coded(out, "RoleIDCode", comes ? SOURCE : DESTINATION, "DCM");
    else if (system)
        coded(out, "RoleIDCode", PROGRAM, "DCM");
    buf_add_text(out, "</ActiveParticipant><ActiveParticipant");
    attribute(out, "UserID", source->source);
    attribute(out, "UserIsRequestor", "false");
    attribute(out, "NetworkAccessPointID", source->host);
    attribute(out, "NetworkAccessPointTypeCode", "1");
    buf_add_char(out, '>');
    coded(out, "RoleIDCode", !moves ? PROGRAM : comes ? DESTINATION : SOURCE, "DCM");
    buf_add_text(out, "</ActiveParticipant>");
}

/* Where what is in the detail goes; "" none. */
static void detail(Buf *out, const char *type, const char *value)
{
    if (!*value)
        return;
    buf_add_text(out, "<ParticipantObjectDetail");
    attribute(out, "type", type);
    buf_add_text(out, " value=\"");
    base64_add(out, slice_of(value));
    buf_add_text(out, "\"/>");
}

/* Opens an object; its closing tag is the caller's. Types and roles: A.5.2.4. */
static void object_open(Buf *out, const char *id, const char *type, const char *role, Code kind, const char *system)
{
    buf_add_text(out, "<ParticipantObjectIdentification");
    attribute(out, "ParticipantObjectID", id);
    attribute(out, "ParticipantObjectTypeCode", type);
    attribute(out, "ParticipantObjectTypeCodeRole", role);
    buf_add_char(out, '>');
    coded(out, "ParticipantObjectIDTypeCode", kind, system);
}

static bool is_uid(const char *text)
{
    return strchr(text, '.') && strspn(text, "0123456789.") == strlen(text) && strlen(text) <= 64;
}

static void objects_part(Buf *out, const json_t *line, const EventRow *row)
{
    static const char END[] = "</ParticipantObjectIdentification>";
    static const Code STUDY = { "110180", "Study Instance UID" }, PERSON = { "2", "Patient Number" }, ENCOUNTER = { "3", "Encounter Number" },
                      CRITERIA = { "10", "Search Criteria" }, URI = { "12", "URI" };
    const char *object = text_of(line, "object"), *ipp = text_of(line, "ipp"), *act = text_of(line, "act_number");
    char        name[64], id[64];
    if (strcmp(row->id.code, "110112") == 0) {
        object_open(out, text_of(line, "what"), "2", "24", CRITERIA, "RFC-3881");
        buf_add_text(out, "<ParticipantObjectQuery>");
        base64_add(out, slice_of(*object ? object : text_of(line, "what")));
        buf_addf(out, "</ParticipantObjectQuery>%s", END);
    } else if (*object) {
        bool uid = is_uid(object);
        object_open(out, object, "2", uid ? "3" : "4", uid ? STUDY : URI, uid ? "DCM" : "RFC-3881");
        buf_add_text(out, END);
    }
    if (number_of(line, "patient_id")) {
        (void)snprintf(id, sizeof id, "%lld", (long long)number_of(line, "patient_id"));
        object_open(out, *ipp ? ipp : id, "1", "1", PERSON, "RFC-3881");
        buf_add_text(out, END);
    }
    if (number_of(line, "act_id")) {
        (void)snprintf(id, sizeof id, "%lld", (long long)number_of(line, "act_id"));
        object_open(out, *act ? act : id, "2", "20", ENCOUNTER, "RFC-3881");
        buf_add_text(out, END);
    }
    (void)snprintf(name, sizeof name, "urn:beclere:trace:%lld", (long long)number_of(line, "id"));
    object_open(out, name, "2", "13", URI, "RFC-3881");
    detail(out, "what", text_of(line, "what"));
    detail(out, "factors", text_of(line, "factors"));
    detail(out, "detail", strcmp(text_of(line, "outcome"), "ok") == 0 ? text_of(line, "detail") : "");
    detail(out, "hash", text_of(line, "hash"));
    buf_add_text(out, END);
}

bool atna_message(const json_t *line, const AtnaSource *source, Buf *ret)
{
    const EventRow *row = event_of(line);
    buf_add_text(ret, "<AuditMessage>");
    event_part(ret, line, row);
    participants_part(ret, line, row, source);
    buf_add_text(ret, "<AuditSourceIdentification");
    if (*source->enterprise)
        attribute(ret, "AuditEnterpriseSiteID", source->enterprise);
    attribute(ret, "AuditSourceID", source->source);
    buf_add_text(ret, "><AuditSourceTypeCode csd-code=\"4\"/></AuditSourceIdentification>"); /* 4: application server */
    objects_part(ret, line, row);
    buf_add_text(ret, "</AuditMessage>");
    return !ret->failed;
}

bool atna_syslog(const json_t *line, const AtnaSource *source, Buf *ret)
{
    enum { FACILITY_AUTHPRIV = 10, SEVERITY_NOTICE = 5 };
    OWNED_BUF message = buf_make(ATNA_MESSAGE_MAX);
    char      at[CLOCK_ISO_SIZE];
    clock_iso(number_of(line, "at_ms"), at);
    buf_addf(&message, "<%d>1 %s %s beclere %d IHE+DICOM - \xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?>", FACILITY_AUTHPRIV * 8 + SEVERITY_NOTICE,
             at, source->host, (int)getpid());
    return atna_message(line, source, &message) && buf_addf(ret, "%zu ", message.len) && buf_add(ret, buf_slice(&message));
}
