/*
 * The table of services, and the answer to each presentation context.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/dimse/negotiation.h"

#include "base/own.h"
#include "formats/dicom/part10.h"

/* Retired, still sent by machines in the field (PS3.4 annex B of older editions). */
static const char *const STILL_SENT[] = {
    "1.2.840.10008.5.1.4.1.1.3",    /* ultrasound multi-frame */
    "1.2.840.10008.5.1.4.1.1.5",    /* nuclear medicine */
    "1.2.840.10008.5.1.4.1.1.6",    /* ultrasound */
    "1.2.840.10008.5.1.4.1.1.12.3", /* X-ray angiographic biplane */
};

/* Services other than storage, one SOP class each. */
static const struct {
    const char *sop_class;
    Service     service;
    QueryRoot   root;
} CLASSES[] = {
    { SOP_CLASS_VERIFICATION, SERVICE_ECHO, ROOT_NONE },
    { SOP_CLASS_WORKLIST, SERVICE_WORKLIST, ROOT_NONE },
    { SOP_CLASS_MPPS, SERVICE_MPPS, ROOT_NONE },
    { SOP_CLASS_COMMITMENT, SERVICE_COMMITMENT, ROOT_NONE },
    { SOP_CLASS_PATIENT_ROOT_FIND, SERVICE_FIND, ROOT_PATIENT },
    { SOP_CLASS_PATIENT_ROOT_MOVE, SERVICE_MOVE, ROOT_PATIENT },
    { SOP_CLASS_PATIENT_ROOT_GET, SERVICE_GET, ROOT_PATIENT },
    { SOP_CLASS_STUDY_ROOT_FIND, SERVICE_FIND, ROOT_STUDY },
    { SOP_CLASS_STUDY_ROOT_MOVE, SERVICE_MOVE, ROOT_STUDY },
    { SOP_CLASS_STUDY_ROOT_GET, SERVICE_GET, ROOT_STUDY },
    { "1.2.840.10008.5.1.4.1.2.3.1", SERVICE_FIND, ROOT_PATIENT_STUDY_ONLY }, /* retired, still asked */
    { "1.2.840.10008.5.1.4.1.2.3.2", SERVICE_MOVE, ROOT_PATIENT_STUDY_ONLY },
    { "1.2.840.10008.5.1.4.1.2.3.3", SERVICE_GET, ROOT_PATIENT_STUDY_ONLY },
};

Service service_of(Slice abstract_syntax)
{
    for (size_t i = 0; i < COUNT(CLASSES); i++)
        if (slice_equal_text(abstract_syntax, CLASSES[i].sop_class))
            return CLASSES[i].service;
    for (size_t i = 0; i < COUNT(STILL_SENT); i++)
        if (slice_equal_text(abstract_syntax, STILL_SENT[i]))
            return SERVICE_STORE;
    return uid_is_storage(abstract_syntax) ? SERVICE_STORE : SERVICE_NONE;
}

QueryRoot query_root_of(Slice abstract_syntax)
{
    for (size_t i = 0; i < COUNT(CLASSES); i++)
        if (slice_equal_text(abstract_syntax, CLASSES[i].sop_class))
            return CLASSES[i].root;
    return ROOT_NONE;
}

bool service_takes(Service service, Slice transfer_syntax)
{
    const SyntaxInfo *info = syntax_info(transfer_syntax);
    if (!info)
        return false;
    switch (service) {
    case SERVICE_STORE:
        return info->storable;
    case SERVICE_ECHO:
        return !info->encapsulated && info->syntax != DEFLATED_LITTLE; /* no data set ever */
    case SERVICE_WORKLIST:
    case SERVICE_MPPS:
    case SERVICE_COMMITMENT:
    case SERVICE_FIND:
    case SERVICE_MOVE:
    case SERVICE_GET:
        return !info->encapsulated && (info->syntax == IMPLICIT_LITTLE || info->syntax == EXPLICIT_LITTLE);
    case SERVICE_NONE:
    case SERVICES:
        break;
    }
    return false;
}

/* Which of the proposed syntaxes is taken first, among those that can be: the lowest. */
static int syntax_rank(Slice uid, bool we_send)
{
    const SyntaxInfo *info = syntax_info(uid);
    if (!we_send || !info) /* the sender's order says what it has */
        return 0;
    return info->encapsulated ? 2 : info->syntax == EXPLICIT_LITTLE ? 0 : 1;
}

