/*
 * The row of places never breaks: what does not fit goes behind one button.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import { fitting } from './navigation';

describe('the row of places', () => {
  it('shows all of them when they fit, to the last pixel', () => {
    expect(fitting([100, 100, 100], 60, 300)).toBe(3);
    expect(fitting([], 60, 0)).toBe(0);
  });
  it('keeps room for the button when they do not', () => {
    expect(fitting([100, 100, 100, 100], 60, 399)).toBe(2);
    expect(fitting([100, 100, 100, 100], 60, 259)).toBe(1);
    expect(fitting([100, 100, 100, 100], 60, 40)).toBe(0);
  });
  it('never leaves a single place behind the button', () => {
    expect(fitting([100, 100, 20], 10, 215)).toBe(1);
  });
});
