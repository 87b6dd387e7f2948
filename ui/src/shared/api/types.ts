/*
 * What the server says, as types. Mirrors docs/api.md; names and spelling are the server's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */

export type Role =
  | 'requester' | 'technologist' | 'imager' | 'local-physician' | 'nuclear-physician' | 'secretary' | 'pacs-admin'
  | 'physicist' | 'pcr' | 'biomedical' | 'pharmacist' | 'pharmacy-tech' | 'quality' | 'responsible' | 'administrator' | 'patient';

/* ---- sign-in ---- */
export interface Health { ok: boolean; version: string; mode: string; psc: boolean; card: CardList | null }
/* The list of revoked cards, where cards sign people in: 'stale' still serves, with 'over' and 'missing' no card is accepted. */
export type CardList = 'fresh' | 'stale' | 'over' | 'missing';
/* 'here': the one that asks. */
export interface OpenSession { id: number; factors: string; address: string; full: boolean; signed_in_at_s: number; seen_at_s: number; expires_at_s: number; here: boolean }
/* Of exercise, as Pro Santé Connect tells it; texts are empty when it does not. */
export interface Situation { code: string; profession: string; category: string; skill: string; mode: string; sector: string; structure: string; structure_id: string }
export interface Next { next: 'totp' | 'enrol' | 'done' | 'choose'; codes_left?: number; situations?: Situation[] }
export interface Membership { organisation: { id: number; name: string; kind: OrganisationKind; time_zone: string }; roles: Role[] }
export interface Me {
  person: { id: number; login: string; name: string; rpps: string | null; title?: string; family?: string; given?: string };
  full: boolean;
  must_enrol: boolean;
  factors: string;
  csrf: string;
  expires_at_s: number;
  memberships: Membership[];
  roles: Role[];
  permissions: string[];
  mode: string;
  dictation?: boolean; // a speech service is plugged in
  situation: Situation | null; // chosen in this session
  holder: boolean; // a patient or who represents one: the own page, nothing else
}
export interface TotpStart { secret: string; otpauth: string; qr_svg: string }
export interface TotpConfirmed { recovery_codes: string[]; next?: 'done' }
export interface Passkey { id: number; label: string; created_at_s: number; last_used_at_s: number | null; backup_eligible: boolean; backed_up: boolean }

/* ---- people and organisations ---- */
export type OrganisationKind = 'site' | 'imaging' | 'requester';
export interface Room { id: number; name: string; modality: Modality; ae_title: string; station_name: string }
export interface Organisation {
  id: number; name: string; kind: OrganisationKind; finess: string; city: string; time_zone: string; street: string; postcode: string; phone: string; rooms?: Room[];
}
export interface PersonMembership { organisation_id: number; roles: Role[] }
export interface Person {
  id: number; name: string; login?: string; title?: string; family?: string; given?: string; rpps?: string | null;
  profession?: string; speciality?: string; phone?: string; email?: string; active: boolean; enrolled?: boolean; memberships: PersonMembership[];
}
export interface PersonWrite {
  login?: string; title: string; family: string; given: string; rpps: string; profession: string; speciality: string; phone: string; email: string;
  active?: boolean; memberships: PersonMembership[];
}
export interface OneTimePassword { id?: number; one_time_password: string }
export interface Convention {
  id: number; number: string; version: number | string; title: string; valid_from: string; valid_until: string;
  parties: { id: number; name: string; part: OrganisationKind }[];
  sections: Record<string, string>;
  clauses: { kind: string; modality: Modality; priority: Priority; verdict_min: number; exam_min: number; report_min: number }[];
  reasons?: (string | { code: string; text: string })[]; days_left?: number; warning?: number | null;
}
export interface AuditLine {
  id: number; at_ms: number; event: string; outcome: string; person_id: number; organisation_id: number; actor: string; actor_name: string | null; factors: string; origin: string;
  what: string; object: string; detail: string; patient_id: number; ipp: string | null; act_id: number; act_number: string | null;
}

