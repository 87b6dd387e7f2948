/*
 * Spaces before punctuation, where the two languages differ: French puts one before : ; ? ! » and inside «, and it never breaks; English puts none.
 * Source: Lexique des règles typographiques en usage à l'Imprimerie nationale, « Ponctuation ».
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import i18n from 'i18next';

const BEFORE_COLON = '\u00a0', BEFORE_HIGH = '\u202f'; // no-break space; narrow no-break space

/* Between a label and what it says, in the language of the page: 'Motif : …', 'Reason: …'. Every assembled text takes it from here. */
export const colon = () => (i18n.language === 'en' ? ': ' : `${BEFORE_COLON}: `);

/* A share of a hundred, in the language of the page: '80 %', '80%'. */
export const percent = (value: number | string) => (i18n.language === 'en' ? `${value}%` : `${value}${BEFORE_COLON}%`);

/* A French text written with plain spaces, as it is set: a colon, a question mark or a unit never begins a line. */
export const setInFrench = (text: string) =>
  text.replace(/ (?=[:»%€])/g, BEFORE_COLON).replace(/(?<=«) /g, BEFORE_COLON).replace(/ (?=[;?!](?:\s|$|[)»]))/g, BEFORE_HIGH);
