/*
 * A structured report is read in order, with its values and units, and never without end.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import type { DicomJson } from './dicom';
import { linesOf } from './structured';

const value = (...Value: unknown[]) => ({ vr: 'UN', Value });
const code = (meaning: string, code = 'X') => value({ '00080100': value(code), '00080104': value(meaning) });
const item = (type: string, name: string, more: DicomJson = {}): DicomJson => ({ '0040A040': value(type), '0040A043': code(name), ...more });

describe('a structured report', () => {
  it('gives each concept with its value, one level deeper for its content', () => {
    const report: DicomJson = {
      '0040A040': value('CONTAINER'), '0040A043': code('Dose report'),
      '0040A730': value(
        item('NUM', 'DLP', { '0040A300': value({ '0040A30A': value('284.1'), '004008EA': code('milligray centimetre', 'mGy.cm') }) }),
        item('CONTAINER', 'Acquisition', { '0040A730': value(item('CODE', 'Region', { '0040A168': code('Abdomen') }), item('TEXT', 'Comment', { '0040A160': value('calm') })) }),
        item('DATETIME', 'Start', { '0040A120': value('20261123224700') }),
      ),
    };
    expect(linesOf(report)).toEqual([
      { depth: 0, name: 'Dose report', value: '' }, { depth: 1, name: 'DLP', value: '284.1 mGy·cm' }, { depth: 1, name: 'Acquisition', value: '' },
      { depth: 2, name: 'Region', value: 'Abdomen' }, { depth: 2, name: 'Comment', value: 'calm' }, { depth: 1, name: 'Start', value: '23/11/2026 22:47' },
    ]);
  });
  it('E29 L6 speaks French by its codes, and keeps the report’s own word where we have none', () => {
    const coded = (meaning: string, scheme: string, id: string) => value({ '00080100': value(id), '00080102': value(scheme), '00080104': value(meaning) });
    const one = (type: string, name: ReturnType<typeof coded>, more: DicomJson = {}): DicomJson => ({ '0040A040': value(type), '0040A043': name, ...more });
    const report: DicomJson = {
      ...one('CONTAINER', coded('X-Ray Radiation Dose Report', 'DCM', '113701')),
      '0040A730': value(
        one('NUM', coded('Total Number of Irradiation Events', 'DCM', '113812'), { '0040A300': value({ '0040A30A': value('1'), '004008EA': coded('events', 'UCUM', '{events}') }) }),
        one('NUM', coded('Mean CTDIvol', 'DCM', '113830'), { '0040A300': value({ '0040A30A': value('8.43'), '004008EA': coded('mGy', 'UCUM', 'mGy') }) }),
        one('NUM', coded('Dose Area Product', 'DCM', '122130'), { '0040A300': value({ '0040A30A': value('0.0002'), '004008EA': coded('Gy.m2', 'UCUM', 'Gy.m2') }) }),
        one('CODE', coded('Target Region', 'DCM', '123014'), { '0040A168': coded('Chest', 'SRT', 'T-D3000') }),
        one('CODE', coded('Wedge', '99PHI-IXR-XPER', '005'), { '0040A168': coded('Copper or Copper compound', 'SRT', 'C-127F9') }),
      ),
    };
    expect(linesOf(report, 'fr').map((line) => `${line.name}: ${line.value}`)).toEqual(['Rapport de dose de rayons X: ', 'Nombre d’irradiations: 1', 'IDSV moyen (CTDIvol): 8,43 mGy', 'Produit dose-surface: 0,0002 Gy·m²', 'Région visée: Thorax', 'Wedge: Cuivre']);
    expect(linesOf(report, 'en')[2]).toEqual({ depth: 1, name: 'Mean CTDIvol', value: '8.43 mGy' });
  });
  it('stops at a depth and at a number of lines', () => {
    let deep = item('TEXT', 'end');
    for (let i = 0; i < 50; i++) deep = item('CONTAINER', `level ${i}`, { '0040A730': value(deep) });
    expect(linesOf(deep).length).toBeLessThan(20);
    expect(linesOf(item('CONTAINER', 'wide', { '0040A730': value(...Array.from({ length: 5000 }, () => item('TEXT', 'line'))) })).length).toBeLessThanOrEqual(2000);
  });
});
