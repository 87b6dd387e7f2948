/*
 * The route table: the only list of what this door answers, who may, and what the trace says. docs/api.md.
 *
 * A row without permission or audit event does not start. Permission, Origin, CSRF, size and trace are
 * applied around the handler by the router; BY_WORK and BY_ROOM say that the success (or all) is written
 * below, with the fact itself.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/own.h"
#include "doors/web/handlers.h"

#define KIB(n) ((int64_t)(n) << 10)
#define MIB(n) ((int64_t)(n) << 20)
#define GIB(n) ((int64_t)(n) << 30)

#define STUDY "/dicom-web/studies/{study}"
#define SERIES STUDY "/series/{series}"
#define INSTANCE SERIES "/instances/{instance}"

/* clang-format off */
const Route ROUTES[] = {
    /* method  path                                  who may            audited as        written by  body      handler */
    { GET,    "/api/health",                         ANYONE,            AUDIT_NOTHING,    BY_DOOR,    0,        health },
    { GET,    "/api/routes",                         SIGNED_IN,         AUDIT_NOTHING,    BY_DOOR,    0,        routes_list },
    { GET,    "/api/push",                           SIGNED_IN,         AUDIT_NOTHING,    BY_DOOR,    0,        push_open },
    { GET,    "/api/may-upload",                     MAY_STORE | MAY_IDENTIFY, AUDIT_STORE,      BY_WORK,    0,        may_upload },
    { POST,   "/api/demo/clock",                     SIGNED_IN,         AUDIT_SYSTEM,     BY_DOOR,    KIB(1),   demo_clock, DEMONSTRATION },

    { POST,   "/api/sign-in/password",               ANYONE,            AUDIT_SIGN_IN,    BY_ROOM,    KIB(4),   sign_in_by_password,  ALWAYS, true },
    { POST,   "/api/sign-in/totp",                   MAY_SIGN_IN,       AUDIT_SIGN_IN,    BY_ROOM,    KIB(4),   sign_in_by_totp,      ALWAYS, true },
    { POST,   "/api/sign-in/recovery",               MAY_SIGN_IN,       AUDIT_SIGN_IN,    BY_ROOM,    KIB(4),   sign_in_by_recovery,  ALWAYS, true },
    { POST,   "/api/sign-in/passkey/options",        ANYONE,            AUDIT_NOTHING,    BY_DOOR,    KIB(4),   passkey_options,      ALWAYS, true },
    { POST,   "/api/sign-in/passkey",                ANYONE,            AUDIT_SIGN_IN,    BY_ROOM,    KIB(64),  sign_in_by_passkey,   ALWAYS, true },
    { POST,   "/api/sign-out",                       MAY_SIGN_IN | SIGNED_IN, AUDIT_SIGN_OUT, BY_ROOM, KIB(4),  sign_out },
    { POST,   "/api/sign-out/everywhere",            SIGNED_IN,         AUDIT_SIGN_OUT,   BY_ROOM,    KIB(4),   sign_out_everywhere },
    { GET,    "/api/me",                             MAY_SIGN_IN | SIGNED_IN, AUDIT_NOTHING, BY_DOOR, 0,        me },
    { POST,   "/api/me/password",                    MAY_SIGN_IN | SIGNED_IN, AUDIT_ACCOUNT, BY_ROOM, KIB(4),   my_password },
    { POST,   "/api/me/totp/start",                  MAY_SIGN_IN | SIGNED_IN, AUDIT_ACCOUNT, BY_ROOM, KIB(4),   my_totp_start },
    { POST,   "/api/me/totp/confirm",                MAY_SIGN_IN | SIGNED_IN, AUDIT_ACCOUNT, BY_ROOM, KIB(4),   my_totp_confirm },
    { POST,   "/api/me/passkeys/options",            MAY_SIGN_IN | SIGNED_IN, AUDIT_ACCOUNT, BY_ROOM, KIB(4),   my_passkey_options },
    { POST,   "/api/me/passkeys",                    MAY_SIGN_IN | SIGNED_IN, AUDIT_ACCOUNT, BY_ROOM, KIB(64),  my_passkey_add },
    { GET,    "/api/me/passkeys",                    SIGNED_IN,         AUDIT_NOTHING,    BY_DOOR,    0,        my_passkeys },
    { DELETE, "/api/me/passkeys/{id}",               SIGNED_IN,         AUDIT_ACCOUNT,    BY_ROOM,    0,        my_passkey_remove },
    { POST,   "/api/proofs/passkey/options",         MAY_REPORT | MAY_FILE,       AUDIT_SIGN,       BY_DOOR,    KIB(4),   my_proof_options },

    { GET,    "/api/organisations",                  SIGNED_IN,         AUDIT_NOTHING,    BY_DOOR,    0,        organisations },
    { POST,   "/api/organisations",                  MAY_ADMINISTER,    AUDIT_ACCOUNT,    BY_WORK,    KIB(16),  organisation_add },
    { GET,    "/api/conventions",                    SIGNED_IN,         AUDIT_NOTHING,    BY_DOOR,    0,        conventions },
    { GET,    "/api/convention-papers",              SIGNED_IN,         AUDIT_NOTHING,    BY_DOOR,    0,        convention_papers },
    { POST,   "/api/convention-papers",              SIGNED_IN,         AUDIT_CREATE,     BY_WORK,    KIB(4),   convention_paper_new },
    { PUT,    "/api/convention-papers/{id}",         SIGNED_IN,         AUDIT_CHANGE,     BY_WORK,    KIB(256), convention_paper_put },
    { POST,   "/api/convention-papers/{id}/sign",    SIGNED_IN,         AUDIT_SIGN,       BY_WORK,    KIB(64),  convention_paper_sign },
    { POST,   "/api/convention-papers/{id}/documents", SIGNED_IN,       AUDIT_CHANGE,     BY_WORK,    MIB(20),  convention_document_add },
    { GET,    "/api/convention-documents/{id}",      SIGNED_IN,         AUDIT_READ,       BY_DOOR,    0,        convention_document },
    { GET,    "/api/roster",                         SIGNED_IN,         AUDIT_NOTHING,    BY_DOOR,    0,        roster },
    { POST,   "/api/roster/shifts",                  SIGNED_IN,         AUDIT_CREATE,     BY_WORK,    KIB(4),   roster_shift_new },
    { DELETE, "/api/roster/shifts/{id}",             SIGNED_IN,         AUDIT_DELETE,     BY_WORK,    0,        roster_shift_over },
    { POST,   "/api/roster/absences",                SIGNED_IN,         AUDIT_CREATE,     BY_WORK,    KIB(4),   roster_absence_new },
    { POST,   "/api/roster/swaps",                   SIGNED_IN,         AUDIT_CREATE,     BY_WORK,    KIB(4),   roster_swap_new },
    { POST,   "/api/roster/swaps/{id}/answer",       SIGNED_IN,         AUDIT_CHANGE,     BY_WORK,    KIB(4),   roster_swap_reply },
    { PUT,    "/api/roster/skills/{person}",         SIGNED_IN,         AUDIT_CHANGE,     BY_WORK,    KIB(16),  roster_skills_put },
    { GET,    "/api/acts/{id}/duty",                 MAY_ACT,           AUDIT_NOTHING,    BY_DOOR,    0,        act_duty },
    { GET,    "/api/people",                         SIGNED_IN,         AUDIT_NOTHING,    BY_DOOR,    0,        people },
    { POST,   "/api/people",                         MAY_ADMINISTER,    AUDIT_ACCOUNT,    BY_WORK,    KIB(64),  person_add },
    { PUT,    "/api/people/{id}",                    MAY_ADMINISTER,    AUDIT_ACCOUNT,    BY_WORK,    KIB(64),  person_change },
    { POST,   "/api/people/{id}/reset",              MAY_ADMINISTER,    AUDIT_ACCOUNT,    BY_WORK,    KIB(4),   person_reset },
    { GET,    "/api/audit",                          MAY_AUDIT,         AUDIT_READ,       BY_DOOR,    0,        audit_lines },

    { GET,    "/api/staff/rules",                    MAY_FILE,          AUDIT_NOTHING,    BY_DOOR,    0,        staff_rules },
    { GET,    "/api/staff/me",                       MAY_FILE,          AUDIT_READ,       BY_DOOR,    0,        staff_me },
    { POST,   "/api/staff/ethics",                   MAY_FILE,          AUDIT_SIGN,       BY_WORK,    KIB(64),  staff_ethics },
    { GET,    "/api/staff/people",                   MAY_STAFF,         AUDIT_READ,       BY_DOOR,    0,        staff_people },
    { GET,    "/api/staff/people/{id}",              MAY_STAFF | MAY_FILE, AUDIT_READ,    BY_DOOR,    0,        staff_person },
    { POST,   "/api/staff/people/{id}/items",        MAY_FILE,          AUDIT_CREATE,     BY_WORK,    KIB(16),  staff_item_new },
    { POST,   "/api/staff/items/{id}/verify",        MAY_STAFF,         AUDIT_CHANGE,     BY_WORK,    KIB(4),   staff_item_confirm },
    { POST,   "/api/staff/items/{id}/withdraw",      MAY_FILE,          AUDIT_CHANGE,     BY_WORK,    KIB(4),   staff_item_take_back },
    { POST,   "/api/staff/items/{id}/follow-up",     MAY_REGISTER,      AUDIT_CHANGE,     BY_WORK,    KIB(8),   staff_item_after },
    { GET,    "/api/staff/warnings",                 MAY_FILE,          AUDIT_NOTHING,    BY_DOOR,    0,        staff_warnings },
    { POST,   "/api/staff/warnings/{id}/seen",       MAY_FILE,          AUDIT_CHANGE,     BY_WORK,    KIB(1),   staff_warning_aside },
    { POST,   "/api/staff/documents",                MAY_FILE,          AUDIT_CREATE,     BY_WORK,    MIB(16),  staff_document_new },
    { GET,    "/api/staff/documents/{id}",           MAY_FILE,          AUDIT_READ,       BY_DOOR,    0,        staff_document },
    { GET,    "/api/staff/procedures",               MAY_FILE,          AUDIT_READ,       BY_DOOR,    0,        staff_procedures },
    { POST,   "/api/staff/procedures",               MAY_STAFF,         AUDIT_CREATE,     BY_WORK,    KIB(8),   staff_procedure_new },
    { GET,    "/api/staff/procedures/{id}",          MAY_FILE,          AUDIT_READ,       BY_DOOR,    0,        staff_procedure },
    { POST,   "/api/staff/procedures/{id}/versions", MAY_STAFF,         AUDIT_CREATE,     BY_WORK,    MIB(1),   staff_procedure_publish },
    { POST,   "/api/staff/procedures/{id}/end",      MAY_STAFF,         AUDIT_CHANGE,     BY_WORK,    KIB(1),   staff_procedure_end },
    { POST,   "/api/staff/procedures/{id}/accept",   MAY_FILE,          AUDIT_SIGN,       BY_WORK,    KIB(64),  staff_procedure_sign },
    { GET,    "/api/staff/register",                 MAY_REGISTER,      AUDIT_READ,       BY_DOOR,    0,        staff_register },
    { POST,   "/api/staff/rooms",                    MAY_REGISTER,      AUDIT_CREATE,     BY_WORK,    KIB(4),   staff_room_new },
    { PUT,    "/api/staff/rooms/{id}",               MAY_REGISTER,      AUDIT_CHANGE,     BY_WORK,    KIB(4),   staff_room_change },
    { POST,   "/api/staff/rooms/{id}/items",         MAY_REGISTER,      AUDIT_CREATE,     BY_WORK,    KIB(16),  staff_room_item },
    { POST,   "/api/staff/equipment",                MAY_REGISTER,      AUDIT_CREATE,     BY_WORK,    KIB(4),   staff_equipment_new },
    { PUT,    "/api/staff/equipment/{id}",           MAY_REGISTER,      AUDIT_CHANGE,     BY_WORK,    KIB(4),   staff_equipment_change },
    { POST,   "/api/staff/equipment/{id}/service",   MAY_REGISTER,      AUDIT_CHANGE,     BY_WORK,    KIB(4),   staff_equipment_service },
    { POST,   "/api/staff/equipment/{id}/items",     MAY_REGISTER,      AUDIT_CREATE,     BY_WORK,    KIB(16),  staff_equipment_item },
    { GET,    "/api/staff/meetings",                 MAY_MEET,          AUDIT_READ,       BY_DOOR,    0,        staff_meetings },
    { POST,   "/api/staff/meetings",                 MAY_MEET,          AUDIT_CREATE,     BY_WORK,    KIB(512), staff_meeting_new },
    { GET,    "/api/staff/meetings/{id}",            MAY_MEET,          AUDIT_READ,       BY_DOOR,    0,        staff_meeting },
    { PUT,    "/api/staff/meetings/{id}",            MAY_MEET,          AUDIT_CHANGE,     BY_WORK,    KIB(512), staff_meeting_change },
    { POST,   "/api/staff/meetings/{id}/sign",       MAY_MEET,          AUDIT_SIGN,       BY_WORK,    KIB(64),  staff_meeting_sign },

    { GET,    "/api/peers",                          MAY_ARCHIVE,       AUDIT_READ,       BY_DOOR,    0,        peers },
    { POST,   "/api/peers",                          MAY_ARCHIVE,       AUDIT_CHANGE,     BY_WORK,    KIB(16),  peer_add },
    { PUT,    "/api/peers/{id}",                     MAY_ARCHIVE,       AUDIT_CHANGE,     BY_WORK,    KIB(16),  peer_change },
    { DELETE, "/api/peers/{id}",                     MAY_ARCHIVE,       AUDIT_DELETE,     BY_WORK,    0,        peer_forget },
    { POST,   "/api/peers/{id}/echo",                MAY_ARCHIVE,       AUDIT_PEER,       BY_WORK,    KIB(1),   peer_try },
    { PUT,    "/api/peers/{id}/identity",            MAY_ARCHIVE,       AUDIT_CHANGE,     BY_WORK,    KIB(4),   peer_identity_enter },
    { POST,   "/api/peers/{id}/certificates",        MAY_ARCHIVE,       AUDIT_CHANGE,     BY_WORK,    KIB(64),  peer_certificate_enter },
    { DELETE, "/api/peers/{id}/certificates/{certificate}", MAY_ARCHIVE, AUDIT_CHANGE,   BY_WORK,    0,        peer_certificate_forget },

    { GET,    "/api/patients",                       MAY_SEARCH,        AUDIT_SEARCH,     BY_DOOR,    0,        patients },
    { POST,   "/api/patients",                       MAY_IDENTIFY,      AUDIT_CREATE,     BY_WORK,    KIB(64),  patient_add },
    { GET,    "/api/patients/{id}",                  MAY_SEARCH,        AUDIT_READ,       BY_DOOR,    0,        patient_one },

    { GET,    "/api/acts",                           MAY_ACT,           AUDIT_SEARCH,     BY_DOOR,    0,        acts },
    { POST,   "/api/acts",                           MAY_REQUEST,       AUDIT_STEP,       BY_ROOM,    KIB(64),  act_add },
    { GET,    "/api/acts/{id}",                      MAY_ACT,           AUDIT_READ,       BY_DOOR,    0,        act_one },
    { GET,    "/api/acts/{id}/events",               MAY_ACT,           AUDIT_READ,       BY_DOOR,    0,        act_log },
    { POST,   "/api/acts/{id}/steps/{step}",         MAY_ACT,           AUDIT_STEP,       BY_ROOM,    KIB(256), act_step },
    { GET,    "/api/acts/{id}/report",               MAY_ACT,           AUDIT_READ,       BY_DOOR,    0,        act_report },
    { PUT,    "/api/acts/{id}/report",               MAY_REPORT,        AUDIT_CHANGE,     BY_DOOR,    KIB(512), act_report_put },
    { GET,    "/api/acts/{id}/report.pdf",           MAY_ACT,           AUDIT_READ,       BY_DOOR,    0,        act_report_as_pdf },
    { GET,    "/api/acts/{id}/experts",              MAY_REQUEST,       AUDIT_READ,       BY_DOOR,    0,        act_experts },
    { GET,    "/api/acts/{id}/series",               MAY_REQUEST,       AUDIT_READ,       BY_DOOR,    0,        act_series },
    { GET,    "/api/acts/{id}/dossier.zip",          MAY_ACT,           AUDIT_EXPORT,     BY_DOOR,    0,        act_dossier },
    { GET,    "/api/duties",                         MAY_ACT,           AUDIT_SEARCH,     BY_DOOR,    0,        duties },
    { GET,    "/api/acts/{id}/record-entry",         MAY_ACT,           AUDIT_READ,       BY_DOOR,    0,        act_record_entry },
    { POST,   "/api/acts/{id}/deliveries/{delivery}/access", MAY_ACT,   AUDIT_STEP,       BY_ROOM,    KIB(1),   access_hand },
    { POST,   "/api/handed-report",                  ANYONE,            AUDIT_READ,       BY_WORK,    KIB(4),   handed_report, ALWAYS, true },
    { GET,    "/api/dossier-key",                    ANYONE,            AUDIT_NOTHING,    BY_DOOR,    0,        dossier_key },
    { GET,    "/api/acts/{id}/worklist",             MAY_ACT,           AUDIT_READ,       BY_DOOR,    0,        act_worklist },

    { GET,    "/api/dicom/dictionary",               SIGNED_IN,         AUDIT_NOTHING,    BY_DOOR,    0,        dicom_dictionary },
    { GET,    "/api/archive/overview",               MAY_ARCHIVE,       AUDIT_NOTHING,    BY_DOOR,    0,        archive_overview },
    { GET,    "/api/archive/studies/{uid}",          MAY_ARCHIVE,       AUDIT_READ,       BY_DOOR,    0,        archive_study },
    { GET,    "/api/archive/quarantine",             MAY_ARCHIVE,       AUDIT_READ,       BY_DOOR,    0,        quarantine },
    { POST,   "/api/archive/asides/{id}/settle",     MAY_ARCHIVE,       AUDIT_CHANGE,     BY_WORK,    KIB(4),   quarantine_aside },
    { POST,   "/api/archive/studies/{id}/assign",    MAY_ARCHIVE,       AUDIT_CHANGE,     BY_WORK,    KIB(4),   quarantine_study },
    { POST,   "/api/archive/recheck",                MAY_ARCHIVE,       AUDIT_SYSTEM,     BY_DOOR,    KIB(4),   quarantine_recheck },

    { GET,    "/api/archive/corrections",            MAY_ARCHIVE,       AUDIT_READ,       BY_DOOR,    0,        corrections_list },
    { POST,   "/api/archive/corrections",            MAY_ARCHIVE,       AUDIT_CHANGE,     BY_WORK,    KIB(64),  correction_add },
    { POST,   "/api/archive/corrections/preview",    MAY_ARCHIVE,       AUDIT_READ,       BY_DOOR,    KIB(64),  correction_shown },
    { GET,    "/api/archive/corrections/{id}",       MAY_ARCHIVE,       AUDIT_READ,       BY_DOOR,    0,        correction_one },
    { POST,   "/api/archive/corrections/{id}/undo",  MAY_ARCHIVE,       AUDIT_CHANGE,     BY_WORK,    KIB(4),   correction_take_back },
    { GET,    "/api/archive/corrections/{id}/versions/{uid}", MAY_ARCHIVE, AUDIT_SEND,    BY_DOOR,    0,        correction_version },
    { POST,   "/api/archive/merges",                 MAY_ARCHIVE,       AUDIT_CHANGE,     BY_WORK,    KIB(4),   merge_add },
    { POST,   "/api/archive/merges/{id}/undo",       MAY_ARCHIVE,       AUDIT_CHANGE,     BY_WORK,    KIB(4),   merge_take_back },

    { GET,    "/api/archive/quotas",                 MAY_ARCHIVE | MAY_ADMINISTER, AUDIT_READ, BY_DOOR, 0,     quotas },
    { PUT,    "/api/archive/quotas/{site}",          MAY_ARCHIVE,       AUDIT_CHANGE,     BY_WORK,    KIB(4),   quota_put },

    { GET,    "/api/archive/deletions",              MAY_ARCHIVE | MAY_ADMINISTER, AUDIT_READ, BY_DOOR, 0,     deletions_list },
    { POST,   "/api/archive/deletions/{id}/restore", MAY_ARCHIVE,       AUDIT_DELETE,     BY_WORK,    KIB(4),   deletion_back },
    { POST,   "/api/archive/deletions/{id}/purge",   MAY_ADMINISTER,    AUDIT_DELETE,     BY_WORK,    KIB(4),   deletion_destroy },
    { PUT,    "/api/archive/retention",              MAY_ADMINISTER,    AUDIT_CHANGE,     BY_WORK,    KIB(4),   retention_put },
    { POST,   "/api/archive/deletions/{id}/lift",    MAY_ARCHIVE,       AUDIT_DELETE,     BY_WORK,    KIB(4),   deletion_let_in },
    { GET,    "/api/archive/deletions/{id}/certificate.pdf", MAY_ARCHIVE | MAY_ADMINISTER, AUDIT_READ, BY_DOOR, 0, deletion_paper },
    { POST,   "/api/archive/purges",                 MAY_ARCHIVE,       AUDIT_DELETE,     BY_WORK,    KIB(4),   purge_add },
    { GET,    "/api/archive/purges/{id}",            MAY_ARCHIVE | MAY_ADMINISTER, AUDIT_READ, BY_DOOR, 0,     purge_one },
    { POST,   "/api/archive/purges/{id}/items/{item}", MAY_ARCHIVE | MAY_ADMINISTER, AUDIT_CHANGE, BY_WORK, KIB(4), purge_item },
    { POST,   "/api/archive/purges/{id}/approve",    MAY_ADMINISTER,    AUDIT_DELETE,     BY_WORK,    KIB(4),   purge_yes },
    { POST,   "/api/archive/purges/{id}/withdraw",   MAY_ARCHIVE | MAY_ADMINISTER, AUDIT_CHANGE, BY_WORK, KIB(4), purge_no },
    { GET,    "/api/archive/purges/{id}/certificate.pdf", MAY_ARCHIVE | MAY_ADMINISTER, AUDIT_READ, BY_DOOR, 0, purge_paper },
    { POST,   "/api/archive/holds",                  MAY_ARCHIVE,       AUDIT_CHANGE,     BY_WORK,    KIB(4),   hold_new },
    { DELETE, "/api/archive/holds/{id}",             MAY_ARCHIVE,       AUDIT_CHANGE,     BY_WORK,    0,        hold_over },
    { POST,   "/api/archive/deaths",                 MAY_ARCHIVE,       AUDIT_CHANGE,     BY_WORK,    KIB(4),   death_noted },

    { GET,    "/api/archive/sends",                  MAY_ARCHIVE,       AUDIT_READ,       BY_DOOR,    0,        sends },
    { POST,   "/api/archive/sends",                  MAY_ARCHIVE,       AUDIT_SEND,       BY_WORK,    KIB(16),  send_new },
    { POST,   "/api/archive/sends/{id}/cancel",      MAY_ARCHIVE,       AUDIT_SEND,       BY_WORK,    KIB(1),   send_stop },
    { POST,   "/api/archive/sends/{id}/retry",       MAY_ARCHIVE,       AUDIT_SEND,       BY_WORK,    KIB(1),   send_again },

    { POST,   "/api/imports",                        MAY_STORE | MAY_IDENTIFY, AUDIT_CREATE, BY_WORK, KIB(4),  import_add },
    { GET,    "/api/imports",                        MAY_STORE | MAY_IDENTIFY, AUDIT_NOTHING, BY_DOOR, 0,      imports_open },
    { GET,    "/api/imports/{id}",                   MAY_STORE | MAY_IDENTIFY, AUDIT_READ, BY_DOOR, 0,         import_one },
    { POST,   "/api/imports/{id}/known",             MAY_STORE | MAY_IDENTIFY, AUDIT_NOTHING, BY_DOOR, MIB(1), import_known },
    { POST,   "/api/imports/{id}/files",             MAY_STORE | MAY_IDENTIFY, AUDIT_STORE, BY_WORK, GIB(4),   import_file, ALWAYS, false, &IMPORT_RECEIVER },
    { POST,   "/api/imports/{id}/studies/{uid}",     MAY_STORE | MAY_IDENTIFY, AUDIT_CHANGE, BY_WORK, KIB(4),  import_study },
    { GET,    "/api/patients/{id}/priors",           MAY_SEARCH,        AUDIT_READ,       BY_DOOR,    0,        patient_priors },
    { GET,    "/api/elsewhere",                      MAY_FETCH,         AUDIT_NOTHING,    BY_DOOR,    0,        elsewhere_peers },
    { POST,   "/api/patients/{id}/elsewhere",        MAY_FETCH,         AUDIT_SEARCH,     BY_WORK,    KIB(4),   elsewhere_find },
    { GET,    "/api/patients/{id}/fetches",          MAY_FETCH,         AUDIT_READ,       BY_DOOR,    0,        fetches },
    { POST,   "/api/patients/{id}/fetches",          MAY_FETCH,         AUDIT_CREATE,     BY_WORK,    KIB(4),   fetch_ask },
    { POST,   "/api/fetches/{id}/cancel",            MAY_FETCH,         AUDIT_CHANGE,     BY_WORK,    KIB(1),   fetch_stop },
    { POST,   "/api/fetches/{id}/resume",            MAY_FETCH,         AUDIT_CHANGE,     BY_WORK,    KIB(1),   fetch_go_on },
    { POST,   "/api/fetches/{id}/attach",            MAY_FETCH,         AUDIT_CHANGE,     BY_WORK,    KIB(4),   fetch_accept },
    { POST,   "/api/exports",                        MAY_VIEW,          AUDIT_EXPORT,     BY_WORK,    KIB(48),  export_add },
    { GET,    "/api/exports/{id}",                   MAY_VIEW,          AUDIT_NOTHING,    BY_DOOR,    0,        export_one },
    { GET,    "/api/exports/{id}/archive.zip",       MAY_VIEW,          AUDIT_EXPORT,     BY_DOOR,    0,        export_archive },

    { GET,    "/dicom-web/studies",                  MAY_SEARCH,        AUDIT_SEARCH,     BY_DOOR,    0,        qido_studies },            /* PS3.18 §10.6 */
    { POST,   "/dicom-web/studies",                  MAY_STORE,         AUDIT_STORE,      BY_DOOR,    GIB(16),  stow, ALWAYS, false, &STOW_RECEIVER }, /* §10.5 */
    { POST,   STUDY,                                 MAY_STORE,         AUDIT_STORE,      BY_DOOR,    GIB(16),  stow, ALWAYS, false, &STOW_RECEIVER },
    { GET,    "/dicom-web/series",                   MAY_SEARCH,        AUDIT_SEARCH,     BY_DOOR,    0,        qido_series },
    { GET,    "/dicom-web/instances",                MAY_SEARCH,        AUDIT_SEARCH,     BY_DOOR,    0,        qido_instances },
    { GET,    STUDY "/series",                       MAY_SEARCH,        AUDIT_SEARCH,     BY_DOOR,    0,        qido_study_series },
    { GET,    STUDY "/instances",                    MAY_SEARCH,        AUDIT_SEARCH,     BY_DOOR,    0,        qido_study_instances },
    { GET,    SERIES "/instances",                   MAY_SEARCH,        AUDIT_SEARCH,     BY_DOOR,    0,        qido_series_instances },
    { GET,    STUDY,                                 MAY_VIEW,          AUDIT_SEND,       BY_DOOR,    0,        wado_study },              /* PS3.18 §10.4 */
    { GET,    SERIES,                                MAY_VIEW,          AUDIT_SEND,       BY_DOOR,    0,        wado_series },
    { GET,    INSTANCE,                              MAY_VIEW,          AUDIT_SEND,       BY_DOOR,    0,        wado_instance },
    { GET,    STUDY "/metadata",                     MAY_VIEW,          AUDIT_READ,       BY_DOOR,    0,        wado_study_metadata },
    { GET,    SERIES "/metadata",                    MAY_VIEW,          AUDIT_READ,       BY_DOOR,    0,        wado_series_metadata },
    { GET,    INSTANCE "/metadata",                  MAY_VIEW,          AUDIT_READ,       BY_DOOR,    0,        wado_instance_metadata },
    { GET,    INSTANCE "/frames/{list}",             MAY_VIEW,          AUDIT_VIEW_IMAGE, BY_DOOR,    0,        wado_frames },
    { GET,    INSTANCE "/bulkdata/{tag}",            MAY_VIEW,          AUDIT_READ,       BY_DOOR,    0,        wado_bulk },
    { GET,    INSTANCE "/bulkdata/{sequence}/{item}/{tag}", MAY_VIEW,   AUDIT_READ,       BY_DOOR,    0,        wado_bulk },
    { GET,    INSTANCE "/rendered",                  MAY_VIEW,          AUDIT_VIEW_IMAGE, BY_DOOR,    0,        wado_rendered },
    { GET,    INSTANCE "/thumbnail",                 MAY_VIEW,          AUDIT_VIEW_IMAGE, BY_DOOR,    0,        wado_thumbnail },
    { GET,    INSTANCE "/frames/{n}/thumbnail",      MAY_VIEW,          AUDIT_VIEW_IMAGE, BY_DOOR,    0,        wado_frame_thumbnail },
    { GET,    INSTANCE "/frames/{n}/rendered",       MAY_VIEW,          AUDIT_VIEW_IMAGE, BY_DOOR,    0,        wado_frame_rendered },
    { GET,    SERIES "/rendered",                    MAY_VIEW,          AUDIT_VIEW_IMAGE, BY_DOOR,    0,        wado_series_rendered },
    { GET,    STUDY "/rendered",                     MAY_VIEW,          AUDIT_VIEW_IMAGE, BY_DOOR,    0,        wado_study_rendered },
    { GET,    SERIES "/thumbnail",                   MAY_VIEW,          AUDIT_VIEW_IMAGE, BY_DOOR,    0,        wado_series_thumbnail },
    { GET,    STUDY "/thumbnail",                    MAY_VIEW,          AUDIT_VIEW_IMAGE, BY_DOOR,    0,        wado_study_thumbnail },
    { GET,    "/dicom-web/wado",                     MAY_VIEW,          AUDIT_VIEW_IMAGE, BY_DOOR,    0,        wado_uri },                /* PS3.18 §9 */
    { DELETE, STUDY,                                 MAY_ARCHIVE,       AUDIT_DELETE,     BY_WORK,    0,        dicomweb_delete_study }, /* ours: into the basket */
    { DELETE, SERIES,                                MAY_ARCHIVE,       AUDIT_DELETE,     BY_WORK,    0,        dicomweb_delete_series },
    { DELETE, INSTANCE,                              MAY_ARCHIVE,       AUDIT_DELETE,     BY_WORK,    0,        dicomweb_delete_instance },
    { OPTIONS, "/dicom-web/",                        MAY_SEARCH,        AUDIT_SYSTEM,     BY_DOOR,    0,        dicomweb_capabilities },   /* PS3.18 §8.9: the base */
    { OPTIONS, "/dicom-web/studies",                 MAY_SEARCH,        AUDIT_SYSTEM,     BY_DOOR,    0,        dicomweb_capabilities },   /* PS3.18 §8.9 */
    { GET,    "/dicom-web/capabilities",             MAY_SEARCH,        AUDIT_SYSTEM,     BY_DOOR,    0,        dicomweb_capabilities },
};
/* clang-format on */
const size_t ROUTE_COUNT = COUNT(ROUTES);
