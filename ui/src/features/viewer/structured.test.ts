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
      { depth: 0, name: 'Dose report', value: '' }, { depth: 1, name: 'DLP', value: '284.1 mGy.cm' }, { depth: 1, name: 'Acquisition', value: '' },
      { depth: 2, name: 'Region', value: 'Abdomen' }, { depth: 2, name: 'Comment', value: 'calm' }, { depth: 1, name: 'Start', value: '23/11/2026 22:47' },
    ]);
  });
  it('stops at a depth and at a number of lines', () => {
    let deep = item('TEXT', 'end');
    for (let i = 0; i < 50; i++) deep = item('CONTAINER', `level ${i}`, { '0040A730': value(deep) });
    expect(linesOf(deep).length).toBeLessThan(20);
    expect(linesOf(item('CONTAINER', 'wide', { '0040A730': value(...Array.from({ length: 5000 }, () => item('TEXT', 'line'))) })).length).toBeLessThanOrEqual(2000);
  });
});
