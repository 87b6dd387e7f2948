/*
 * One page of studies: a table on a screen, cards on a telephone; arrows walk, Enter opens, Space chooses.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Checkbox } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { FoundStudy } from '@/shared/api/requests/archive';
import { dicomDay, dicomMoment, dicomName, dicomPerson } from '@/shared/format/dicom';

type Chosen = ReadonlyMap<string, FoundStudy>;

export function StudyTable({ studies, first, stale, chosen, choose, selectable }: {
  studies: FoundStudy[]; first: number; stale: boolean; chosen: Chosen; choose: (chosen: Chosen) => void; selectable: boolean;
}) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const links = () => [...(box.current?.querySelectorAll<HTMLAnchorElement>('a.row-link, a.card') ?? [])].filter((one) => one.offsetParent !== null);
  const walk = (by: 1 | -1) => {
    const all = links(), at = all.indexOf(document.activeElement as HTMLAnchorElement);
    all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))]?.focus();
  };
  const turn = (one: FoundStudy) => {
    const now = new Map(chosen);
    if (!now.delete(one.uid)) now.set(one.uid, one);
    choose(now);
  };
  const space = (one: FoundStudy) => (event: KeyboardEvent) => {
    if (event.key !== ' ' || !selectable) return;
    event.preventDefault();
    turn(one);
  };
  useHotkeys([['ArrowDown', () => walk(1)], ['ArrowUp', () => walk(-1)], ['j', () => walk(1)], ['k', () => walk(-1)]]);
  const all = studies.length > 0 && studies.every((one) => chosen.has(one.uid));
  const turnAll = () => {
    const now = new Map(chosen);
    for (const one of studies) if (all) now.delete(one.uid); else now.set(one.uid, one);
    choose(now);
  };
  return (
    <div className="work-box archive-box" ref={box} aria-busy={stale}>
      <table className="work" aria-rowcount={-1}>
        <caption className="hidden-caption">{t('archive.results')}</caption>
        <thead>
          <tr>
            {selectable && <th scope="col"><Checkbox size="xs" checked={all} aria-label={t('archive.chooseAll')} onChange={turnAll} /></th>}
            {['patient', 'date', 'exam', 'accession', 'referring', 'content'].map((column) => <th key={column} scope="col">{t(`archive.column.${column}`)}</th>)}
          </tr>
        </thead>
        <tbody>
          {studies.map((one, n) => (
            <tr key={one.uid} data-study={one.uid} data-chosen={chosen.has(one.uid)} aria-rowindex={first + n + 2} onClick={(event) => (event.target as Element).closest('a, label, input') ?? event.currentTarget.querySelector<HTMLAnchorElement>('a.row-link')?.click()}>
              {selectable && <td><Checkbox size="xs" checked={chosen.has(one.uid)} aria-label={t('archive.choose', { what: `${dicomName(one.name) || t('archive.noName')} ${dicomDay(one.date)}` })} onChange={() => turn(one)} /></td>}
              <td className="archive-who"><Link className="row-link" onKeyDown={space(one)} to="/archive/$uid" params={{ uid: one.uid } as never}><strong>{dicomName(one.name) || t('archive.noName')}</strong><span className="sub num">{dicomPerson(one.birth, one.sex, one.patientId)}</span></Link></td>
              <td className="num nowrap">{dicomMoment(one.date, one.time)}</td>
              <td className="archive-what"><span className="archive-modalities">{one.modalities.join(', ')}</span> {one.description}</td>
              <td className="num">{one.accession || '—'}</td>
              <td className="archive-asker">{dicomName(one.referring) || '—'}</td>
              <td className="num nowrap">{t('archive.series', { count: one.series })}<span className="sub">{t('archive.images', { count: one.instances })}</span></td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="cards">
        {studies.map((one) => (
          <li key={one.uid}>
            <Link className="card" onKeyDown={space(one)} data-chosen={chosen.has(one.uid)} to="/archive/$uid" params={{ uid: one.uid } as never}>
              <strong>{dicomName(one.name) || t('archive.noName')}</strong>
              <span className="sub num">{dicomPerson(one.birth, one.sex, one.patientId)}</span>
              <span className="card-row"><span>{[one.modalities.join(', '), one.description].filter(Boolean).join(' · ')}</span><span className="num">{dicomMoment(one.date, one.time)}</span></span>
              <span className="sub num">{t('archive.series', { count: one.series })} · {t('archive.images', { count: one.instances })}</span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
