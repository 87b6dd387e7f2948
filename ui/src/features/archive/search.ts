/*
 * What is looked for in the archive: from the address of the page, and as a QIDO-RS query (PS3.18 §10.6). Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
export const PERIODS = ['all', 'today', 'yesterday', 'week'] as const;
export type Period = (typeof PERIODS)[number];
export const MODALITIES = ['CT', 'MR', 'DX', 'CR', 'US', 'MG', 'NM', 'PT', 'XA', 'RF', 'SR', 'OT'] as const;
export const PAGE_SIZE = 50;

export interface Search {
  name: string; id: string; accession: string; description: string; referring: string; modality: string; period: Period | ''; from: string; to: string; exact: boolean; page: number;
}
export const NO_SEARCH: Search = { name: '', id: '', accession: '', description: '', referring: '', modality: '', period: 'all', from: '', to: '', exact: false, page: 0 };
const TEXTS = ['name', 'id', 'accession', 'description', 'referring', 'modality'] as const;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/* An address is typed by anybody: what does not fit is left out. */
export function searchOf(address: Record<string, unknown>): Search {
  const word = (key: string) => (typeof address[key] === 'string' || typeof address[key] === 'number' ? String(address[key]).slice(0, 64) : '');
  const from = DAY.test(word('from')) ? word('from') : '', to = DAY.test(word('to')) ? word('to') : '';
  const period = PERIODS.find((one) => one === word('period')) ?? (from || to ? '' : 'all');
  const page = Number(word('page')) - 1;
  return {
    ...NO_SEARCH, ...Object.fromEntries(TEXTS.map((key) => [key, word(key)])), from: period ? '' : from, to: period ? '' : to, period,
    exact: address.exact === true || word('exact') === '1', page: Number.isInteger(page) && page > 0 && page < 100_000 ? page : 0,
  };
}

/* Only what differs from nothing asked. */
export function addressOf(search: Search): Record<string, string | number> {
  const texts = TEXTS.filter((key) => search[key].trim() !== '').map((key) => [key, search[key].trim()] as const);
  return {
    ...Object.fromEntries(texts), ...(search.period && search.period !== 'all' ? { period: search.period } : {}), ...(!search.period && search.from ? { from: search.from } : {}),
    ...(!search.period && search.to ? { to: search.to } : {}), ...(search.exact ? { exact: 1 } : {}), ...(search.page ? { page: search.page + 1 } : {}),
  };
}

const compact = (day: Date) => `${day.getFullYear()}${String(day.getMonth() + 1).padStart(2, '0')}${String(day.getDate()).padStart(2, '0')}`;
const before = (now: Date, days: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);

/* 'YYYYMMDD', a range of two, or '' for any day. */
export function datesOf(search: Search, now: Date): string {
  switch (search.period) {
    case 'today': return compact(now);
    case 'yesterday': return compact(before(now, 1));
    case 'week': return `${compact(before(now, 6))}-`;
    case 'all': return '';
    default: return search.from || search.to ? `${search.from.replaceAll('-', '')}-${search.to.replaceAll('-', '')}` : '';
  }
}

/* Wild cards that somebody typed stand as typed; else what begins like it. */
const begins = (text: string) => (/[*?]/.test(text) ? text : `${text}*`);
const holds = (text: string) => (/[*?]/.test(text) ? text : `*${text}*`);

export function qidoOf(search: Search, now: Date): string {
  const asked = new URLSearchParams();
  const name = search.name.trim(), referring = search.referring.trim(), description = search.description.trim(), dates = datesOf(search, now);
  const loose = !search.exact && (name !== '' || description !== '');
  if (name) asked.set('PatientName', loose ? name : begins(name.replaceAll(' ', '^')));
  if (search.id.trim()) asked.set('PatientID', begins(search.id.trim()));
  if (search.accession.trim()) asked.set('AccessionNumber', begins(search.accession.trim()));
  if (dates) asked.set('StudyDate', dates);
  if (search.modality) asked.set('ModalitiesInStudy', search.modality);
  if (description) asked.set('StudyDescription', holds(description));
  if (referring) asked.set('ReferringPhysicianName', begins(referring.replaceAll(' ', '^'))); // asked loosely, no index would serve it
  if (loose) asked.set('fuzzymatching', 'true');
  return asked.toString();
}

export const isNarrowed = (search: Search) => Object.keys(addressOf({ ...search, page: 0, exact: false })).length > 0;
