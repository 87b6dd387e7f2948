/* SPDX-License-Identifier: Apache-2.0 */
import { expect, test } from 'vitest';
import type { LibraryProtocol } from '@/shared/api/types';
import { differences, dosesOf, linesOf } from './content';

const one: LibraryProtocol = { id: 1, root_id: 1, version: 1, imaging_id: 1, site_id: 0, modality: 'CT', region: 'Abdomen', name: 'Portal', age_from_months: 192, age_to_months: 0, weight_from_kg: 0, weight_to_kg: 0,
  approved: true, retired: false, phases: '1 passage', steps: 'Apnée', drl: { dlp_mgycm: 625 } };

test('E19 what changed between two versions is named part by part, and nothing else', () => {
  expect(differences(one, { ...one, id: 2, version: 2 })).toEqual([]);
  const changed = differences(one, { ...one, phases: '2 passages', drl: { dlp_mgycm: 500 }, age_to_months: 900 });
  expect(changed.map((each) => each.what)).toEqual(['age', 'phases', 'drl']);
  expect(changed[2]).toEqual({ what: 'drl', before: 'dlp_mgycm 625', after: 'dlp_mgycm 500' });
});

test('E11 each modality has its own doses', () => {
  expect(dosesOf('CT')).toEqual(['ctdi_mgy', 'dlp_mgycm']);
  expect(dosesOf('PT/CT')).toEqual(['ctdi_mgy', 'dlp_mgycm', 'activity_mbq']);
  expect(dosesOf('DX')).toEqual(['dap_mgycm2']);
  expect(dosesOf('MR')).toEqual([]);
});

test('a text is a list of lines', () => expect(linesOf(' Bras levés \n\nApnée')).toEqual(['Bras levés', 'Apnée']));