/* ---- patients ---- */
export type Sex = 'F' | 'M' | 'U';
export interface Patient {
  id: number; ipp: string; birth_name: string; first_given: string; given_names: string; used_name: string | null; birth_date: string; sex: Sex;
  birth_place_code: string | null; birth_place_name: string | null;
  ins: { value: string; oid: string; nature: 'NIR' | 'NIA' } | null;
  status: 'PROV' | 'RECUP' | 'VALI' | 'QUAL'; attributes: ('HOMO' | 'DOUT' | 'FICT')[]; phone?: string | null; version: number;
  birth_known: 'day' | 'month' | 'year' | 'none'; document: string; document_holder: string; document_at_ms: number | null; document_by: string; document_by_name?: string | null;
}
export interface PatientWrite {
  organisation_id: number; birth_name: string; first_given: string; given_names: string; used_name?: string; birth_date: string; sex: Sex;
  birth_place_code: string; birth_place_name?: string; phone?: string; document: string; birth_known?: string; search: string; decision?: 'homonym' | 'doubtful'; alike?: string;
}

/* ---- acts ---- */
export type Modality = 'CT' | 'MR' | 'DX' | 'CR' | 'US' | 'NM' | 'PT' | 'PT/CT' | 'NM/CT';
export type Priority = 'routine' | 'urgent' | 'emergency';
export type ActState =
  | 'draft' | 'asked' | 'info-asked' | 'validated' | 'planned' | 'running' | 'gone' | 'released' | 'left' | 'signed' | 'delivered'
  | 'acknowledged' | 'closed' | 'refused' | 'cancelled' | 'not-done';
export interface By { id: number; name: string; role: Role | 'system' }
export interface Stamp { at_ms: number; by: By }
export interface Deadline { what: 'assignment' | 'expert' | 'verdict' | 'information' | 'planning' | 'exam' | 'presence' | 'report' | 'urgent' | 'delivery' | 'acknowledge' | 'patient' | 'record' | 'closing' | 'final' | 'question'; at_ms: number }
export interface Named { id: number; name: string; time_zone?: string; address?: string; phone?: string }

export interface ActSummary {
  id: number; number: string; kind: string; state: ActState; version: number; priority: Priority; modality: Modality; region: string;
  patient: Patient; site: Named; requester_org: Named; imaging: Named;
  people: { requester?: PersonShort | null; imager?: PersonShort | null; technologist?: PersonShort | null; [key: string]: PersonShort | null | undefined };
  asked_at_ms: number | null; deadline: Deadline | null; slot_at_ms: number | null; slot_room_id?: number | null; images: number; unread_messages: number; tasks?: string[]; report_stands_as?: '' | 'preliminary' | 'final' | 'addendum';
}
export interface PersonShort { id: number; name: string; phone?: string | null; speciality?: string | null; role?: Role }