static PduContext answer_context(const PduContext *wish, bool we_send)
{
    Service    service = service_of(wish->abstract);
    PduContext answer  = { .id       = wish->id,
                           .result   = service ? PDU_CONTEXT_TRANSFER_SYNTAXES : PDU_CONTEXT_ABSTRACT_SYNTAX,
                           .abstract = SLICE_NONE,
                           .syntaxes = SLICE_NONE };
    Reader     run     = reader_make(wish->syntaxes);
    Slice      uid;
    int        best = INT32_MAX;
    for (size_t at = 0; pdu_syntax_next(&run, &uid); at = run.pos) {
        bool taken = service && service_takes(service, uid) && syntax_rank(uid, we_send) < best;
        if (taken || !at) /* a refusal repeats the first one: not significant, but expected by some */
            answer.syntaxes = slice_part(run.bytes, at, run.pos - at);
        if (taken) {
            answer.result = PDU_CONTEXT_ACCEPTED;
            best          = syntax_rank(uid, we_send);
        }
    }
    return answer;
}

/* ---- roles: we send objects only as the answer to a C-GET (PS3.4 §C.5.3.1, PS3.7 annex D.3.3.4) ---- */

static bool asks_get(const PduAssociate *wish)
{
    for (size_t i = 0; i < wish->context_count; i++)
        if (service_of(wish->contexts[i].abstract) == SERVICE_GET)
            return true;
    return false;
}

static PduRole answer_role(const PduRole *wish, bool get)
{
    return (PduRole) { wish->sop_class, wish->scu,
                       get && wish->scp && service_of(wish->sop_class) == SERVICE_STORE };
}

static bool we_send(const PduAssociate *answer, Slice sop_class)
{
    for (size_t i = 0; i < answer->role_count; i++)
        if (slice_equal(answer->roles[i].sop_class, sop_class))
            return answer->roles[i].scp;
    return false;
}

/* ---- extended negotiation: a byte each, 1 what we do, 0 what we do not ---- */

/* By what was asked: bit 0 relational, bit 1 combined, bit 2 fuzzy, bit 3 time zones; never an enhanced view.
 */
#define GRANT(n)                                                                                             \
    {                                                                                                        \
        (n) & 1, (n) >> 1 & 1, (n) >> 2 & 1, (n) >> 3 & 1, 0                                                 \
    }
static const char GRANTED[16][5] = { GRANT(0),  GRANT(1),  GRANT(2),  GRANT(3), GRANT(4),  GRANT(5),
                                     GRANT(6),  GRANT(7),  GRANT(8),  GRANT(9), GRANT(10), GRANT(11),
                                     GRANT(12), GRANT(13), GRANT(14), GRANT(15) };

/* As long as the wish, at most five bytes. C-MOVE and C-GET have the first alone. */
static PduExtended answer_extended(const PduExtended *wish)
{
    size_t   count = service_of(wish->sop_class) == SERVICE_FIND ? 4 : 1;
    unsigned asked = 0;
    for (size_t i = 0; i < count && i < wish->info.len; i++)
        asked |= wish->info.at[i] == 1 ? 1U << i : 0;
    size_t len = wish->info.len < 5 ? wish->info.len : 5;
    return (PduExtended) { wish->sop_class, slice_bytes(GRANTED[asked], len) };
}

QueryTerms query_terms(const PduAssociate *answer, Slice sop_class)
{
    QueryTerms terms = { 0 };
    for (size_t i = 0; i < answer->extended_count; i++) {
        Slice info = answer->extended[i].info;
        if (!slice_equal(answer->extended[i].sop_class, sop_class))
            continue;
        terms.combined = info.len > 1 && info.at[1] == 1;
        terms.fuzzy    = info.len > 2 && info.at[2] == 1;
        terms.zones    = info.len > 3 && info.at[3] == 1;
    }
    return terms;
}

/* 0 means as many as it likes. */
static uint16_t at_most(uint16_t wish, uint16_t ours)
{
    return wish == 0 || wish > ours ? ours : wish;
}

void negotiate(const PduAssociate *wish, PduAssociate *ret)
{
    bool get = asks_get(wish);
    *ret     = (PduAssociate) { .implementation_uid     = SLICE(OUR_IMPLEMENTATION_UID),
                                .implementation_version = SLICE(OUR_IMPLEMENTATION_VERSION),
                                .identity_answer        = SLICE_NONE,
                                .context_count          = wish->context_count,
                                .role_count             = wish->role_count,
                                .invoked                = at_most(wish->invoked, OPERATIONS_MAX),
                                .performed              = 1 };
    for (size_t i = 0; i < wish->role_count; i++)
        ret->roles[i] = answer_role(&wish->roles[i], get);
    for (size_t i = 0; i < wish->context_count; i++)
        ret->contexts[i] = answer_context(&wish->contexts[i], we_send(ret, wish->contexts[i].abstract));
    for (size_t i = 0; i < wish->extended_count; i++) {
        Service service = service_of(wish->extended[i].sop_class);
        if (service == SERVICE_FIND || service == SERVICE_MOVE || service == SERVICE_GET)
            ret->extended[ret->extended_count++] = answer_extended(&wish->extended[i]);
    }
}
