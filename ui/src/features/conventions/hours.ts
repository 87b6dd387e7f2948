/* The hours of a clause as one line: "1-5 08:00-18:00; 6,7 09:00-12:00". Days 1 Monday to 7 Sunday. SPDX-License-Identifier: Apache-2.0 */
import type { Hours } from '@/shared/api/requests/papers';

export const hoursText = (hours: Hours[] = []) => hours.map((one) => `${one.days.join(',')} ${one.from}-${one.to}`).join('; ');

/* null: it does not read as hours. */
export function hoursOf(text: string): Hours[] | null {
  const all: Hours[] = [];
  for (const part of text.split(';').map((one) => one.trim()).filter(Boolean)) {
    const found = /^([1-7](?:[-,][1-7])*) +(\d\d:\d\d)-(\d\d:\d\d)$/.exec(part);
    if (!found) return null;
    const [, names = '', from = '', to = ''] = found;
    const days = names.split(',').flatMap((one) => {
      const [first = 0, last = first] = one.split('-').map(Number);
      return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => first + n);
    });
    if (!days.length) return null;
    all.push({ days, from, to });
  }
  return all;
}
