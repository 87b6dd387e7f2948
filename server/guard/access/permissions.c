/*
 * Who may ask for what: one table from role to permissions, and the plain questions about a Who.
 *
 * The step table of each act decides the rest. An administrator handles people and roles and reads no
 * clinical data.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/access_internal.h"
#include "guard/access/who.h"

#include "base/buf.h"

typedef struct RoleRow {
    const char *name;
    unsigned    role;
    bool        clinical; /* the role opens patients granted to the organisation (GRANT_SQL) */
    unsigned    may;
} RoleRow;

static const RoleRow ROLES[ROLE_COUNT] = {
    /* name               role                 clinical  may */
    { "requester", ROLE_REQUESTER, true, MAY_EMERGENCY | MAY_ACT | MAY_SEARCH | MAY_VIEW | MAY_REQUEST | MAY_IDENTIFY | MAY_FETCH | MAY_FILE | MAY_MEET },
    { "technologist", ROLE_TECHNOLOGIST, true,
      MAY_ACT | MAY_SEARCH | MAY_VIEW | MAY_STORE | MAY_IDENTIFY | MAY_PLAN | MAY_FETCH | MAY_FILE | MAY_REGISTER | MAY_MEET },
    { "imager", ROLE_IMAGER, true, MAY_EMERGENCY | MAY_ACT | MAY_SEARCH | MAY_VIEW | MAY_REPORT | MAY_FETCH | MAY_FILE | MAY_STAFF | MAY_REGISTER | MAY_MEET },
    { "local-physician", ROLE_LOCAL_PHYSICIAN, true, MAY_EMERGENCY | MAY_ACT | MAY_SEARCH | MAY_VIEW | MAY_FILE | MAY_MEET },
    { "nuclear-physician", ROLE_NUCLEAR_PHYSICIAN, true, MAY_EMERGENCY | MAY_ACT | MAY_SEARCH | MAY_VIEW | MAY_FETCH | MAY_FILE | MAY_REGISTER | MAY_MEET },
    { "secretary", ROLE_SECRETARY, true, MAY_ACT | MAY_SEARCH | MAY_IDENTIFY | MAY_PLAN | MAY_FILE | MAY_STAFF | MAY_MEET },
    { "pacs-admin", ROLE_PACS_ADMIN, true, MAY_SEARCH | MAY_VIEW | MAY_STORE | MAY_ARCHIVE | MAY_FETCH | MAY_FILE | MAY_STAFF | MAY_REGISTER },
    { "physicist", ROLE_PHYSICIST, true, MAY_SEARCH | MAY_VIEW | MAY_FILE | MAY_STAFF | MAY_REGISTER | MAY_MEET },
    { "pcr", ROLE_PCR, false, MAY_FILE | MAY_STAFF | MAY_REGISTER },
    { "biomedical", ROLE_BIOMEDICAL, false, MAY_FILE | MAY_STAFF | MAY_REGISTER },
    { "pharmacist", ROLE_PHARMACIST, true, MAY_ACT | MAY_FILE | MAY_REGISTER | MAY_MEET },
    { "pharmacy-tech", ROLE_PHARMACY_TECH, true, MAY_ACT | MAY_FILE | MAY_REGISTER },
    { "quality", ROLE_QUALITY, false, MAY_AUDIT | MAY_FILE | MAY_STAFF | MAY_REGISTER | MAY_MEET },
    { "responsible", ROLE_RESPONSIBLE, false, MAY_AUDIT | MAY_FILE | MAY_STAFF | MAY_REGISTER | MAY_MEET | MAY_SHARE_AIDS },
    { "administrator", ROLE_ADMIN, false, MAY_ADMINISTER | MAY_AUDIT | MAY_FILE },
    { "patient", ROLE_PATIENT, false, 0 }, /* own record only: guard/access/holder.h */
};

const char *role_name(unsigned one_role)
{
    for (size_t i = 0; i < COUNT(ROLES); i++)
        if (ROLES[i].role == one_role)
            return ROLES[i].name;
    return "";
}

unsigned role_from_name(Slice name)
{
    for (size_t i = 0; i < COUNT(ROLES); i++)
        if (slice_equal_text(name, ROLES[i].name))
            return ROLES[i].role;
    return 0;
}

unsigned permissions_of_roles(unsigned roles)
{
    unsigned may = 0;
    for (size_t i = 0; i < COUNT(ROLES); i++)
        if (roles & ROLES[i].role)
            may |= ROLES[i].may;
    return may;
}

bool roles_are_clinical(unsigned roles)
{
    for (size_t i = 0; i < COUNT(ROLES); i++)
        if (roles & ROLES[i].role && ROLES[i].clinical)
            return true;
    return false;
}

unsigned who_roles(const Who *w)
{
    unsigned roles = 0;
    for (size_t i = 0; i < w->membership_count; i++)
        roles |= w->memberships[i].roles;
    return roles;
}

unsigned who_roles_in(const Who *w, int64_t organisation_id)
{
    unsigned roles = 0;
    for (size_t i = 0; i < w->membership_count; i++)
        if (w->memberships[i].organisation_id == organisation_id)
            roles |= w->memberships[i].roles;
    return roles;
}

unsigned who_permissions(const Who *w)
{
    if (!w->person_id)
        return ANYONE;
    if (!w->full || w->must_enrol)
        return ANYONE | MAY_SIGN_IN;
    if (w->holder || who_roles(w) == ROLE_PATIENT)
        return ANYONE | MAY_SIGN_IN | (w->holder ? (unsigned)MAY_OWN : 0);
    return ANYONE | MAY_SIGN_IN | SIGNED_IN | permissions_of_roles(who_roles(w));
}

const char *who_factors_text(const Who *w, char *ret, size_t size)
{
    static const struct {
        unsigned    factor;
        const char *name;
    } FACTORS[] = {
        { FACTOR_PASSWORD, "password" },
        { FACTOR_TOTP, "totp" },
        { FACTOR_PASSKEY, "passkey" },
        { FACTOR_RECOVERY, "recovery" },
        { FACTOR_CARD, "card" },
        { FACTOR_PSC, "psc" },
    };
    OWNED_BUF text = buf_make(128);
    for (size_t i = 0; i < COUNT(FACTORS); i++)
        if (w->factors & FACTORS[i].factor)
            buf_addf(&text, "%s%s", text.len ? "+" : "", FACTORS[i].name);
    if (w->situation[0]) /* in which the person acts: so it stands in every line and every event */
        buf_addf(&text, ":%s", w->situation);
    slice_copy(buf_slice(&text), ret, size);
    return ret;
}
