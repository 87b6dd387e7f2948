/*
 * Texts of what leaves on a medium and what comes on one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Texts } from './types';

export const media = {
  'export.open': ['Exporter', 'Export'],
  'export.title': ['Exporter les images', 'Export the images'],
  'export.text': ['Les images sont rassemblées dans une archive zip avec leur table des matières (DICOMDIR), lisible par les logiciels d’imagerie.', 'The images come in a zip archive with their table of contents (DICOMDIR), which imaging software reads.'],
  'export.purpose': ['Motif de l’export', 'What the export is for'],
  'export.reason': ['Précisions', 'Details'],
  'export.series': ['Séries', 'Series'],
  'export.secret': ['Le nom de la personne qui exporte, le motif et le nombre de fichiers sont inscrits dans le journal.', 'Who exports, what for and how many files are written to the trace.'],
  'export.send': ['Préparer et télécharger', 'Prepare and download'],
  'export.progress': ['Avancement de l’export', 'Progress of the export'],
  'export.sent': ['{{files}} fichiers sur {{total}} envoyés ({{size}}).', '{{files}} of {{total}} files sent ({{size}}).'],
  'export.done': ['L’archive est complète.', 'The archive is complete.'],
  'export.cut': ['Le téléchargement a été interrompu : l’archive reçue est incomplète.', 'The download was interrupted: the archive received is incomplete.'],
  'export.again': ['Télécharger à nouveau', 'Download again'],
  'export.leftOut_one': ['{{count}} fichier n’a pas été exporté : voir ECARTES.TXT dans l’archive.', '{{count}} file was not exported: see ECARTES.TXT in the archive.'],
  'export.leftOut_other': ['{{count}} fichiers n’ont pas été exportés : voir ECARTES.TXT dans l’archive.', '{{count}} files were not exported: see ECARTES.TXT in the archive.'],
  'export.deidentified': ['Retirer l’identité des images (désidentification)', 'Remove the identity from the images (de-identification)'],
  'export.deidentText': ['Profil de base de la norme DICOM (PS3.15) : noms, identifiants, dates, établissement, appareil et descriptions sont retirés ou remplacés. Conservez seulement ce dont l’usage prévu a besoin.', 'Basic profile of the DICOM standard (PS3.15): names, identifiers, dates, institution, device and descriptions are removed or replaced. Keep only what the intended use needs.'],
  'export.dates': ['Dates', 'Dates'],
  'exportDates.removed': ['Supprimées', 'Removed'],
  'exportDates.shifted': ['Décalées d’un même nombre de jours', 'Moved by the same number of days'],
  'exportDates.kept': ['Conservées', 'Kept'],
  'export.keep': ['Conserver', 'Keep'],
  'exportKeep.keep_characteristics': ['Âge, sexe, taille, poids du patient', 'Age, sex, size, weight of the patient'],
  'exportKeep.keep_device': ['Identité de l’appareil', 'Identity of the device'],
  'exportKeep.keep_institution': ['Identité de l’établissement', 'Identity of the institution'],
  'exportKeep.keep_uids': ['Identifiants uniques d’origine (UID)', 'Original unique identifiers (UIDs)'],
  'exportKeep.keep_safe_private': ['Attributs privés réputés sûrs', 'Private attributes known to be safe'],
  'exportKeep.clean_descriptors': ['Mots reconnus sans risque des descriptions', 'Words of descriptions known to be harmless'],
  'exportKeep.clean_structured': ['Mesures et codes des comptes rendus structurés', 'Measures and codes of structured reports'],
  'exportKeep.clean_graphics': ['Tracés des annotations, sans leurs textes', 'Drawings of annotations, without their texts'],
  'export.pixelsChecked': ['J’ai vérifié qu’aucun nom n’est inscrit dans les images', 'I have checked that no name is written in the images'],
  'export.pixelsText': ['Sans cette vérification, échographies, captures, radiographies numérisées et vues semblables ne sont pas exportées. Documents et images où une inscription est déclarée ne le sont jamais.', 'Without this check, ultrasound, captures, digitised radiographs and the like are not exported. Documents and images with a declared annotation never are.'],
  'purpose.care': ['Continuité des soins', 'Continuity of care'],
  'purpose.second-opinion': ['Deuxième avis', 'Second opinion'],
  'purpose.patient': ['Remise au patient', 'Handed to the patient'],
  'purpose.legal': ['Demande d’une autorité', 'Asked for by an authority'],
  'purpose.quality': ['Qualité et sécurité des soins', 'Quality and safety of care'],
  'purpose.research': ['Recherche', 'Research'],
  'purpose.teaching': ['Enseignement', 'Teaching'],
} satisfies Texts;