export type Known = 'no' | 'yes' | 'unknown';
/* An earlier exam ticked in the list of the archive: sent as its UID, kept with what the archive says of it. */
export interface PriorTicked { study_uid: string; date?: string; modalities?: string; description?: string }
export interface DoseSum { studies: number; dlp_mgycm: number; dap_mgycm2: number }
export interface EarlierStudy { study_uid: string; date: string; modalities: string; description: string; instances: number; dose: { dlp_mgycm?: number | null; dap_mgycm2?: number | null } | null }
export interface Earlier { studies: EarlierStudy[]; total: DoseSum; year: DoseSum }
export interface Doses { ctdi_mgy?: number; dlp_mgycm?: number; dap_mgycm2?: number; activity_mbq?: number }
export interface Contrast { kind: 'none' | 'iodinated' | 'gadolinium' | 'radiopharmaceutical'; product?: string; dose_rule?: string; renal_days?: number }
export interface LibraryProtocol {
  id: number; root_id: number; version: number; imaging_id: number; site_id: number; modality: Modality; region: string; name: string;
  age_from_months: number; age_to_months: number; weight_from_kg: number; weight_to_kg: number; approved: boolean; retired: boolean;
  phases: string; steps: string; preparation?: string; optimisation?: string; minutes?: number; contrast?: Contrast; dose_target?: Doses; drl?: Doses;
  fits?: boolean; elsewhere?: boolean; fits_why?: { what: 'age' | 'weight'; fits: boolean; from: number; to: number; value: number | null }[]; mine?: boolean; imaging?: string; site?: string | null; made_by?: string; approved_by?: string | null; made_at_ms?: number; approved_at_ms?: number | null;
}
export interface RequesterOpinion { relevance?: string; guideline?: string; benefit_code?: string; benefit?: string; distance_reason?: string }
export interface RequestFacts {
  reason?: string; purpose?: string; circumstances?: string; pregnancy?: 'no' | 'possible' | 'yes' | 'unknown' | 'not-applicable';
  earlier_exams?: string; optimisation?: string; question?: string; allergies?: string; implants?: string; operations?: { what: string; when: string }[];
  renal_value?: number | null; renal_unit?: string; renal_date?: string; metformin?: Known; diabetes?: Known; breastfeeding?: Known; anticoagulants?: Known; priors?: PriorTicked[];
  mri_pacemaker?: Known; mri_neurostimulator?: Known; mri_cochlear?: Known; mri_clip?: Known; mri_metal_in_eye?: Known; mri_pump?: Known; mri_valve_stent?: Known;
  mri_prosthesis?: Known; mri_claustrophobia?: Known;
  weight_kg?: number | string | null; medication?: string; relevance?: string; guideline?: string; benefit_code?: string; benefit?: string;
  distance_reason_code?: string; distance_reason?: string; pathway?: 'coordinated' | 'emergency' | 'direct';
  exam_within_min?: number | null; context?: string; answer_within_min?: number | null;
  treating_physician?: { name?: string; rpps?: string; none?: boolean };
}
export interface ActDocument { id: number; name: string; type: string; bytes: number; sha256: string; at_ms: number; by: { id: number; name: string } }
export interface Information extends Stamp { version: string; language: string; interpreter?: string }
export interface Consent extends Stamp { how: string; document?: string; document_id?: number; representative_name?: string; representative_quality?: string; withdrawn_at_ms?: number; reason?: string; usual_act?: 'yes' | 'no'; other_holder?: string; other_holder_name?: string; heard?: string; heard_text?: string; able?: string; minor_exception?: string; exception_text?: string; accompanied_by?: string }
/* What request or worklist told of the patient when they left. */
export interface TraitsTold { ipp: string; birth_name: string; first_given: string; used_name?: string; birth_date: string; sex: Sex }
export interface IdentityDifference { trait: string; expected: string; found: string; kind: string; where?: 'request' | 'worklist' }
export interface Protocol {
  id?: number; name: string; version?: string | number; ordered_version?: number; phases?: string; steps?: string; injection?: string; dose_note?: string; optimisation?: string; preparation?: string;
  contrast?: Contrast; dose_target?: Doses; drl?: Doses; variant_reason?: string; reason?: string; before?: Protocol; at_ms?: number;
}
export interface Verdict extends Stamp {
  indication: 'relevant' | 'not-relevant'; distance: 'relevant' | 'not-relevant'; benefit_confirmed?: boolean;
  indication_reason?: string; distance_reason?: string; mri_decision?: string; pregnancy_decision?: string; renal_waiver?: string; requester_opinion?: RequesterOpinion; asked?: { modality?: Modality; region?: string };
  change?: { modality?: Modality; region?: string; reason?: string } | null;
}
/* A further clinical examination is asked and answered line by line. E13 */
export interface ExaminedLine { id: number; kind: string; text: string; unit?: string }
export interface ExaminedResult { item: number; value?: number; unit?: string; text?: string; not_done?: string }
export interface Called { person_id: number; name: string; phone?: string; role?: string }
export interface Order {
  id: number; at_ms: number; by: By; to: 'requester' | 'technologist' | 'local-physician' | 'imager'; kind: string; text: string; due_ms?: number;
  acknowledged_at_ms?: number; acknowledged_by?: By; answer?: string; answered_at_ms?: number; answered_by?: By; escalated_at_ms?: number; escalated_to?: string;
  people?: Called[]; called?: string[]; items?: ExaminedLine[]; results?: ExaminedResult[]; examiner?: string; examined_at_ms?: number; passed?: (Stamp & { from: string; to: string; text?: string })[];
}
export interface Question { id: number; at_ms: number; by: By; text: string; answer?: string; answered_at_ms?: number; answered_by?: By; first_due_ms?: number; due_ms?: number; escalations?: number; escalated_at_ms?: number; called?: { person_id: number; name: string; phone?: string }[] }
/* Requester or imager about a slot later than the delay. E10 */
export interface LaterAnswer extends Stamp { decision: 'accepted' | 'refused'; text: string }
export interface Slot {
  room_id: number; room: string; ae_title?: string; start_ms: number; minutes: number; lead_minutes?: number; buffer_minutes?: number; move_reason?: string;
  moved_from?: { start_ms: number; room: string }; late_reason?: string; accession?: string; study_uid?: string; sps_id?: string;
}
/* A correction of the images that a signed report is about, until its imager has looked at it again. */
export interface ReportMark { id: number; at_ms: number; by: By; kind: 'identity' | 'moved' | 'split' | 'joined'; correction_id: number; reason: string; reviewed_at_ms?: number; reviewed_by?: By; verdict?: 'stands' | 'withdrawn'; review?: string; undone_at_ms?: number }
export interface Incident {
  id: number; at_ms: number; by: By; kind: string; subject?: string; text: string; due_ms?: number; escalated_at_ms?: number; escalations?: number;
  acknowledged?: Partial<Record<'local-physician' | 'imager', { at_ms: number; by: By }>>; care?: Stamp & { text: string; outcome: string; care_at_ms: number };
  resolved_at_ms?: number; resolution?: string;
}
export interface UrgentFinding extends Stamp {
  id: number; category: string; text: string; due_ms: number; first_due_ms: number; escalations?: number; difference?: boolean;
  told?: (Stamp & { to: string; how: string; repeated: string; told_at_ms: number })[]; delegate?: Stamp & { person_id: number; name: string }; action?: Stamp & { text: string };
}
export interface Prescription extends Stamp { id: number; kind: string; text: string }
export interface Drug extends Stamp {
  id: number; kind: string; product: string; batch: string; dose?: number; unit?: string; radionuclide?: string; activity_mbq?: number; route: string; given_at_ms: number; prescriber: By;
  source?: 'images'; seen_id?: number; replaced_by?: number; prepared_id?: number; prepared_mbq?: number; difference_reason?: string;
}
/* What the pharmacy prepared for this act; a pharmacist releases it. L2 S5 */
export interface PreparedDose extends Stamp {
  id: number; prescription_id: number; kind: string; product: string; batch: string; radionuclide?: string; activity_mbq?: number; calibrated_at_ms?: number; dose?: number; unit?: string;
  expires_at_ms: number; released?: Stamp; set_aside?: Stamp & { reason: string }; given?: Stamp;
}
/* What the images tell of a drug, beside what was recorded. L2 S5 */
export interface DrugSeen extends Stamp {
  id: number; kind: 'contrast' | 'radiopharmaceutical'; source: 'report' | 'header'; state: 'agrees' | 'contradicts' | 'unrecorded' | 'problem' | 'settled' | 'superseded';
  product?: string; radionuclide?: string; activity_mbq?: number; volume_ml?: number; batch?: string; route?: string; given_at_ms?: number; problems: string[];
  differences?: { what: string; recorded: string | number; said: string | number }[]; drug_id?: number; settled?: Stamp & { decision: string; reason?: string };
}
export interface Message { seq: number; at_ms: number; by: By; text: string }
export interface LocalPhysician extends Stamp { person_id: number | null; name: string; phone?: string; confirmed_at_ms?: number; left_at_ms?: number; next?: LocalPhysician }
/* Nuclear physicians who said themselves that they are on site; absences while the patient was there. E24 */
export interface NuclearPerson { person_id: number; name: string; since_ms: number; phone?: string }
export interface NuclearPresence { people: NuclearPerson[]; stood?: NuclearPerson[]; // 'stood': also who left again
  absences: { from_ms: number; to_ms?: number; by: By }[] }

