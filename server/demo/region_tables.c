/*
 * Who and what is in the demonstration region: tables only. Fictitious throughout.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "demo/region_tables.h"

#include "base/own.h"
#include "guard/access/peer.h"

const RegionOrganisation REGION_ORGANISATION[REGION_ORGANISATIONS] = {
    [AT_VAL]      = { "Centre hospitalier du Val d’Orbe", "site", "990000012", "Val-d’Orbe", "1 avenue de l’Hôpital", "99001", "01 00 00 01 00" },
    [AT_ROCHE]    = { "Hôpital de proximité de Rochevive", "site", "990000020", "Rochevive", "8 rue des Carriers", "99002", "01 00 00 02 00" },
    [AT_PINS]     = { "Clinique des Trois-Pins", "site", "990000038", "Trois-Pins", "3 chemin des Pins", "99003", "01 00 00 03 00" },
    [AT_GROUP]    = { "Groupe d’imagerie de l’Orbe", "imaging", "990000046", "Orbe", "12 place du Marché", "99004", "01 00 00 04 00" },
    [AT_TILLEULS] = { "Résidence Les Tilleuls (EHPAD)", "requester", "990000053", "Rochevive", "2 allée des Tilleuls", "99002", "01 00 00 05 00" },
};

const RegionRoom REGION_ROOM[] = {
    { AT_VAL, "Scanner 1", "CT", "MODALITY1", "CTVAL1" },
    { AT_VAL, "IRM", "MR", "MODALITY2", "MRVAL1" },
    { AT_VAL, "Radiologie 1", "DX", "MODALITY3", "DXVAL1" },
    { AT_VAL, "TEP-scanner", "PT", "MODALITY8", "PTVAL1" },
    { AT_ROCHE, "Scanner", "CT", "MODALITY4", "CTROCHE" },
    { AT_ROCHE, "Salle de radiographie", "CR", "MODALITY5", "CRROCHE" },
    { AT_PINS, "Scanner", "CT", "MODALITY6", "CTPINS" },
    { AT_PINS, "Échographie", "US", "MODALITY7", "USPINS" },
};
const size_t REGION_ROOM_COUNT = COUNT(REGION_ROOM);

const RegionPerson REGION_PERSON[] = {
    { "demandeur", "Dr", "Camille", "DUBOIS", "physician", "Médecine d’urgence", "0100000001", "1000000001", AT_VAL, ROLE_REQUESTER, AT_ROCHE, ROLE_REQUESTER },
    { "demandeur2", "Dr", "Yves", "LE GOFF", "physician", "Médecine générale", "0100000002", "1000000002", AT_TILLEULS, ROLE_REQUESTER, -1, 0 },
    { "imageur", "Dr", "Jeanne", "MARTIN", "physician", "Radiologie et imagerie médicale", "0100000003", "1000000003", AT_GROUP, ROLE_IMAGER, -1, 0 },
    { "imageur2", "Dr", "Karim", "HADDAD", "physician", "Radiologie et imagerie médicale", "0100000004", "1000000004", AT_GROUP, ROLE_IMAGER, -1, 0 },
    { "responsable", "Pr", "Hélène", "ROUSSEL", "physician", "Radiologie et imagerie médicale", "0100000005", "1000000005", AT_GROUP, ROLE_RESPONSIBLE | ROLE_IMAGER, -1, 0 },
    { "manip", "", "Lucas", "PETIT", "technologist", "Manipulateur d’électroradiologie médicale", "0100000006", NULL, AT_VAL, ROLE_TECHNOLOGIST, -1, 0 },
    { "manip2", "", "Inès", "GARCIA", "technologist", "Manipulatrice d’électroradiologie médicale", "0100000007", NULL, AT_ROCHE, ROLE_TECHNOLOGIST, AT_PINS, ROLE_TECHNOLOGIST },
    { "medecin", "Dr", "Paul", "NGUYEN", "physician", "Anesthésie-réanimation", "0100000008", "1000000008", AT_VAL, ROLE_LOCAL_PHYSICIAN, AT_ROCHE, ROLE_LOCAL_PHYSICIAN },
    { "nucleaire", "Dr", "Sofia", "LAMBERT", "physician", "Médecine nucléaire", "0100000009", "1000000009", AT_VAL, ROLE_NUCLEAR_PHYSICIAN, -1, 0 },
    { "secretaire", "", "Nadia", "BENALI", "secretary", "", "0100000010", NULL, AT_VAL, ROLE_SECRETARY, -1, 0 },
    { "pacs", "", "Thomas", "MOREL", "pacs-administrator", "", "0100000011", NULL, AT_VAL, ROLE_PACS_ADMIN, -1, 0 },
    { "physicien", "", "Élodie", "FONTAINE", "physicist", "Physique médicale", "0100000012", NULL, AT_VAL, ROLE_PHYSICIST, AT_GROUP, ROLE_PHYSICIST },
    { "pcr", "", "Marc", "CHEVALIER", "radiation-protection-officer", "", "0100000013", NULL, AT_VAL, ROLE_PCR, -1, 0 },
    { "biomed", "", "Anaïs", "GUÉRIN", "biomedical-engineer", "", "0100000014", NULL, AT_VAL, ROLE_BIOMEDICAL, -1, 0 },
    { "pharmacien", "", "Olivier", "BLANC", "pharmacist", "", "0100000015", "1000000015", AT_VAL, ROLE_PHARMACIST, -1, 0 },
    { "preparateur", "", "Julie", "FAURE", "pharmacy-technician", "", "0100000016", NULL, AT_VAL, ROLE_PHARMACY_TECH, -1, 0 },
    { "qualite", "", "Claire", "MERCIER", "quality-officer", "", "0100000017", NULL, AT_GROUP, ROLE_QUALITY, AT_VAL, ROLE_QUALITY },
    { "admin", "", "Noé", "LEFÈVRE", "administrator", "", "0100000018", NULL, AT_GROUP, ROLE_ADMIN, -1, 0 },
    { "cheffe", "Dr", "Agnès", "ROYER", "physician", "Médecine interne", "0100000019", "1000000019", AT_VAL, ROLE_RESPONSIBLE, AT_ROCHE, ROLE_RESPONSIBLE },
    { "chef", "Dr", "Bruno", "TESSIER", "physician", "Gériatrie", "0100000020", "1000000020", AT_PINS, ROLE_RESPONSIBLE, AT_TILLEULS, ROLE_RESPONSIBLE },
    { "patiente", "", "Françoise", "LEMAÎTRE", "patient", "", "0600000001", NULL, AT_VAL, ROLE_PATIENT, -1, 0 },
};
const size_t REGION_PERSON_COUNT = COUNT(REGION_PERSON);

const RegionPatient REGION_PATIENT[] = {
    { AT_VAL, "LEMAITRE", "FRANCOISE", "FRANCOISE MARIE", "OBERLÉ", "1958-03-28", "F", "63220", "Marsac-en-Livradois", "2580363220041", "id-card", "0600000001" },
    { AT_VAL, "DUPONT-MOREAU", "JEAN-BAPTISTE", "JEAN-BAPTISTE LOUIS", "", "1971-11-02", "M", "75114", "Paris 14e", "1711175114022", "passport", "0600000002" },
    { AT_VAL, "NIAKATE", "AMINATA", "AMINATA", "", "1994-06-17", "F", "99335", "Mali", "2940699335013", "residence-permit", "0600000003" },
    { AT_VAL, "D’ORNANO", "PAOLI", "PAOLI", "", "1949-01-05", "M", "2A004", "Ajaccio", "149012A004017", "id-card", "0600000004" },
    { AT_ROCHE, "GIRARD", "LÉA", "LEA ROSE", "", "2017-09-12", "F", "69383", "Lyon 3e", "2170969383055", "", "0600000005" },
    { AT_ROCHE, "SŒURET", "MAXIME", "MAXIME", "", "1986-12-24", "M", "33063", "Bordeaux", "1861233063021", "id-card", "0600000006" },
    { AT_PINS, "KOVAČEVIĆ", "ANA", "ANA", "VIDAL", "1979-07-30", "F", "99121", "Serbie", "2790799121044", "", "0600000007" },
    { AT_TILLEULS, "ROCHE", "MARGUERITE", "MARGUERITE JEANNE", "", "1933-05-09", "F", "43157", "Le Puy-en-Velay", "2330543157010", "id-card", "0600000008" },
};
const size_t REGION_PATIENT_COUNT = COUNT(REGION_PATIENT);

const RegionPeer REGION_PEER[] = {
    { "STORESCU", "DCMTK storescu, by hand", AT_VAL, PEER_ECHO | PEER_STORE | PEER_COMMITMENT },
    { "FINDSCU", "DCMTK findscu, by hand", AT_VAL, PEER_ECHO | PEER_WORKLIST | PEER_QUERY },
    { "GETSCU", "DCMTK getscu, by hand", AT_VAL, PEER_ECHO | PEER_QUERY | PEER_GET },
    { "ECHOSCU", "DCMTK echoscu, by hand", AT_VAL, PEER_ECHO },
    { "MODALITY1", "Scanner 1, Val d’Orbe", AT_VAL, PEER_ECHO | PEER_STORE | PEER_WORKLIST | PEER_MPPS | PEER_COMMITMENT },
    { "MODALITY2", "IRM, Val d’Orbe", AT_VAL, PEER_ECHO | PEER_STORE | PEER_WORKLIST | PEER_MPPS | PEER_COMMITMENT },
    { "MODALITY3", "Radiologie 1, Val d’Orbe", AT_VAL, PEER_ECHO | PEER_STORE | PEER_WORKLIST | PEER_MPPS | PEER_COMMITMENT },
    { "MODALITY4", "Scanner, Rochevive", AT_ROCHE, PEER_ECHO | PEER_STORE | PEER_WORKLIST | PEER_MPPS | PEER_COMMITMENT },
    { "MODALITY5", "Radiographie, Rochevive", AT_ROCHE, PEER_ECHO | PEER_STORE | PEER_WORKLIST | PEER_MPPS | PEER_COMMITMENT },
    { "MODALITY6", "Scanner, Trois-Pins", AT_PINS, PEER_ECHO | PEER_STORE | PEER_WORKLIST | PEER_MPPS | PEER_COMMITMENT },
    { "MODALITY8", "TEP-scanner, Val d’Orbe", AT_VAL, PEER_ECHO | PEER_STORE | PEER_WORKLIST | PEER_MPPS | PEER_COMMITMENT },
    { "MODALITY7", "Échographie, Trois-Pins", AT_PINS, PEER_ECHO | PEER_STORE | PEER_WORKLIST | PEER_MPPS | PEER_COMMITMENT },
};
const size_t REGION_PEER_COUNT = COUNT(REGION_PEER);

const RegionClause REGION_CLAUSE[] = {
    /* priority, verdict, exam, report, acknowledge; assign, information, planning, presence, urgent, delivery, patient, record */
    { "emergency", 15, 60, 60, 60, 5, 15, 15, 15, 30, 15, 240, 1440 },
    { "urgent", 60, 360, 240, 480, 20, 120, 120, 30, 60, 60, 1440, 4320 },
    { "routine", 2880, 43200, 4320, 10080, 1440, 10080, 10080, 60, 120, 1440, 20160, 43200 },
};
const size_t REGION_CLAUSE_COUNT = COUNT(REGION_CLAUSE);

const RegionDuty REGION_DUTY[] = {
    { "imageur", "imager", AT_GROUP, 8, 12 },
    { "imageur2", "imager", AT_GROUP, 20, 12 },
    { "medecin", "local-physician", AT_VAL, 0, 24 },
    { "medecin", "local-physician", AT_ROCHE, 0, 24 },
    { "manip", "technologist", AT_VAL, 0, 24 },
    { "manip2", "technologist", AT_ROCHE, 0, 24 },
    { "manip2", "technologist", AT_PINS, 0, 24 },
    { "nucleaire", "nuclear-physician", AT_VAL, 0, 24 },
    { "demandeur", "requester", AT_VAL, 0, 24 },
};
const size_t REGION_DUTY_COUNT = COUNT(REGION_DUTY);
