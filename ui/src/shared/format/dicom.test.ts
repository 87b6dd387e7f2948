/* Names, days and hours of DICOM. SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import { dicomDay, dicomList, dicomMoment, dicomName, dicomPerson } from './dicom';

describe('DICOM as people read it', () => {
  it('names: family and given names, only the alphabetic group', () => {
    expect(dicomName('LEFEBVRE^ÉLÉONORE^MARIE')).toBe('LEFEBVRE ÉLÉONORE MARIE');
    expect(dicomName('Yamada^Tarou=山田^太郎=やまだ^たろう')).toBe('Yamada Tarou');
    expect(dicomName('^^')).toBe('');
  });
  it('days and hours; what is no day stays as it stands', () => {
    expect(dicomDay('20240229')).toBe('29/02/2024');
    expect(dicomDay('2024')).toBe('2024');
    expect(dicomMoment('20240229', '134501.5')).toBe('29/02/2024 13:45');
    expect(dicomMoment('', '')).toBe('—');
  });
  it('lists, and a person of whom little is known', () => {
    expect(dicomList('CT\\SR')).toBe('CT, SR');
    expect(dicomPerson('', 'F', '')).toBe('F');
    expect(dicomPerson('', '', '')).toBe('—');
  });
});
