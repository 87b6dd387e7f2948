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
  'purpose.care': ['Continuité des soins', 'Continuity of care'],
  'purpose.second-opinion': ['Deuxième avis', 'Second opinion'],
  'purpose.patient': ['Remise au patient', 'Handed to the patient'],
  'purpose.legal': ['Demande d’une autorité', 'Asked for by an authority'],
  'purpose.quality': ['Qualité et sécurité des soins', 'Quality and safety of care'],
  'purpose.research': ['Recherche', 'Research'],
  'purpose.teaching': ['Enseignement', 'Teaching'],
} satisfies Texts;
