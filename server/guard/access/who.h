/*
 * Who asks: the person behind a session, with roles per organisation and the factors shown. E16, X1, X2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_WHO_H
#define GUARD_ACCESS_WHO_H

#include "platform/db/db.h"

/* Roles, per organisation (S4). */
typedef enum Role {
    ROLE_REQUESTER         = 1 << 0,
    ROLE_TECHNOLOGIST      = 1 << 1,
    ROLE_IMAGER            = 1 << 2,
    ROLE_LOCAL_PHYSICIAN   = 1 << 3,
    ROLE_NUCLEAR_PHYSICIAN = 1 << 4,
    ROLE_SECRETARY         = 1 << 5,
    ROLE_PACS_ADMIN        = 1 << 6,
    ROLE_PHYSICIST         = 1 << 7,
    ROLE_PCR               = 1 << 8,
    ROLE_BIOMEDICAL        = 1 << 9,
    ROLE_PHARMACIST        = 1 << 10,
    ROLE_PHARMACY_TECH     = 1 << 11,
    ROLE_QUALITY           = 1 << 12,
    ROLE_RESPONSIBLE       = 1 << 13, /* responsible radiologist of a party to a convention */
    ROLE_ADMIN             = 1 << 14, /* people and roles; reads no clinical data */
    ROLE_PATIENT           = 1 << 15,
} Role;
enum { ROLE_COUNT = 16 };

const char *role_name(unsigned one_role);   /* "requester", "technologist"... (API and database spelling) */
unsigned    role_from_name(Slice name);     /* 0 when unknown */

/* What a route may ask for. A person has the union of what the roles give (table in permissions.c). */
typedef enum Permission {
    MAY_UNSET     = 0,       /* a route row with this does not start */
    ANYONE        = 1 << 0,  /* no session needed */
    MAY_SIGN_IN   = 1 << 1,  /* a half-open session: first factor shown, or first sign-in under way */
    SIGNED_IN     = 1 << 2,  /* any full session (two factors) */
    MAY_REQUEST   = 1 << 3,  /* create and send requests */
    MAY_ACT       = 1 << 4,  /* take part in acts: the step table decides the rest */
    MAY_SEARCH    = 1 << 5,  /* search patients and studies one has access to */
    MAY_VIEW      = 1 << 6,  /* images and reports of patients one has access to */
    MAY_STORE     = 1 << 7,  /* STOW */
    MAY_REPORT    = 1 << 8,  /* write and sign reports */
    MAY_IDENTIFY  = 1 << 9,  /* create and change patient identities */
    MAY_ADMINISTER = 1 << 10, /* people, roles, organisations */
    MAY_ARCHIVE   = 1 << 11, /* peers, archive state */
    MAY_AUDIT     = 1 << 12, /* read the trace */
    MAY_PLAN      = 1 << 13,
    MAY_FETCH     = 1 << 14, /* ask other archives for earlier exams of patients one sees */
    MAY_FILE      = 1 << 15, /* one's own file: papers, trainings, procedures to sign */
    MAY_STAFF     = 1 << 16, /* files of the people of one's organisations, as far as each role sees */
    MAY_REGISTER  = 1 << 17, /* the register of rooms and equipment */
    MAY_MEET      = 1 << 18, /* staff meetings and RCP */
    MAY_SHARE_AIDS = 1 << 20, /* templates, phrases and words that an organisation's readers share */
    MAY_EMERGENCY = 1 << 21, /* open a patient outside care, with a reason that is judged afterwards */
    MAY_OWN       = 1 << 19, /* one's own record, as a patient or for the patient one represents: holders alone, and nothing else */
} Permission;

unsigned permissions_of_roles(unsigned roles);

typedef struct Membership {
    int64_t  organisation_id;
    unsigned roles;
} Membership;

enum { FACTOR_PASSWORD = 1, FACTOR_TOTP = 2, FACTOR_PASSKEY = 4, FACTOR_RECOVERY = 8, FACTOR_PSC = 16, FACTOR_CARD = 32 };
enum { FACTORS_NATIONAL = FACTOR_PSC | FACTOR_CARD }; /* means that the health authorities gave: no factor of ours has to be set up */
enum { WHO_MEMBERSHIPS_MAX = 32, WHO_SITUATION_SIZE = 80 };

/* A person in a session; plain values, copied freely. person_id 0: nobody. */
typedef struct Who {
    int64_t    session_id, person_id;
    char       login[64];
    char       name[128];    /* "Dr Jeanne MARTIN": as shown to people */
    char       rpps[16];     /* "" when none */
    char       csrf[65];
    char       lang[3];      /* "fr" or "en" */
    char       address[64];  /* where from */
    char       workstation[65]; /* the key that this browser keeps for its checks of the display; "" none */
    unsigned   factors;      /* FACTOR_… shown in this session */
    char       situation[WHO_SITUATION_SIZE]; /* of exercise, as Pro Santé Connect told and the person chose: "10/SM54/S/F430000123"; "" none */
    bool       full;         /* two factors shown: clinical routes answer */
    bool       must_enrol;   /* first sign-in: only the enrolment routes answer */
    bool       holder;       /* a patient or who represents one: no professional, whatever the memberships say */
    int64_t    signed_in_at_s, expires_at_s;
    Membership memberships[WHO_MEMBERSHIPS_MAX];
    size_t     membership_count;
} Who;

unsigned    who_roles(const Who *w);                                  /* over all organisations */
unsigned    who_roles_in(const Who *w, int64_t organisation_id);      /* 0 when not a member */
unsigned    who_permissions(const Who *w);                            /* from roles and 'full' */
const char *who_factors_text(const Who *w, char *ret, size_t size);   /* "password+totp", "psc:10/SM54/S/F430000123" */

#endif
