/*
 * Texts of the light view: for patients, requesters and telephones.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Texts } from './types';

export const light = {
  'light.notDiagnostic': ['Images réduites, non diagnostiques : ne pas utiliser pour le diagnostic.', 'Reduced images, non diagnostic: not to be used for diagnosis.'],
  'light.stamp': ['Non diagnostique', 'Non diagnostic'],
  'light.none': ['Pas d’image à montrer', 'No image to show'],
  'light.first': ['Images du compte rendu', 'Images of the report'],
  'light.key': ['Image clé {{n}}', 'Key image {{n}}'],
  'light.pane': ['Image : {{name}}. Flèches : autre image ; + et − : zoom.', 'Image: {{name}}. Arrows: another image; + and −: zoom.'],
  'light.image': ['Image {{n}} sur {{count}}', 'Image {{n}} of {{count}}'],
  'light.series': ['Série {{n}} ({{modality}})', 'Series {{n}} ({{modality}})'],
  'light.waiting': ['L’image arrive…', 'The image is coming…'],
  'light.offline': ['La plateforme ne répond pas. L’image revient dès que la liaison est rétablie.', 'The platform does not answer. The image comes back with the connection.'],
  'light.failed': ['Cette image n’a pas pu être affichée.', 'This image could not be shown.'],
  'light.tools': ['Zoom et contraste', 'Zoom and contrast'],
  'light.smaller': ['Réduire', 'Zoom out'],
  'light.larger': ['Agrandir', 'Zoom in'],
  'light.window.own': ['D’origine', 'As sent'],
  'light.largePage': ['Plein écran', 'Full screen'],
  'light.smallPage': ['Quitter le plein écran', 'Leave full screen'],
  'light.toFull': ['Visionneuse complète', 'Full viewer'],
  'light.toLight': ['Vue allégée', 'Light view'],
} satisfies Texts;
