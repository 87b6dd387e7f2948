/*
 * A line of the trace in words: what it is about, from where. What has no words yet stays as the line has it. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { TFunction } from 'i18next';
import type { AuditLine } from '@/shared/api/types';

export { factorsText } from '@/shared/format/factors';

const ROUTE = /^(?:GET|POST|PUT|DELETE|OPTIONS) (\/.*)$/;

/* '' when only the kind of the line says what it is about. */
export function aboutText(t: TFunction, { event, what }: Pick<AuditLine, 'event' | 'what'>): string {
  const said = (key: string) => t(key, { defaultValue: '' });
  const [, step] = /^step (.+)$/.exec(what) ?? [], [, peer] = /^C-MOVE to (.+)$/.exec(what) ?? [];
  if (step) return said(`step.${step}`);
  if (peer) return `${said('trace.C-MOVE')} ${t('trace.to', { peer })}`;
  if (event === 'store' && !what.includes(' ')) return said(`study.via.${what}`);
  return said(`trace.${ROUTE.exec(what)?.[1] ?? what}`);
}

/* Why it was refused, or what came out; counts in the reader's language. */
export function detailText(t: TFunction, detail: string): string {
  const part = (words: string) => {
    const [, count, of] = /^(\d+) (found|lines|acts|duties|objects|images|images rendered|stored|refused|files|marks|key images)$/.exec(words) ?? [];
    if (count) return t(`trace.count.${of!.replace(' ', '-')}`, { count: Number(count) });
    const [, spoken] = /^dictation (\d+) ms$/.exec(words) ?? [];
    return spoken ? t('trace.dictated', { seconds: Math.round(Number(spoken) / 1000) }) : words;
  };
  const kind = t(`trace.kind.${detail}`, { defaultValue: '' });
  return kind || detail.split(', ').map(part).join(', ');
}

/* What names nothing but the route again ('search', 'home') is left to the route. */
export const objectText = (object: string) => (/^[a-z-]+$/.test(object) ? '' : object);

/* The machine itself is said so. */
export const placeText = (t: TFunction, origin: string) => (/^(127\.0\.0\.1|::1)$/.test(origin) ? t('audit.here') : origin);
