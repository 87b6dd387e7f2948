/*
 * Punctuation that is said, as French dictation says it: « virgule », « point à la ligne ». For services that give words alone. E29
 *
 * SPDX-License-Identifier: Apache-2.0
 */
const THIN = '\u202f', FIXED = '\u00a0';
const OPEN = '(?:ouvrez|ouvrir|ouvre)', SHUT = '(?:fermez|fermer|ferme)';
/* The longest first. A mark takes the space before it; what opens takes the one after it. */
const SAID: [string, string][] = [
  ['points? de suspension', '…'], ['point d[’\']\\s*interrogation', `${THIN}?`], ['point d[’\']\\s*exclamation', `${THIN}!`], ['point[ -]virgule', `${THIN};`], ['deux[ -]points', `${FIXED}:`],
  ['point (?:à|a) la ligne', '.\n'], ['(?:retour )?(?:à|a) la ligne', '\n'], ['nouveau paragraphe', '\n\n'],
  [`${OPEN} (?:la |les )?parenth[èe]ses?`, ' (<'], [`${SHUT} (?:la |les )?parenth[èe]ses?`, ')'], [`${OPEN} (?:les )?guillemets`, ` «${FIXED}<`], [`${SHUT} (?:les )?guillemets`, `${FIXED}»`],
  ['trait d[’\']\\s*union', '-<'], ['barre oblique', '/<'], ['pour[ -]cent', `${FIXED}%`], ['virgule', ','],
];
/* « point » is a mark, but not in « le point d’insertion », « point de fuite », « un point douloureux ». */
const POINT = /(?<!(?:^|\s)(?:le|un|ce|au|du|chaque|premier|dernier|deuxième|second|même)\s)(?<=^|\s)point(?=\s|$)(?!\s+(?:de|du|des)\s|\s+d[’'])/giu;

export function spoken(words: string): string {
  let text = ` ${words.trim()} `;
  for (const [said, mark] of SAID) text = text.replace(new RegExp(`\\s+${said}(?=\\s|$)`, 'giu'), mark.endsWith('<') ? `${mark.slice(0, -1)}\u0000` : mark);
  text = text.replace(POINT, '\u0001').replace(/\s*\u0001/g, '.');
  return text.replace(/\u0000\s*/g, '').replace(/[ ]*\n[ ]*/g, '\n').replace(/ {2,}/g, ' ').replace(/^ +| +$/g, '');
}
