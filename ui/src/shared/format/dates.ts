/*
 * Dates, hours, delays and ages as people read them, in the language of the page.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import i18n from 'i18next';

const locale = () => (i18n.language === 'en' ? 'en-GB' : 'fr-FR');
const made = new Map<string, Intl.DateTimeFormat>();

/*
 * The zone in which a page tells its hours when none is named: the site's on the pages of an act, else that of the person's own organisation.
 * Without it the browser's. Told by the page that knows, before what it shows is drawn; the same for all that stands on the page.
 */
let pageZone: string | undefined;
export const tellHoursOf = (zone: string | undefined) => void (pageZone = zone);
export const zoneOfPage = () => pageZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;

function format(options: Intl.DateTimeFormatOptions, zone = pageZone) {
  const key = `${locale()} ${zone ?? ''} ${JSON.stringify(options)}`;
  let found = made.get(key);
  if (!found) made.set(key, (found = new Intl.DateTimeFormat(locale(), zone ? { ...options, timeZone: zone } : options)));
  return found;
}

export const timeOf = (ms: number, zone?: string) => format({ hour: '2-digit', minute: '2-digit' }, zone).format(ms);
export const timeToSecond = (ms: number, zone?: string) => format({ hour: '2-digit', minute: '2-digit', second: '2-digit' }, zone).format(ms);
export const dayOf = (ms: number, zone?: string) => format({ day: '2-digit', month: '2-digit', year: 'numeric' }, zone).format(ms);
/* In French the first of a month is an ordinal: 'mardi 1er décembre'. */
export const longDay = (ms: number, zone?: string) => {
  const said = format({ weekday: 'long', day: 'numeric', month: 'long' }, zone).format(ms);
  return i18n.language === 'en' ? said : said.replace(/\b1 (?=\p{L})/u, '1er ');
};
export const dayAndTime = (ms: number, zone?: string) =>
  format({ day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit' }, zone).format(ms);

/* Today: the hour alone. Else the day with it. */
export function shortMoment(ms: number, nowMs: number, zone?: string): string {
  return dayOf(ms, zone) === dayOf(nowMs, zone) ? timeOf(ms, zone) : format({ day: '2-digit', month: '2-digit', hour: '2-digit', minute: '2-digit' }, zone).format(ms);
}

/* '1970-03-05' -> '05/03/1970'; a lunar or unknown day ('1970-00-00') stays readable. */
export function birthDate(iso: string): string {
  const [year = '', month = '', day = ''] = iso.split('-');
  return `${day}/${month}/${year}`;
}

/* Whole years (months under two years), at a moment. Null when the date is not complete. */
export function ageAt(iso: string, atMs: number): { years: number; months: number } | null {
  const [year, month, day] = iso.split('-').map(Number);
  if (!year || !month || !day) return null;
  const at = new Date(atMs);
  let months = (at.getFullYear() - year) * 12 + at.getMonth() + 1 - month;
  if (at.getDate() < day) months--;
  return months < 0 ? null : { years: Math.floor(months / 12), months };
}

/* A delay in its two largest units: '2 h 05', '12 min', '45 s', '3 j 4 h'. Never negative. */
export function duration(ms: number): string {
  const s = Math.floor(Math.abs(ms) / 1000);
  const day = i18n.language === 'en' ? 'd' : 'j';
  if (s < 60) return `${s} s`;
  if (s < 600) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, '0')}`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, '0')}`;
  return `${Math.floor(s / 86_400)} ${day} ${Math.floor((s % 86_400) / 3600)} h`;
}

/* A delay of a convention, in the unit people say it in: '30 min', '6 h', '30 j'. */
export function delayText(minutes: number): string {
  if (minutes % 1440 === 0 && minutes >= 2880) return `${minutes / 1440} ${i18n.language === 'en' ? 'd' : 'j'}`;
  if (minutes === 0 || (minutes < 120 && minutes % 60)) return `${minutes} min`;
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')}` : `${minutes / 60} h`;
}

/* A measured delay in minutes: below one of them in seconds, so that what was quick is not told as nothing. */
export const measuredDelay = (minutes: number) => (minutes < 1 ? duration(minutes * 60_000) : delayText(Math.round(minutes)));

/* A local date and hour of a time zone as UTC milliseconds: what is typed is the hour on the site's wall. */
export function zonedToMs(day: string, time: string, zone: string): number {
  const guess = Date.parse(`${day}T${time}:00Z`);
  const offsetAt = (ms: number) => {
    const parts = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
    }).formatToParts(ms);
    const n = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
    return Date.UTC(n('year'), n('month') - 1, n('day'), n('hour'), n('minute'), n('second')) - Math.floor(ms / 1000) * 1000;
  };
  const first = guess - offsetAt(guess);
  return guess - offsetAt(first);
}

/* The day ('YYYY-MM-DD') and hour ('HH:MM') on the wall of a zone. */
export function msToZoned(ms: number, zone: string): { day: string; time: string } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
  }).formatToParts(ms);
  const p = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return { day: `${p('year')}-${p('month')}-${p('day')}`, time: `${p('hour')}:${p('minute')}` };
}
