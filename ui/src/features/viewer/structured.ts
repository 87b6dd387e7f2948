/*
 * A structured report (PS3.3 C.17.3) as lines one can read: concept, value, depth. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { type DicomJson, dicomDate, dicomTime, items, personName, text } from './dicom';

export interface Line { depth: number; name: string; value: string }
const DEPTH_MAX = 12;
const LINES_MAX = 2000;

const meaning = (code: DicomJson | undefined) => text(code, '00080104') || text(code, '00080100');

function valueOf(item: DicomJson): string {
  switch (text(item, '0040A040')) {
    case 'TEXT': return text(item, '0040A160');
    case 'CODE': return meaning(items(item, '0040A168')[0]);
    case 'NUM': {
      const measured = items(item, '0040A300')[0];
      const unit = items(measured, '004008EA')[0];
      return [text(measured, '0040A30A'), /^(1|\{.*\})$/.test(text(unit, '00080100')) ? '' : text(unit, '00080100') || meaning(unit)].filter(Boolean).join(' ');
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

export function linesOf(report: DicomJson): Line[] {
  const lines: Line[] = [];
  const walk = (item: DicomJson, depth: number) => {
    if (depth > DEPTH_MAX || lines.length >= LINES_MAX) return;
    const name = meaning(items(item, '0040A043')[0]);
    const value = valueOf(item);
    if (name || value) lines.push({ depth, name, value });
    for (const child of items(item, '0040A730')) walk(child, depth + 1);
  };
  walk(report, 0);
  return lines;
}
