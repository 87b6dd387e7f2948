/*
 * The DICOM upper layer on the wire: protocol data units to values and back. DICOM PS3.8 §9.3, annex D.
 *
 * Pure: no socket, no clock. What is read is borrowed from the bytes given. Reserved fields are sent as zero
 * and never tested. Unknown user information items are skipped, as the standard asks; anything that does not
 * fit its parent, or passes a ceiling below, is refused.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_DIMSE_PDU_H
#define DOORS_DIMSE_PDU_H

#include "base/buf.h"
#include "base/reader.h"

#define PDU_APPLICATION_CONTEXT "1.2.840.10008.3.1.1.1"

typedef enum PduType {
    PDU_ASSOCIATE_RQ = 0x01,
    PDU_ASSOCIATE_AC = 0x02,
    PDU_ASSOCIATE_RJ = 0x03,
    PDU_P_DATA       = 0x04,
    PDU_RELEASE_RQ   = 0x05,
    PDU_RELEASE_RP   = 0x06,
    PDU_ABORT        = 0x07,
} PduType;

enum {
    PDU_HEADER_SIZE    = 6,
    PDU_PDV_OVERHEAD   = 6,       /* length, context id, control header */
    PDU_ASSOCIATE_MAX  = 1 << 18, /* bytes of body: 128 contexts with every transfer syntax we know fit */
    PDU_CONTEXTS_MAX   = 128,     /* odd ids 1..255 */
    PDU_ROLES_MAX      = 128,
    PDU_EXTENDED_MAX   = 32,   /* of our services; the others are checked and left out */
    PDU_LENGTH_LEAST   = 4096, /* the smallest maximum length that we work with */
    PDU_LENGTH_CEILING = 1 << 20
};

typedef struct PduHeader {
    uint8_t  type;
    uint32_t length; /* of what follows the header */
} PduHeader;

/* Errors: ERR_INPUT unknown type, wrong fixed length; ERR_LIMIT longer than its kind may be. */
bool pdu_header_read(Reader *in, uint32_t max_p_data, PduHeader *ret, Err *err);

/* One presentation context, proposed (20) or answered (21). */
typedef struct PduContext {
    uint8_t id;       /* odd */
    uint8_t result;   /* answered: PDU_CONTEXT_… */
    Slice   abstract; /* proposed only */
    Slice   syntaxes; /* items 40 as they stand on the wire: walk with pdu_syntax_next */
} PduContext;

enum {
    PDU_CONTEXT_ACCEPTED = 0,
    PDU_CONTEXT_USER_REJECTION,
    PDU_CONTEXT_NO_REASON,
    PDU_CONTEXT_ABSTRACT_SYNTAX,
    PDU_CONTEXT_TRANSFER_SYNTAXES
};

typedef struct PduRole { /* item 54 */
    Slice sop_class;
    bool  scu, scp;
} PduRole;

typedef struct PduExtended { /* item 56: what it means is up to the service class */
    Slice sop_class, info;
} PduExtended;

typedef struct PduIdentity { /* item 58; not asked when type is 0 */
    uint8_t type;            /* 1 name, 2 name and passcode, 3 Kerberos, 4 SAML, 5 JWT */
    bool    response_wanted;
    Slice   primary, secondary;
} PduIdentity;

/* A-ASSOCIATE-RQ and A-ASSOCIATE-AC. */
typedef struct PduAssociate {
    uint16_t    version;                 /* a bit each; bit 0 is version 1 */
    char        called[17], calling[17]; /* without the padding */
    Slice       application_context;
    PduContext  contexts[PDU_CONTEXTS_MAX];
    size_t      context_count;
    uint32_t    max_length; /* 0: no limit */
    Slice       implementation_uid, implementation_version;
    uint16_t    invoked, performed; /* asynchronous window; 1 and 1 when not asked */
    PduRole     roles[PDU_ROLES_MAX];
    size_t      role_count;
    PduExtended extended[PDU_EXTENDED_MAX];
    size_t      extended_count;
    PduIdentity identity;          /* RQ */
    bool        identity_answered; /* AC: item 59 stands there, perhaps empty */
    Slice       identity_answer;
} PduAssociate;

/* 'body' is what follows the header. Errors: ERR_INPUT does not fit; ERR_LIMIT too many. */
bool pdu_associate_read(Slice body, PduType type, PduAssociate *ret, Err *err);

/* Header and body. False (ERR_LIMIT) when 'to' has no room. */
bool pdu_associate_write(const PduAssociate *p, PduType type, Buf *to, Err *err);

/* The next transfer syntax of a run of items 40. False at the end. The run was checked when read. */
bool pdu_syntax_next(Reader *run, Slice *ret);

/* Adds one item 40. */
bool pdu_syntax_add(Buf *run, Slice uid);

typedef struct PduReject {
    uint8_t result, source, reason;
} PduReject;
enum { PDU_REJECTED_PERMANENT = 1, PDU_REJECTED_TRANSIENT = 2 };
enum { PDU_SOURCE_USER = 1, PDU_SOURCE_ACSE = 2, PDU_SOURCE_PRESENTATION = 3 };
enum {
    PDU_USER_NO_REASON           = 1,
    PDU_USER_APPLICATION_CONTEXT = 2,
    PDU_USER_CALLING_UNKNOWN     = 3,
    PDU_USER_CALLED_UNKNOWN      = 7,
    PDU_ACSE_PROTOCOL_VERSION    = 2,
    PDU_PRESENTATION_CONGESTION  = 1,
    PDU_PRESENTATION_LIMIT       = 2
};

typedef struct PduAbort {
    uint8_t source, reason;
} PduAbort;
enum { PDU_ABORT_BY_USER = 0, PDU_ABORT_BY_PROVIDER = 2 };
enum {
    PDU_ABORT_NO_REASON         = 0,
    PDU_ABORT_UNRECOGNISED      = 1,
    PDU_ABORT_UNEXPECTED        = 2,
    PDU_ABORT_UNKNOWN_PARAMETER = 4,
    PDU_ABORT_INVALID_VALUE     = 6
};

bool pdu_reject_read(Slice body, PduReject *ret, Err *err);
bool pdu_abort_read(Slice body, PduAbort *ret, Err *err);
bool pdu_reject_write(PduReject p, Buf *to);
bool pdu_abort_write(PduAbort p, Buf *to);
bool pdu_release_write(PduType type, Buf *to); /* PDU_RELEASE_RQ or PDU_RELEASE_RP */

/* One fragment of a message. */
typedef struct Pdv {
    uint8_t context_id;
    bool    is_command, is_last;
    Slice   bytes; /* borrowed */
} Pdv;

/*
 * The next fragment of a P-DATA-TF body; at its end true with *ret_more false.
 * Errors: ERR_INPUT a fragment longer than the rest, shorter than 2 bytes, or of an even context.
 */
bool pdu_pdv_next(Reader *body, Pdv *ret, bool *ret_more, Err *err);

/* Header of a P-DATA-TF holding one fragment of 'len' bytes; the fragment follows. */
enum { PDU_ONE_PDV_HEADER = PDU_HEADER_SIZE + PDU_PDV_OVERHEAD };
void pdu_one_pdv_header(uint8_t context_id, bool is_command, bool is_last, size_t len,
                        char ret[PDU_ONE_PDV_HEADER]);

#endif
