/*
 * Texts of the access outside care.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Texts } from './types';

export const emergency = {
  'nav.emergency': ['Accès d’urgence', 'Emergency access'],
  'emergency.lead': ['Ouvrir le dossier d’un patient qui ne vous a pas été adressé, quand l’urgence l’exige. L’établissement du patient en est averti et l’examine.', 'Open the record of a patient who was not sent to you, when an emergency requires it. The patient’s site is told and judges it.'],
  'emergency.ask': ['Demander un accès d’urgence', 'Ask for emergency access'],
  'emergency.warning': ['Le dossier s’ouvre pour quatre heures, en lecture. Votre nom et votre raison sont inscrits à la trace et transmis aux responsables et à la qualité de l’établissement du patient.', 'The record opens for four hours, to read. Your name and reason are written to the trail and told to the responsibles and quality officers of the patient’s site.'],
  'emergency.ipp': ['Identifiant (IPP)', 'Identifier (IPP)'],
  'emergency.or': ['ou', 'or'],
  'emergency.birthName': ['Nom de naissance entier', 'Whole birth name'],
  'emergency.firstGiven': ['Premier prénom', 'First given name'],
  'emergency.birthDate': ['Date de naissance', 'Date of birth'],
  'emergency.why': ['Motif', 'Why'],
  'emergencyCode.life': ['Urgence vitale', 'Danger to life'],
  'emergencyCode.emergency': ['Soins urgents, antériorités indispensables', 'Urgent care, earlier exams are needed'],
  'emergencyCode.continuity': ['Continuité des soins, personne d’habilité n’est joignable', 'Continuity of care, nobody entitled can be reached'],
  'emergency.reason': ['Raison', 'Reason'],
  'emergency.reasonHelp': ['Ce que vous cherchez et pourquoi maintenant : 20 caractères au moins.', 'What you look for and why now: at least 20 characters.'],
  'emergency.open': ['Ouvrir le dossier', 'Open the record'],
  'emergency.mine': ['Mes accès d’urgence', 'My emergency accesses'],
  'emergency.noneMine': ['Aucun accès d’urgence demandé.', 'No emergency access asked.'],
  'emergency.review': ['Accès d’urgence à examiner', 'Emergency accesses to judge'],
  'emergency.noneReview': ['Aucun accès d’urgence', 'No emergency access'],
  'emergency.patient': ['Patient {{ipp}}', 'Patient {{ipp}}'],
  'emergency.until': ['ouvert jusqu’au {{when}}', 'open until {{when}}'],
  'emergency.end': ['Refermer maintenant', 'Close now'],
  'emergency.toJudge': ['À examiner', 'To be judged'],
  'emergency.overdue': ['Examen en retard', 'Judgement overdue'],
  'emergencyVerdict.justified': ['Justifié', 'Justified'],
  'emergencyVerdict.not-justified': ['Non justifié', 'Not justified'],
  'emergency.concerned': ['Concerne', 'About'],
  'emergency.opened': ['Ouvert le', 'Opened'],
  'emergency.ended': ['Fin', 'End'],
  'emergency.due': ['À examiner avant le', 'To be judged before'],
  'emergency.note': ['Constat', 'Finding'],
  'emergency.noteHelp': ['Nécessaire quand l’accès n’était pas justifié : ce qui a été constaté et la suite donnée.', 'Needed when it was not justified: what was found and what follows.'],
  'emergency.justified': ['Justifié', 'Justified'],
  'emergency.notJustified': ['Non justifié', 'Not justified'],
  'emergency.judgedBy': ['Examiné par {{name}}.', 'Judged by {{name}}.'],
} satisfies Texts;
