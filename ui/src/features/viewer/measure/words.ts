/*
 * Figures as people read them: « 12,3 mm », « moyenne 40 UH ».
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { TFunction } from 'i18next';
import type { Figure, Kind } from './figures';
import type { RecordedMark } from './recorded';

const DIGITS: Record<string, number> = { px: 1, px2: 0, deg: 1, mm: 1, 'mm-detector': 1, mm2: 1, 'mm2-detector': 1, HU: 1, SUV: 2, 'SUV-lbm': 2, 'SUV-bsa': 2 };
const SAID = new Set([...Object.keys(DIGITS), 'BQML']);

export const numberText = (value: number, language: string, digits: number) =>
  value.toLocaleString(language === 'en' ? 'en-GB' : 'fr-FR', { maximumFractionDigits: digits, minimumFractionDigits: digits && Math.abs(value) < 1000 ? digits : 0 });

export function figureText(t: TFunction, language: string, { name, value, unit }: Figure, alone: boolean): string {
  const words = SAID.has(unit) ? t(`viewer.unit.${unit}`) : unit;
  const said = [numberText(value, language, DIGITS[unit] ?? 1), words].filter(Boolean).join(' ');
  return alone ? said : t(`viewer.figure.${name}`, { value: said });
}

export function figureLines(t: TFunction, language: string, kind: Kind, figures: readonly Figure[]): string[] {
  if (kind === 'bidirectional' && figures.length === 2)
    return [`${figures.map((one) => numberText(one.value, language, 1)).join(' × ')} ${t(`viewer.unit.${figures[0]!.unit}`)}`];
  const lines = figures.map((one) => figureText(t, language, one, figures.length === 1));
  // Statistics on one line each pair: mean and deviation, least and most, area.
  return lines.length === 5 ? [`${lines[0]} · ${lines[1]}`, `${lines[2]} · ${lines[3]}`, lines[4]!] : lines;
}

/* Figures of others too: those without a name of ours by the words they came with. */
export function recordedLines(t: TFunction, language: string, mark: RecordedMark): string[] {
  if (mark.kind !== 'drawing' && mark.figures.every((one) => one.name)) return figureLines(t, language, mark.kind, mark.figures);
  return mark.figures.map((one) => {
    const said = figureText(t, language, one, true);
    return one.name === 'length' || !one.label ? said : `${one.label} ${said}`;
  });
}
