/*
 * How somebody proved who they are, in words. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { TFunction } from 'i18next';

/* 'password+totp' as a person says it; 'psc:10/SM44/S/F430000123' with the codes of the situation. */
export const factorsText = (t: TFunction, factors: string) =>
  factors.split('+').filter(Boolean).map((one) => {
    const [factor, situation] = one.split(':');
    return `${t(`audit.factor.${factor}`, { defaultValue: factor })}${situation ? ` (${situation})` : ''}`;
  }).join(', ');
