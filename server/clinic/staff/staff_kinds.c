/*
 * The table of what a person's, a room's and an equipment's file may hold.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/staff/staff_kinds.h"

#include "base/own.h"

enum {
    PAPERS  = STAFF_SELF | ROLE_RESPONSIBLE | ROLE_QUALITY | ROLE_SECRETARY,
    TRAINER = STAFF_SELF | ROLE_RESPONSIBLE | ROLE_QUALITY | ROLE_PACS_ADMIN | ROLE_BIOMEDICAL,
    PROVED  = ITEM_NEEDS_EVIDENCE | ITEM_NEEDS_VERIFIED,
    TRAINED = ITEM_NEEDS_UNTIL | ITEM_NEEDS_RESULT | ITEM_NEEDS_EVIDENCE | ITEM_NEEDS_VERIFIED,
    CHECKED = ITEM_NEEDS_UNTIL | ITEM_NEEDS_RESULT,
    HOUSE   = STAFF_PROFESSIONAL,
};

/* clang-format off */
const StaffKind STAFF_KINDS[] = {
    /* code                  label                                          of          who records                          who verifies        who sees                             what it needs     years  source */
    { "registration",        "Registration (RPPS, order)",                  OF_PERSON,  PAPERS,                              STAFF_ANSWERS,      PAPERS,                              PROVED,               0, "CSP L.4112-1" },
    { "speciality",          "Speciality",                                  OF_PERSON,  PAPERS,                              STAFF_ANSWERS,      PAPERS,                              PROVED,               0, "CSP L.4111-1" },
    { "insurance",           "Professional insurance covering remote acts", OF_PERSON,  PAPERS,                              STAFF_ANSWERS,      PAPERS,                              PROVED | ITEM_NEEDS_UNTIL, 2, "CSP L.1142-2" },
    { "authorisation",       "Authorisation",                               OF_PERSON,  PAPERS | ROLE_PCR,                   STAFF_ANSWERS,      PAPERS | ROLE_PCR,                   PROVED | ITEM_NEEDS_UNTIL, 10, "CSP L.1333-8" },
    { "ethics",              "Signed statement of ethics",                  OF_PERSON,  STAFF_SELF,                          0,                  PAPERS,                              ITEM_NEEDS_SIGNED | ITEM_NEEDS_UNTIL, 3, "CSP R.4127-1" },
    { "diploma",             "Diploma",                                     OF_PERSON,  PAPERS,                              STAFF_ANSWERS,      PAPERS,                              PROVED,               0, "CSP L.4351-3" },
    { "training-tools",      "Training: the tools",                         OF_PERSON,  TRAINER,                             STAFF_ANSWERS,      TRAINER,                             TRAINED,              3, "CSP R.6316-9" },
    { "training-distance",   "Training: communicating at a distance",       OF_PERSON,  PAPERS,                              STAFF_ANSWERS,      PAPERS,                              TRAINED,              3, "CSP R.6316-9" },
    { "training-breakdowns", "Training: breakdowns of network and equipment", OF_PERSON, TRAINER,                            STAFF_ANSWERS,      TRAINER,                             TRAINED,              3, "CSP R.6316-9" },
    { "training-patients",   "Training: radiation protection of patients",  OF_PERSON,  PAPERS | ROLE_PHYSICIST | ROLE_PCR,  STAFF_ANSWERS | ROLE_PCR | ROLE_PHYSICIST, PAPERS | ROLE_PHYSICIST | ROLE_PCR, TRAINED, 10, "ASN 2017-DC-0585" },
    { "training-workers",    "Training: radiation protection of workers",   OF_PERSON,  ROLE_PCR,                            STAFF_ANSWERS,      PAPERS | ROLE_PCR,                   CHECKED | ITEM_NEEDS_EVIDENCE, 3, "C. trav. R.4451-58" },
    { "training-other",      "Other training required by law",              OF_PERSON,  PAPERS,                              STAFF_ANSWERS,      PAPERS,                              PROVED | ITEM_NEEDS_RESULT, 0, "CSP R.6316-9" },
    { "knowledge",           "Check of the knowledge of a protocol",        OF_PERSON,  ROLE_IMAGER,                         0,                  PAPERS | ROLE_IMAGER,                CHECKED | ITEM_NEEDS_PROTOCOL, 2, "HAS 2019" },
    { "evaluation",          "Participation in evaluation of practice",     OF_PERSON,  PAPERS,                              STAFF_ANSWERS,      PAPERS,                              PROVED | ITEM_NEEDS_UNTIL, 3, "CSP L.4021-1" },
    { "classification",      "Classification of the worker",                OF_PERSON,  ROLE_PCR,                            0,                  STAFF_SELF | ROLE_PCR,               ITEM_NEEDS_UNTIL,     5, "C. trav. R.4451-57" },
    { "dosimetry",           "Dosimetry follow-up",                         OF_PERSON,  ROLE_PCR,                            0,                  STAFF_SELF | ROLE_PCR,               ITEM_NEEDS_UNTIL,     1, "C. trav. R.4451-64" },
    { "health-follow-up",    "Reinforced health follow-up",                 OF_PERSON,  ROLE_PCR,                            0,                  STAFF_SELF | ROLE_PCR,               ITEM_NEEDS_UNTIL,     4, "C. trav. R.4451-82" },

    { "confidentiality",     "Check of confidentiality",                    OF_ROOM,    STAFF_ANSWERS | ROLE_BIOMEDICAL,     0,                  HOUSE,                               CHECKED,              3, "CSP R.4127-4" },
    { "ambient-light",       "Ambient light",                               OF_ROOM,    ROLE_BIOMEDICAL | ROLE_PHYSICIST | STAFF_SELF, 0,        HOUSE,                               CHECKED | ITEM_IS_MEASURED, 2, "ACR-AAPM-SIIM 2014" },
    { "zoning",              "Zoning document",                             OF_ROOM,    ROLE_PCR,                            0,                  HOUSE,                               ITEM_NEEDS_UNTIL | ITEM_NEEDS_EVIDENCE, 5, "C. trav. R.4451-22" },
    { "nuclear-authorisation", "Authorisation or registration of nuclear activity", OF_ROOM, ROLE_PCR | ROLE_RESPONSIBLE,    0,                  HOUSE,                               ITEM_NEEDS_UNTIL | ITEM_NEEDS_EVIDENCE, 10, "CSP L.1333-8" },
    { "waste-plan",          "Waste and effluent plan",                     OF_ROOM,    ROLE_PCR | ROLE_PHARMACIST,          0,                  HOUSE,                               ITEM_NEEDS_UNTIL | ITEM_NEEDS_EVIDENCE, 5, "ASN 2008-DC-0095" },

    { "quality-control",     "Quality control",                             OF_EQUIPMENT, ROLE_PHYSICIST,                    0,                  HOUSE,                               CHECKED | ITEM_NEEDS_EVIDENCE, 1, "CSP R.5212-25" },
    { "radiation-check",     "Radiation protection check",                  OF_EQUIPMENT, ROLE_PCR,                          0,                  HOUSE,                               CHECKED | ITEM_NEEDS_EVIDENCE, 3, "C. trav. R.4451-42" },
    { "maintenance",         "Maintenance",                                 OF_EQUIPMENT, ROLE_BIOMEDICAL,                   0,                  HOUSE,                               CHECKED,              2, "CSP R.5212-25" },
    { "display-control",     "Control of the display",                      OF_EQUIPMENT, ROLE_BIOMEDICAL | ROLE_PHYSICIST,  0,                  HOUSE,                               CHECKED | ITEM_IS_MEASURED, 1, "ACR-AAPM-SIIM 2014" },
    { "workstation-check",   "Check of the workstation",                    OF_EQUIPMENT, ROLE_BIOMEDICAL | ROLE_PACS_ADMIN, 0,                  HOUSE,                               CHECKED,              1, "HAS 2019" },
    { "network-check",       "Check of the network line",                   OF_EQUIPMENT, ROLE_BIOMEDICAL | ROLE_PACS_ADMIN, 0,                  HOUSE,                               CHECKED,              1, "HAS 2019" },
};
/* clang-format on */
const size_t STAFF_KIND_COUNT = COUNT(STAFF_KINDS);

