/* SPDX-License-Identifier: Apache-2.0 */
import { expect, test } from 'vitest';
import type { Act } from '@/shared/api/types';
import { comparisonText, contrastText, doseText, valuesOf } from './values';

const t = (key: string) => ({ 'modality.CT': 'Scanner', 'modality.MR': 'IRM' })[key] ?? key;
const act = (facts: object) => ({
  modality: 'CT', region: 'Thorax', site: { name: 'Val d’Orbe' }, patient: { birth_date: '1970-05-01', sex: 'F' }, images: { last_at_ms: Date.UTC(2026, 4, 2) }, facts,
}) as unknown as Act;

test('E29 dose, contrast given and comparison are said as in a report; what is not known stays empty', () => {
  expect(doseText({ ctdi: [{ mgy: 8.25, phantom_cm: 32 }], dlp_mgycm: 412 })).toBe('CTDIvol 8,25 mGy (fantôme 32 cm), PDL 412 mGy·cm');
  expect(doseText(null)).toBe('');
  expect(contrastText(act({ drugs: [{ kind: 'contrast', product: 'Ioméprol 400', dose: 90, unit: 'mL' }] }))).toBe('injection de produit de contraste (Ioméprol 400, 90 mL)');
  expect(contrastText(act({ protocol: { name: 'x', injection: 'none' } }))).toBe('sans injection de produit de contraste');
  expect(contrastText(act({ protocol: { name: 'x', contrast: { kind: 'iodinated' } } })), 'planned is not given').toBe('');
  expect(comparisonText([{ date: '20250312', modalities: 'MR\\SR', description: 'Foie' }], (code) => t(`modality.${code}`))).toBe('Examen comparé à : IRM du 12/03/2025 (Foie).');
  expect(comparisonText([], (code) => code)).toBe('');
});

test('E29 the fields of an act', () => {
  const values = valuesOf(act({ protocol: { name: 'Thorax', phases: '1 passage\n1 mm', injection: 'none' }, request: { reason: 'Toux' } }), { dlp_mgycm: 100 }, [], t);
  expect(values).toMatchObject({ modalite: 'Scanner', technique: 'Thorax : 1 passage, 1 mm, sans injection de produit de contraste', dose: 'PDL 100 mGy·cm', age: '56 ans', sexe: 'femme', indication: 'Toux', question: '' });
});
