/*
 * The table of rules: what is compulsory, for whom, for which acts, blocking or only said, and by which requirement.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/staff/staff_rules.h"

#include "base/own.h"

enum {
    PHYSICIANS = ROLE_REQUESTER | ROLE_IMAGER | ROLE_LOCAL_PHYSICIAN | ROLE_NUCLEAR_PHYSICIAN,
    PRESCRIBED = PHYSICIANS | ROLE_PHARMACIST, /* who must stand in the directory of an order */
    AT_THE_ACT = PHYSICIANS | ROLE_TECHNOLOGIST,
    IMAGERS    = ROLE_IMAGER | ROLE_NUCLEAR_PHYSICIAN,
    EXPOSERS   = IMAGERS | ROLE_TECHNOLOGIST | ROLE_PHYSICIST, /* who decide or make an exposure of a patient */
    EXPOSED    = ROLE_TECHNOLOGIST | ROLE_NUCLEAR_PHYSICIAN,   /* whose work is in a controlled zone */
    ANY_ROOM   = ROOM_FOR_EXAM | ROOM_FOR_READING,
};

/* clang-format off */
const StaffRule STAFF_RULES[] = {
    /* what                   whom               for which acts     blocks  code                         what is missing, what to do                                                                            requirement */
    { "registration",         PRESCRIBED,        WHEN_ALWAYS,       true,  "staff-registration",         "The registration (RPPS, order) is missing, expired or not verified: record it in the file.",          "S5" },
    { "registration",         ROLE_TECHNOLOGIST, WHEN_ALWAYS,       false, "staff-registration",         "The registration (RPPS, order) is missing, expired or not verified: record it in the file.",          "S5" },
    { "speciality",           IMAGERS,           WHEN_ALWAYS,       true,  "staff-speciality",           "The speciality is not recorded or not verified: record it in the file.",                              "S5" },
    { "insurance",            PHYSICIANS,        WHEN_ALWAYS,       true,  "staff-insurance",            "The professional insurance covering remote acts is missing, expired or not verified: record the certificate in the file.", "S5" },
    { "authorisation",        ROLE_NUCLEAR_PHYSICIAN, WHEN_NUCLEAR, true,  "staff-authorisation",        "The authorisation for nuclear medicine is missing, expired or not verified: record it in the file.",  "S5" },
    { "ethics",               PHYSICIANS,        WHEN_ALWAYS,       true,  "staff-ethics",               "The statement of ethics is not signed or is too old: sign it on the page “My file”.",                 "S5" },
    { "ethics",               ROLE_TECHNOLOGIST, WHEN_ALWAYS,       false, "staff-ethics",               "The statement of ethics is not signed or is too old: sign it on the page “My file”.",                 "S5" },
    { "diploma",              ROLE_TECHNOLOGIST, WHEN_ALWAYS,       true,  "staff-diploma",              "The diploma is not recorded or not verified: record it in the file.",                                 "S5" },
    { "training-tools",       AT_THE_ACT,        WHEN_ALWAYS,       true,  "staff-training-tools",       "The training in the tools has no valid assessment: pass it and have it recorded.",                    "O5 L11" },
    { "training-distance",    AT_THE_ACT,        WHEN_ALWAYS,       true,  "staff-training-distance",    "The training in communicating at a distance has no valid assessment: pass it and have it recorded.",  "O5 L11" },
    { "training-breakdowns",  AT_THE_ACT,        WHEN_ALWAYS,       true,  "staff-training-breakdowns",  "The training in breakdowns of network and equipment has no valid assessment: pass it and have it recorded.", "O5 L11" },
    { "training-patients",    EXPOSERS,          WHEN_IRRADIATING,  true,  "staff-training-patients",    "The training in radiation protection of patients has no valid assessment: pass it and have it recorded.", "L1" },
    { "training-workers",     EXPOSED,           WHEN_IRRADIATING,  true,  "staff-training-workers",     "The training in radiation protection of workers is missing or expired: the radiation-protection officer records it.", "L13" },
    { "classification",       EXPOSED,           WHEN_IRRADIATING,  true,  "staff-classification",       "The classification of the worker is missing or expired: the radiation-protection officer records it.", "L13" },
    { "dosimetry",            EXPOSED,           WHEN_IRRADIATING,  true,  "staff-dosimetry",            "The dosimetry follow-up is missing or overdue: the radiation-protection officer records it.",         "L13" },
    { "health-follow-up",     EXPOSED,           WHEN_IRRADIATING,  false, "staff-health-follow-up",     "The reinforced health follow-up is missing or overdue.",                                               "L13" },
    { "evaluation",           AT_THE_ACT,        WHEN_ALWAYS,       false, "staff-evaluation",           "No participation in evaluation of practice is recorded for the last three years.",                    "O6" },
    { "knowledge",            ROLE_TECHNOLOGIST, WHEN_ALWAYS,       true,  "staff-knowledge",            "An imager has not checked the knowledge of a protocol, or the check is out of date: ask an imager for it.", "O6" },

    { "confidentiality",      ANY_ROOM,          WHEN_ALWAYS,       true,  "room-confidentiality",       "The confidentiality of the room is not checked or the check is out of date.",                         "O3" },
    { "ambient-light",        ROOM_FOR_READING,  WHEN_ALWAYS,       true,  "room-light",                 "The ambient light of the reading room is not measured, out of date or does not fit.",                 "O3" },
    { "ambient-light",        ROOM_FOR_EXAM,     WHEN_ALWAYS,       false, "room-light",                 "The ambient light of the room is not measured, out of date or does not fit.",                         "O3" },
    { "zoning",               ROOM_FOR_EXAM,     WHEN_IRRADIATING,  true,  "room-zoning",                "The zoning document of the room is missing or expired: the radiation-protection officer records it.",  "S5 L13" },
    { "nuclear-authorisation", ROOM_FOR_EXAM,    WHEN_IRRADIATING,  true,  "room-authorisation",         "The authorisation or registration of the room is missing or expired.",                                "S5 L13" },
    { "waste-plan",           ROOM_FOR_EXAM,     WHEN_NUCLEAR,      true,  "room-waste-plan",            "The waste and effluent plan of the room is missing or expired.",                                      "S5 L13" },

    { "quality-control",      EQUIPMENT_MODALITY, WHEN_IRRADIATING, true,  "equipment-quality-control",  "The quality control of the equipment is missing, out of date or was failed: the medical physicist records it.", "O3 O11" },
    { "radiation-check",      EQUIPMENT_MODALITY, WHEN_IRRADIATING, true,  "equipment-radiation-check",  "The radiation protection check of the equipment is missing, out of date or was failed.",              "L13" },
    { "maintenance",          EQUIPMENT_MODALITY, WHEN_ALWAYS,      true,  "equipment-maintenance",      "The maintenance of the equipment is missing, out of date or was failed: the biomedical engineer records it.", "O3 O11" },
    { "display-control",      EQUIPMENT_DISPLAY, WHEN_ALWAYS,       true,  "equipment-display",          "The control of the display is missing, out of date or does not fit.",                                 "O3 O11" },
    { "workstation-check",    EQUIPMENT_WORKSTATION, WHEN_ALWAYS,   false, "equipment-workstation",      "The check of the workstation is missing, out of date or was failed.",                                 "O3 O11" },
    { "network-check",        EQUIPMENT_NETWORK, WHEN_ALWAYS,       false, "equipment-network",          "The check of the network line is missing, out of date or was failed.",                                "O3 O11" },
};
/* clang-format on */
const size_t STAFF_RULE_COUNT = COUNT(STAFF_RULES);
