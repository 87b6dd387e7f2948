/*
 * Every handler of the route table, by the file that holds it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_WEB_HANDLERS_H
#define DOORS_WEB_HANDLERS_H

#include "doors/web/router.h"

/* handlers_system.c */
Handler health, routes_list, push_open, may_upload, demo_clock;
/* handlers_live.c */
Handler line_test_down, line_test_up;
/* handlers_display.c */
Handler display_here, display_checks, display_check_new, display_check_picture, display_check_answer;
/* handlers_sign_in.c */
Handler sign_in_by_password, sign_in_by_totp, sign_in_by_recovery, passkey_options, sign_in_by_passkey,
    sign_out, sign_out_everywhere;
/* handlers_psc.c */
Handler psc_start, sign_in_by_psc, psc_chosen, psc_logout;
/* handlers_card.c */
Handler card_start, card_show, sign_in_by_card;
/* handlers_me.c */
Handler me, my_password, my_totp_start, my_totp_confirm, my_passkey_options, my_passkey_add, my_passkeys,
    my_passkey_remove, my_proof_options;
/* handlers_sessions.c */
Handler my_sessions, my_session_end, person_sessions, person_session_end;
/* handlers_people.c */
Handler organisations, organisation_add, organisation_changed, people, person_add, person_change, conventions;
/* handlers_recoveries.c */
Handler recoveries, recovery_open, recovery_confirm, recovery_cancel, my_recoveries, my_recovery_seen;
/* handlers_security.c */
Handler security_list, security_new, security_entry;

/* handlers_rights.c */
Handler rights_list, rights_signed;
/* handlers_emergency.c */
Handler emergency_new, emergency_over, emergency_judged, emergency_list;
/* handlers_audit.c */
Handler audit_lines, audit_messages, audit_feed_state, audit_anchors, audit_anchor_key;
/* handlers_conventions.c */
Handler convention_papers, convention_paper_new, convention_paper_put, convention_paper_sign, convention_document_add,
    convention_document;
/* handlers_indicators.c */
Handler indicators, indicator_acts;
/* handlers_calendar.c */
Handler site_calendar, room_calendar_versions, room_calendar_put, room_closing_new, room_closing_over, act_slots;
/* handlers_preparation.c */
Handler act_preparation, act_preparation_as_pdf;
/* handlers_library.c */
Handler protocols, protocol_whole, protocol_add, protocol_rewritten, protocol_submitted, protocol_judged, protocol_returned, protocol_published,
    protocol_approved, protocol_retired;
Handler preparations, preparation_whole, preparation_add, preparation_rewritten, preparation_submitted, preparation_returned,
    preparation_approved, preparation_retired;
Handler report_aids, report_aid_add, report_aid_changed, report_aid_removed, report_aid_import, report_aid_mrrt, act_earlier_reports, act_dictation;
Handler hangings, hanging_new, hanging_changed, hanging_removed, hanging_moved, act_priors;
/* handlers_roster.c */
Handler roster, roster_shift_new, roster_shift_over, roster_shift_again, roster_absence_new, roster_swap_new, roster_swap_reply, roster_skills_put, act_duty;
/* handlers_peers.c */
Handler peers, peer_add, peer_change, peer_forget, peer_try, peer_certificate_enter, peer_certificate_forget,
    peer_identity_enter;
/* handlers_patients.c */
Handler patients, patient_add, patient_one;
Handler patient_change, patient_identity, patient_same_said, patient_document, patient_attributes, patient_ins_in;
/* handlers_acts.c */
Handler acts, act_add, act_one, act_log, act_step, act_report, act_report_put, act_addendum_put, act_report_as_pdf,
    act_worklist, act_dossier, dossier_key, act_experts, act_series;
/* handlers_home.c */
Handler home, home_aside;
/* handlers_after.c */
Handler duties, act_record_entry, access_hand, handed_report;
/* handlers_patient.c */
Handler patient_accesses, patient_access_new, patient_access_end, patient_activate, own_leave, own_record, own_one, own_report,
    own_report_as_pdf, own_series, own_picture, own_export, own_export_archive, own_readers;
/* handlers_before.c */
Handler act_documents, act_document_new, act_document_one, act_earlier, act_protocols;
/* handlers_care.c */
Handler quarantine, quarantine_aside, quarantine_study, quarantine_recheck;
/* handlers_archive.c */
Handler archive_overview, archive_study, dicom_dictionary;
/* handlers_corrections.c */
Handler corrections_list, correction_one, correction_shown, correction_add, correction_take_back,
    correction_version, merge_compared, merge_add, merge_take_back;
/* handlers_deletions.c */
Handler quotas, quota_put, retention_put, deletion_destroy;
Handler dicomweb_delete_study, dicomweb_delete_series, dicomweb_delete_instance, deletions_list, deletion_back,
    deletion_let_in, deletion_paper, purge_add, purge_one, purge_item, purge_yes, purge_no, purge_paper, hold_new, hold_over,
    death_noted;
/* handlers_exports.c */
Handler export_add, export_one, export_archive;
/* handlers_imports.c */
Handler import_add, imports_open, import_one, import_known, import_file, import_study, patient_priors;
extern const Receiver IMPORT_RECEIVER;
/* handlers_staff.c, handlers_staff_procedures.c, handlers_staff_register.c, handlers_staff_meetings.c */
Handler staff_me, staff_person, staff_people, staff_skills, staff_rules, staff_item_new, staff_item_confirm, staff_item_take_back, staff_item_after,
    staff_ethics, staff_warning_aside, staff_document_new, staff_document;
Handler staff_procedures, staff_procedure, staff_procedure_new, staff_procedure_publish, staff_procedure_end, staff_procedure_sign;
Handler staff_register, staff_room_new, staff_room_change, staff_equipment_new, staff_equipment_change, staff_equipment_service,
    staff_room_item, staff_equipment_item;
Handler staff_meetings, staff_meeting, staff_meeting_new, staff_meeting_change, staff_meeting_sign;
/* handlers_elsewhere.c */
Handler sends, send_new, send_stop, send_again;
Handler elsewhere_peers, elsewhere_find, fetches, fetch_ask, fetch_stop, fetch_go_on, fetch_accept;
/* handlers_viewing.c */
Handler study_marks, study_marks_put, study_ledger, study_ledger_add, study_recorded, study_record;
/* dicomweb_query.c */
Handler qido_studies, qido_series, qido_instances, qido_study_series, qido_study_instances, qido_series_instances;
/* dicomweb_retrieve.c */
Handler wado_study, wado_series, wado_instance, wado_study_metadata, wado_series_metadata,
    wado_instance_metadata, wado_frames, wado_bulk;
/* dicomweb_pictures.c */
Handler wado_rendered, wado_thumbnail, wado_series_thumbnail, wado_study_thumbnail, wado_frame_rendered, wado_frame_thumbnail,
    wado_uri;
/* dicomweb_rendered.c */
Handler wado_study_rendered, wado_series_rendered;
/* dicomweb_capabilities.c */
Handler dicomweb_capabilities;
/* dicomweb_store.c */
Handler               stow;
extern const Receiver STOW_RECEIVER;

#endif
