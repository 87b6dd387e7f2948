/*
 * A structured report (PS3.3 C.17.3) as lines one can read: concept, value, depth. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { type DicomJson, dicomDate, dicomTime, items, personName, text } from './dicom';
import { frenchWord } from './structuredWords';

export interface Line { depth: number; name: string; value: string }
const DEPTH_MAX = 12;
const LINES_MAX = 2000;

type Language = 'fr' | 'en';

/* In French by its code where we know it; else as the report itself says. */
const meaning = (code: DicomJson | undefined, language: Language) =>
  (language === 'fr' ? frenchWord(text(code, '00080102'), text(code, '00080100')) : undefined) || text(code, '00080104') || text(code, '00080100');

/* A unit of UCUM as it is written; one that only names what is counted is left out. */
function unitOf(unit: DicomJson | undefined, language: Language): string {
  const code = text(unit, '00080100');
  if (/^(1|\{.*\}|X-ray sources)$/.test(code)) return '';
  return (code || meaning(unit, language)).replace(/^\{[^}]*\}(?=.)/, '').replace(/\./g, '·').replace(/m2$/, 'm²').replace(/m3$/, 'm³').replace(/^deg$/, '°').replace(/^uA/, 'µA');
}

function valueOf(item: DicomJson, language: Language): string {
  switch (text(item, '0040A040')) {
    case 'TEXT': return text(item, '0040A160');
    case 'CODE': return meaning(items(item, '0040A168')[0], language);
    case 'NUM': {
      const measured = items(item, '0040A300')[0];
      const number = text(measured, '0040A30A');
      return [language === 'fr' ? number.replace('.', ',') : number, unitOf(items(measured, '004008EA')[0], language)].filter(Boolean).join(' ');
    }
    case 'PNAME': return personName(text(item, '0040A123'));
    case 'DATE': return dicomDate(text(item, '0040A121'));
    case 'TIME': return dicomTime(text(item, '0040A122'));
    case 'DATETIME': {
      const moment = text(item, '0040A120');
      return [dicomDate(moment.slice(0, 8)), dicomTime(moment.slice(8))].filter(Boolean).join(' ');
    }
    case 'UIDREF': return text(item, '0040A124');
    default: return '';
  }
}

export function linesOf(report: DicomJson, language: Language = 'en'): Line[] {
  const lines: Line[] = [];
  const walk = (item: DicomJson, depth: number) => {
    if (depth > DEPTH_MAX || lines.length >= LINES_MAX) return;
    const name = meaning(items(item, '0040A043')[0], language);
    const value = valueOf(item, language);
    if (name || value) lines.push({ depth, name, value });
    for (const child of items(item, '0040A730')) walk(child, depth + 1);
  };
  walk(report, 0);
  return lines;
}
