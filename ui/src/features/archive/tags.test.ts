/* The tree of attributes: depth, names, private and bulk ones, closing and looking for. SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import type { DataSet, Dictionary } from '@/shared/api/requests/archive';
import { asText, closedAtFirst, linesOf, nameOf, shownOf } from './tags';

const dictionary: Dictionary = {
  tags: { '00080016': ['SOPClassUID', 'SOP Class UID'], '00100010': ['PatientName', 'Patient’s Name'], '00081140': ['ReferencedImageSequence', 'Referenced Image Sequence'], '00081155': ['ReferencedSOPInstanceUID', 'Referenced SOP Instance UID'], '60003000': ['OverlayData', 'Overlay Data'] },
  uids: { '1.2.840.10008.5.1.4.1.1.2': 'CT Image Storage' },
};
const set: DataSet = {
  '00100010': { vr: 'PN', Value: [{ Alphabetic: 'DURÂND^A', Ideographic: '山' }] },
  '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.2'] },
  '00081140': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: ['1.2.3'] } }, {}] },
  '00091001': { vr: 'UN', InlineBinary: 'AAA=' },
  '7FE00010': { vr: 'OW', BulkDataURI: '/dicom-web/x' },
};
const lines = linesOf(set, dictionary);

describe('attributes as a tree', () => {
  it('stand in order, with names, items one level deeper', () => {
    expect(lines.map((line) => [line.tag, line.depth, line.kind])).toEqual([
      ['00080016', 0, 'value'], ['00081140', 0, 'sequence'], ['', 1, 'item'], ['00081155', 2, 'value'], ['', 1, 'item'], ['00091001', 0, 'value'], ['00100010', 0, 'value'], ['7FE00010', 0, 'bulk']]);
    expect(lines[0]!.value).toContain('CT Image Storage');
    expect(lines[6]!.value).toBe('DURÂND^A=山');
    expect(lines[5]!.isPrivate).toBe(true);
    expect(lines[7]!.bulk).toBe('/dicom-web/x');
    expect(nameOf('60023000', dictionary)[0]).toBe('OverlayData');
  });
  it('close, and open again for what is looked for', () => {
    const closed = new Set(['00081140']);
    expect(shownOf(lines, '', closed)).toHaveLength(5);
    expect(shownOf(lines, '1.2.3', closed).map((line) => line.path)).toEqual(['00081140', '00081140/1', '00081140/1/00081155']);
    expect(shownOf(lines, '(0010,0010)', closed).map((line) => line.tag)).toEqual(['00100010']);
    expect(shownOf(lines, 'durand', closed)).toHaveLength(1);
    expect(shownOf(lines, 'nothing like it', closed)).toEqual([]);
    expect(closedAtFirst(linesOf({ '00081140': { vr: 'SQ', Value: Array.from({ length: 9 }, () => ({})) } }, dictionary)).size).toBe(1);
  });
  it('are copied as text', () => expect(asText(lines).split('\n')[1]).toBe('(0008,1140) SQ ReferencedImageSequence [2]'));
});
