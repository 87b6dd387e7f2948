/*
 * Is this what it claims to be? Of values that another page sent. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Point, Window } from '../dicom';

export const isText = (value: unknown, most = 128): value is string => typeof value === 'string' && value.length > 0 && value.length <= most;
export const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
export const isPoint = (value: unknown): value is Point => Array.isArray(value) && value.length === 3 && value.every((one) => isNumber(one) && Math.abs(one) < 1e6);
export const object = (value: unknown): Record<string, unknown> | null => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null);

export function windowOf(value: unknown): Window | null {
  const one = object(value);
  return one && isNumber(one.center) && isNumber(one.width) && one.width > 0 ? { center: one.center, width: one.width } : null;
}
