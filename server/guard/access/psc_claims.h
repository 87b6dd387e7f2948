/*
 * What the claims of Pro Santé Connect must say before anybody is let in: pure, no key, clock or network.
 *
 * Sources: OpenID Connect Core 1.0 §3.1.3.7 and §5.3, Back-Channel Logout 1.0 §2.6; shape of the professional's claims and of acr: the public
 * data of the service (docs/decisions/0123-pro-sante-connect.md).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_PSC_CLAIMS_H
#define GUARD_ACCESS_PSC_CLAIMS_H

#include "formats/json/json_util.h"
#include "guard/access/who.h"

enum {
    PSC_SKEW_S           = 60,  /* our clock and theirs */
    PSC_TOKEN_AGE_S      = 600, /* an ID token was issued just now */
    PSC_SITUATIONS_MAX   = 24,  /* more are left out */
    PSC_SUB_SIZE         = 256,
};

#define PSC_UNVERIFIED "The answer of Pro Santé Connect could not be verified: start the sign-in again. If it happens again, tell your administrator."

typedef struct IdTokenWanted {
    const char *issuer, *client_id, *nonce;
    const char *acr; /* the level that was asked for */
    int64_t     now_s;
} IdTokenWanted;

typedef struct IdToken {
    char    sub[PSC_SUB_SIZE], sid[PSC_SUB_SIZE]; /* sid "" when absent */
    int64_t auth_time_s;                          /* 0 when not said */
} IdToken;

/*
 * iss exact; aud holds the client and nobody unknown to us, azp is the client where it stands; exp, iat, nbf within the skew; nonce equal; acr not
 * weaker than asked, a missing one counts as eidas1. ERR_SIGN_IN; a weak acr says so.
 */
bool id_token_check(const json_t *claims, const IdTokenWanted *w, IdToken *ret, Err *err);

typedef struct LogoutToken {
    char    sub[PSC_SUB_SIZE], sid[PSC_SUB_SIZE], jti[PSC_SUB_SIZE]; /* one of sub and sid may be "" */
    int64_t ends_at_s;                                               /* until when a second one with this jti is refused */
} LogoutToken;

/* ERR_INPUT: no logout token for us, or an ID token in its place. */
bool logout_token_check(const json_t *claims, const IdTokenWanted *w, LogoutToken *ret, Err *err);

/* One way in which the professional exercises; texts "" when not said. */
typedef struct PscSituation {
    char profession[12]; /* TRE_G15: "10" physician */
    char category[8];    /* "C" civil… */
    char skill[16];      /* "SM54" */
    char mode[8];        /* "L" liberal, "S" salaried… */
    char sector[16];     /* "SA01" */
    char structure[160]; /* name of the place */
    char structure_id[40]; /* "F" and FINESS, "S" and SIRET, or the technical id */
} PscSituation;

typedef struct PscPerson {
    char         sub[PSC_SUB_SIZE];
    char         national_id[24]; /* SubjectNameID: "8" and the RPPS number */
    PscSituation situations[PSC_SITUATIONS_MAX];
    size_t       count; /* 0: the claims tell none */
} PscPerson;

/* ERR_INPUT: no sub or SubjectNameID, or a member of another type. Empty texts and unknown members are passed over. */
bool psc_person_read(const json_t *userinfo, PscPerson *ret, Err *err);

/* The RPPS number in a national id (PS_IdNat, prefix 8). ERR_SIGN_IN another kind of id. */
bool rpps_of_national_id(Slice national_id, char ret[12], Err *err);

/* "10/SM54/S/F430000123": what stands in the session and in each line of the trace. WHO_SITUATION_SIZE bytes. */
void psc_situation_code(const PscSituation *s, char ret[WHO_SITUATION_SIZE]);
json_t *psc_situation_json(const PscSituation *s);

#endif
