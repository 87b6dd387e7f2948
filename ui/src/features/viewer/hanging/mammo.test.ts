/*
 * A mammogram stands with its chest wall to the middle and the axilla up, or as it is with why.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import type { DicomJson } from '../dicom';
import { fittingScale } from '../engine/wall';
import { hangBreast } from './mammo';

const cs = (...Value: unknown[]) => ({ vr: 'CS', Value });
const image = (side: string, view: string, row: string, column: string, more: DicomJson = {}): DicomJson =>
  ({ '00200062': cs(side), '00185101': cs(view), '00200020': cs(row, column), ...more });

describe('E25 the chest wall', () => {
  it('as usually sent, nothing is turned: right breasts have it at the right, left ones at the left', () => {
    for (const [side, view, row, column] of [['R', 'CC', 'P', 'L'], ['L', 'CC', 'A', 'R'], ['R', 'MLO', 'P', 'FL'], ['L', 'MLO', 'A', 'FR'], ['R', 'ML', 'P', 'F']] as const)
      expect(hangBreast(image(side, view, row, column)), `${side} ${view}`).toEqual({ flip: false, tumble: false, wall: side === 'R' ? 'right' : 'left' });
  });
  it('the other way round it is turned', () => {
    expect(hangBreast(image('R', 'CC', 'A', 'L'))).toEqual({ flip: true, tumble: false, wall: 'right' });
    expect(hangBreast(image('L', 'CC', 'A', 'L'))).toEqual({ flip: false, tumble: true, wall: 'left' });
    expect(hangBreast(image('L', 'MLO', 'P', 'H'))).toEqual({ flip: true, tumble: true, wall: 'left' });
  });
  it('nothing is guessed', () => {
    expect(hangBreast(image('', 'CC', 'P', 'L'))).toEqual({ trouble: 'noSide' });
    expect(hangBreast(image('R', 'CC', 'P', 'L', { '00200060': cs('L') }))).toEqual({ trouble: 'sideContradicts' });
    expect(hangBreast(image('R', '', 'P', 'L'))).toEqual({ trouble: 'noView' });
    expect(hangBreast(image('R', 'CC', 'P', 'L', { '00540220': { vr: 'SQ', Value: [{ '00080100': cs('R-10226') }] } }))).toEqual({ trouble: 'viewContradicts' });
    expect(hangBreast({ '00200062': cs('R'), '00185101': cs('CC') })).toEqual({ trouble: 'noOrientation' });
    expect(hangBreast(image('L', 'CC', 'R', 'P')), 'a quarter turn').toEqual({ trouble: 'odd' });
    expect(hangBreast(image('L', 'MLO', 'A', 'R')), 'an oblique whose columns do not run along the body').toEqual({ trouble: 'odd' });
  });
  it('the scale that still fits, in pixels per millimetre', () => {
    expect(fittingScale(400, 800, 2000, 2000, 0.1)).toBe(2);
    expect(fittingScale(800, 300, 2000, 1000, 0.1)).toBe(3);
  });
});
