/*
 * Texts of dictation.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Texts } from './types';

export const dictation = {
  'dictation.begin': ['Dicter', 'Dictate'],
  'dictation.end': ['Terminer la dictée', 'End dictation'],
  'dictation.throwAway': ['Jeter ce passage', 'Throw this piece away'],
  'dictation.escape': ['Échap', 'Esc'],
  'dictation.level': ['Niveau du micro', 'Microphone level'],
  'dictation.into': ['dans « {{part}} »', 'into “{{part}}”'],
  'dictation.starting': ['Ouverture du micro…', 'Opening the microphone…'],
  'dictation.waiting': ['Passage dicté en cours de transcription…', 'Transcribing what was dictated…'],
  'dictation.again': ['Envoyer à nouveau le passage', 'Send the piece again'],
  'dictation.again_other': ['Envoyer à nouveau les {{count}} passages', 'Send the {{count}} pieces again'],
  'dictation.forget': ['Abandonner', 'Give up'],
  'dictation.unplaced': ['Dicté pour un champ qui n’est plus là', 'Dictated for a field that is gone'],
  'dictation.doubtful': ['Mots à relire', 'Words to check'],
  'dictation.notAllowed': ['Le navigateur refuse l’accès au micro : autorisez-le pour ce site, puis recommencez.', 'The browser denies the microphone: allow it for this site, then try again.'],
  'dictation.noMicrophone': ['Aucun micro n’est branché sur ce poste.', 'No microphone is connected to this computer.'],
  'dictation.microphone': ['Le micro n’a pas pu être utilisé : vérifiez qu’aucun autre logiciel ne le tient, puis recommencez.', 'The microphone could not be used: check that no other program holds it, then try again.'],
} satisfies Texts;
