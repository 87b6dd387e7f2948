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
} CLASSES[] = {
    { SOP_CLASS_VERIFICATION, SERVICE_ECHO },
    { SOP_CLASS_WORKLIST, SERVICE_WORKLIST },
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
        return !info->encapsulated && (info->syntax == IMPLICIT_LITTLE || info->syntax == EXPLICIT_LITTLE);
    case SERVICE_NONE:
    case SERVICES:
        break;
    }
    return false;
}

static PduContext answer_context(const PduContext *wish)
{
    Service    service = service_of(wish->abstract);
    PduContext answer  = { .id       = wish->id,
                           .result   = service ? PDU_CONTEXT_TRANSFER_SYNTAXES : PDU_CONTEXT_ABSTRACT_SYNTAX,
                           .abstract = SLICE_NONE,
                           .syntaxes = SLICE_NONE };
    Reader     run     = reader_make(wish->syntaxes);
    Slice      uid;
    for (size_t at = 0; pdu_syntax_next(&run, &uid); at = run.pos) {
        bool taken = service && service_takes(service, uid);
        if (taken || !at) /* a refusal repeats the first one: not significant, but expected by some */
            answer.syntaxes = slice_part(run.bytes, at, run.pos - at);
        if (taken) {
            answer.result = PDU_CONTEXT_ACCEPTED;
            break;
        }
    }
    return answer;
}

void negotiate(const PduAssociate *wish, PduAssociate *ret)
{
    *ret = (PduAssociate) { .implementation_uid     = SLICE(OUR_IMPLEMENTATION_UID),
                            .implementation_version = SLICE(OUR_IMPLEMENTATION_VERSION),
                            .context_count          = wish->context_count,
                            .role_count             = wish->role_count };
    for (size_t i = 0; i < wish->context_count; i++)
        ret->contexts[i] = answer_context(&wish->contexts[i]);
    for (size_t i = 0; i < wish->role_count; i++) /* we are always the provider (PS3.7 annex D.3.3.4) */
        ret->roles[i] = (PduRole) { wish->roles[i].sop_class, wish->roles[i].scu, false };
}