/* An expert asked for an opinion, and a series shown to them. */
export interface Expert { person_id: number; name: string; speciality?: string; phone?: string; organisation?: string; state: 'asked' | 'accepted' | 'refused' | 'answered'; at_ms?: number; asked_at_ms?: number; how?: 'duty' }
export interface ChosenSeries { study_uid: string; series_uid: string; study_date: string; study: string; modality: string; description: string; instances: number; number: number }
export interface DeliveryTry extends Stamp { how: string; reached: 'yes' | 'no'; text?: string }
export interface HandedAccess extends Stamp { expires_at_ms: number; openings?: number; opened_at_ms?: number; revoked_at_ms?: number }
export interface Delivery {
  id?: number; to: 'requester' | 'treating-physician' | 'designated' | 'patient'; recipient_id?: number; name: string;
  status: 'waiting' | 'delivered' | 'opened' | 'not-reached' | 'objected' | 'revoked'; at_ms?: number; why?: string; due_ms?: number; tries?: DeliveryTry[]; access?: HandedAccess; version?: number; preliminary?: boolean;
}
export interface Recipient extends Stamp { id: number; name: string; part: string; contact?: string; designated_at_ms: number; revoked_at_ms?: number }
export interface Objection extends Stamp { id: number; to: string; recipient_id: number; text: string; lifted_at_ms?: number }
export interface Announcement extends Stamp { reason: string; exchanges?: (Stamp & { who: string; how: string; planned_at_ms: number; text: string })[]; announced?: Stamp & { who: string; how: string; told_at_ms: number; text: string } }
export interface FollowUp extends Stamp { id: number; kind: string; text: string; owner: string; due_at_ms: number; closed_at_ms?: number; outcome?: string; outcome_text?: string }