const StaffKind *staff_kind(Slice code)
{
    for (size_t i = 0; i < STAFF_KIND_COUNT; i++)
        if (slice_equal_text(code, STAFF_KINDS[i].code))
            return &STAFF_KINDS[i];
    return NULL;
}

/* Professions whose training ends sooner. ASN 2017-DC-0585 leaves the period to the practice: ten years, seven where doses are high. */
static const struct {
    const char *kind;
    unsigned    roles;
    int         years;
} SHORTER[] = {
    { "training-patients", ROLE_NUCLEAR_PHYSICIAN | ROLE_PHYSICIST | ROLE_PHARMACIST | ROLE_PHARMACY_TECH, 7 },
};

int staff_years_max(const StaffKind *kind, unsigned roles)
{
    int years = kind->years_max;
    for (size_t i = 0; i < COUNT(SHORTER); i++)
        if (strcmp(SHORTER[i].kind, kind->code) == 0 && SHORTER[i].roles & roles && (!years || SHORTER[i].years < years))
            years = SHORTER[i].years;
    return years;
}

const char *staff_subject_name(StaffSubject s)
{
    static const char *const NAMES[STAFF_SUBJECTS] = { "person", "room", "equipment" };
    return s < STAFF_SUBJECTS ? NAMES[s] : "";
}