/* What a new version of a report changes for the care; told live when it matters. E29 */
export interface Difference { significant?: boolean | null; what?: string; why?: string; category?: string }
export type AddendumKind = 'complement' | 'correction' | 'late-result';

/* What a signer was shown, as its event keeps it. E25 */
export interface ShownImages { images: number; seen: number; incomplete: number; full_ms: number; more: number; series: { study: string; number: number; description: string; modality: string; images: number; seen: number; incomplete: number; full_ms: number; unseen: string }[] }

export interface Facts {
  room?: { seat: string; person_id: number; name: string; since_ms: number; level?: string }[];
  phone_calls?: (Stamp & { id: number; with: string; number: string; from_ms: number; to_ms: number; text?: string })[];
  calls?: (Stamp & { id: number; to: string; state: 'ringing' | 'answered' | 'refused' | 'missed' | 'ended'; rings: { person_id: number; name: string }[]; missed: { person_id: number; name: string }[]; ended_at_ms?: number; answered_by?: { id: number; name: string } })[];
  line_tests?: (Stamp & { id: number; rtt_ms: number; jitter_ms: number; loss_permille?: number; down_kbps: number; up_kbps: number; verdict: string })[];
  request?: RequestFacts; signed_request?: Stamp; information?: Information; information_act?: Information; information_distance?: Information;
  consent_act?: Consent; consent_distance?: Consent; emergency_exception?: Stamp & { consulted: string; reason: string; review?: Stamp & { verdict: string; text: string } };
  verdict?: Verdict; protocol?: Protocol & Stamp; protocol_acknowledged?: Stamp; questions?: Question[];
  assignment?: {
    person_id?: number; name?: string; how?: string; taken_at_ms?: number; nobody_at_ms?: number; called?: { name: string; phone: string }[];
    explanation?: { urgency: number; pressure: number; competence: number; load: number; score: number };
  };
  refusal?: Stamp & { code: string; text: string; indication?: string; distance?: string; other_modality?: string; other_exam?: string; requester_opinion?: RequesterOpinion }; cancellation?: Stamp & { code: string; text: string }; abandonment?: Stamp & { code: string; text: string };
  mri_check?: Stamp & { result: 'safe' | 'not-safe'; text?: string };
  sheet_given?: Stamp & { how: string; language: string; title: string; sheet_id: number; sheet_version: number; slot_start_ms: number };
  later?: Stamp & { start_ms: number; text: string; requester?: LaterAnswer; imager?: LaterAnswer }; no_slot?: Stamp & { text: string; until_ms: number };
  slots_back?: (Stamp & { id: number; code: string; text: string; start_ms: number; room: string })[];
  alternative?: Stamp & { offered: string; offered_by?: string; patient_told_at_ms: number; answer: string };
  slot?: Slot; local_physician?: LocalPhysician; nuclear_presence?: NuclearPresence;
  device_explained?: Stamp & { how: string }; preparation?: Stamp & { sheet: string; allergies?: string; renal_function?: string; pregnancy?: string }; pregnancy_decision?: Stamp & { text: string };
  urgent?: UrgentFinding[]; prescriptions?: Prescription[]; drugs?: Drug[]; prepared_doses?: PreparedDose[]; drugs_seen?: DrugSeen[]; technologist_acts?: (Stamp & { id: number; act: string; text?: string })[];
  channel?: Stamp & { means: string; reason: string; number: string }; video?: { both_ways: boolean; since_ms?: number; losses: { from_ms: number; to_ms?: number }[] };
  identity?: Stamp & { document: string; result: 'match' | 'mismatch'; differences?: IdentityDifference[]; another?: boolean; asked?: string; asked_text?: string; wristband?: string };
  identity_corrections?: (Stamp & { before: TraitsTold; after: TraitsTold; reason?: string; actor?: string })[]; merged?: Stamp & { before: TraitsTold; after: TraitsTold };
  protection?: Stamp & { measure: string; holder_name?: string; contact?: string; decision?: string };
  imager_presence?: { present: boolean; since_ms: number; by: By; lost?: boolean; losses?: { from_ms: number; to_ms?: number; lost?: boolean }[] };
  orders?: Order[]; acquisition?: { started_at_ms: number; by: By; ended?: { at_ms: number; made: number } };
  completeness?: Completeness & Stamp; performed?: (PerformedStep & Stamp)[];
  quality?: Stamp & { verdict: 'sufficient' | 'limited'; comment?: string }; release?: Stamp; departure?: Stamp & { released: boolean };
  advice?: (Stamp & { id: number; text: string })[]; assistance?: Stamp; assistance_ended?: Stamp & { summary: string; incidents: string };
  experts?: Stamp & { mode: 'joint' | 'separate'; list: Expert[] }; chosen_images?: Stamp & { series: ChosenSeries[]; none_reason?: string };
  checklist?: Record<string, Stamp & { verdict: 'sufficient' | 'missing' | 'not-needed'; comment?: string }>;
  delay?: { proposed_min: number; proposed_at_ms: number; by: By; agreed?: boolean }; opinions?: (Stamp & { id: number; results: string; conclusion: string })[];
  agreements?: (Stamp & { id: number; sha256: string })[]; refusals?: (Stamp & { id: number; code: string; text: string })[]; second_questions?: Question[];
  reading?: Stamp & { ended_at_ms?: number }; outcome?: 'interpreted' | 'not-interpretable';
  not_interpretable?: { reason_code: string; reason: string; procedure: string; follow_up: string; convention_procedure?: { convention: string; version: number; text: string } };
  signature?: Stamp & { revision: number; sha256: string; proof: 'passkey' | 'totp'; difference?: Difference; shown?: ShownImages }; deliveries?: Delivery[];
  superseded?: { until_ms: number; signature?: Stamp & { revision: number; sha256: string; proof: 'passkey' | 'totp'; difference?: Difference }; deliveries?: Delivery[] }[];
  preliminary?: Stamp & { revision: number; sha256: string; proof: 'passkey' | 'totp'; final_due_ms: number; delivered_at_ms?: number; shown?: ShownImages };
  addendum_draft?: Stamp & { kind: AddendumKind; instead?: string }; addenda?: (Stamp & { id: number; kind: AddendumKind; revision: number; difference?: Difference })[];
  patient_opened?: Stamp; acknowledged?: Stamp; patient_informed?: Stamp & { how: string; content_given: string }; patient_copy?: Stamp & { how: string };
  repeat_of?: { id: number; number: string }; repeats?: (Stamp & { act_id: number; number: string })[];
  recipients?: Recipient[]; objections?: Objection[]; announcement?: Announcement; follow_ups?: FollowUp[]; site_check?: Stamp; records?: (Stamp & { id: number; where: string })[];
  duties_overdue?: (Stamp & { kind: string; item: number; due_ms: number; escalated_to: string })[];
  dmp?: Stamp & { record_checked: boolean; dmp: string; checked?: boolean | string }; incidents?: Incident[]; report_marks?: ReportMark[]; messages?: Message[];
}
/* What is missing inside the series: numbers from–to, positions between two places in tenths of a millimetre, or the series' own counter. */
export interface Gap { series_uid: string; series?: number; description: string; kind: 'number' | 'position' | 'counter' | 'part' | 'performed'; count: number; from?: number; to?: number }
export interface Completeness { complete: boolean; received: number; made?: number; missing: number; gaps_missing: number; performed?: number; performed_missing?: number; gaps: Gap[] }
/* What the machine says of one step (MPPS); times by its own clock, YYYYMMDDHHMMSS. */
export interface PerformedStep { uid: string; state: 'IN PROGRESS' | 'COMPLETED' | 'DISCONTINUED'; objects: number; modality?: string; station?: string; started?: string; ended?: string; reason?: string }
export interface SeriesShort { uid: string; number: number; modality: string; description: string; instances: number }
export interface Images {
  study_uid: string | null; instances: number; series: SeriesShort[]; last_at_ms: number | null; wrong_patient: unknown[]; missing?: number;
  dose: Record<string, unknown> | null;
}
export interface Missing { code: string; text: string; why: string; count?: number; detail?: string }
export interface StepOffer { step: string; label: string; why: string; allowed: boolean; missing: Missing[] }
/* On a summary 'images' is a count, on the act itself it is the detail. */
export interface Act extends Omit<ActSummary, 'images'> {
  dose_compared?: { what: string; measured: number; reference: number; above: boolean }[];
  represented?: 'minor' | 'protected' | null;
  facts: Facts; images: Images; steps: StepOffer[]; convention: { id: number; number: string; version: number | string; title: string } | null;
}

export interface ActEvent {
  id: number; act_id: number; seq: number; at_ms: number; step: string; from: ActState | null; to: ActState; by: By; factors?: string;
  convention_version?: number | string; why?: string; data?: Record<string, unknown>; hash: string;
}
export interface ActWrite {
  kind: string; patient_id: number; requester_org_id: number; site_id: number; imaging_id: number; modality: Modality; priority: Priority; region: string; repeat_of?: number;
}

/* ---- push ---- */
export type PushMessage =
  | { type: 'hello'; last_event: number; now_ms: number }
  | { type: 'event'; event: ActEvent }
  | { type: 'images'; act_id: number; study_uid: string; series_uid: string; modality: string; instances: number; total: number }
  | { type: 'session'; ends: string };
