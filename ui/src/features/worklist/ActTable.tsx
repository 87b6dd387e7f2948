/*
 * A list of acts: a table on a screen, cards on a telephone; j and k walk, Enter opens, / searches.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useHotkeys } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ActSummary } from '@/shared/api/types';
import { useNow } from '@/shared/format/clock';
import { shortMoment } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { IdentityBadge, PreliminaryBadge, PriorityBadge, StateBadge } from '@/shared/ui/Badges';
import { Countdown } from '@/shared/ui/Countdown';
import { Icon } from '@/shared/ui/Icon';
import { PatientLine } from '@/shared/ui/PatientLine';

export type Column = 'deadline' | 'patient' | 'exam' | 'place' | 'people' | 'slot' | 'state' | 'images';

export function ActTable({ acts, columns, label }: { acts: ActSummary[]; columns: Column[]; label: string }) {
  const { t } = useTranslation();
  const now = useNow();
  const body = useRef<HTMLTableSectionElement>(null);
  const walk = (by: 1 | -1) => {
    const links = [...(body.current?.querySelectorAll<HTMLAnchorElement>('a.row-link') ?? [])];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    links[Math.max(0, Math.min(links.length - 1, at < 0 ? 0 : at + by))]?.focus();
  };
  useHotkeys([['j', () => walk(1)], ['k', () => walk(-1)]]);
  return (
    <div className="work-box">
      <table className="work">
        <caption className="hidden-caption">{label}</caption>
        <thead><tr>{columns.map((column) => <th key={column} scope="col">{t(`column.${column}`)}</th>)}</tr></thead>
        <tbody ref={body}>
          {acts.map((act) => (
            <tr key={act.id} data-late={act.deadline !== null && act.deadline.at_ms < now}
              onClick={(event) => (event.target as Element).closest('a') ?? event.currentTarget.querySelector<HTMLAnchorElement>('a.row-link')?.click()}>
              {columns.map((column) => <td key={column}><Cell act={act} column={column} now={now} /></td>)}
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="cards">
        {acts.map((act) => (
          <li key={act.id}>
            <Link className="card" to="/acts/$id" params={{ id: String(act.id) } as never} data-late={act.deadline !== null && act.deadline.at_ms < now}>
              <PatientLine patient={act.patient} />
              <span className="badge-row"><IdentityBadge patient={act.patient} /></span>
              <span className="card-row"><Cell act={act} column="exam" now={now} /><PriorityBadge priority={act.priority} size="sm" /></span>
              <span className="card-row">{act.deadline ? <Countdown deadline={act.deadline} /> : <span />}{act.report_stands_as === 'preliminary' && <PreliminaryBadge />}<StateBadge state={act.state} kind={act.kind} size="sm" /></span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Cell({ act, column, now }: { act: ActSummary; column: Column; now: number }): ReactNode {
  const { t } = useTranslation();
  const text = useText();
  switch (column) {
    case 'deadline':
      return <span className="deadline-cell"><PriorityBadge priority={act.priority} size="sm" />{act.deadline ? <Countdown deadline={act.deadline} /> : <span className="sub">{t('deadline.none')}</span>}</span>;
    case 'patient':
      return <Link className="row-link" to="/acts/$id" params={{ id: String(act.id) } as never}><PatientLine patient={act.patient} /><span className="badge-row"><IdentityBadge patient={act.patient} /></span></Link>;
    case 'exam':
      return <span>{text('modality', act.modality)} · {act.region}<span className="sub num">{act.number}{act.kind === 'remote-exam' ? '' : ` · ${t(act.kind === 'tele-assistance' ? 'assistance.kind' : 'opinion.kind')}`}</span></span>;
    case 'place':
      return <span>{act.site.name}<span className="sub">{act.requester_org.name === act.site.name ? act.people.requester?.name : act.requester_org.name}</span></span>;
    case 'people':
      return <span>{act.people.imager?.name ?? act.imaging.name}<span className="sub">{act.people.imager ? act.imaging.name : t('act.nobodyYet')}</span></span>;
    case 'slot':
      if (act.kind !== 'remote-exam') return <span className="sub">{t('plan.none')}</span>;
      return act.slot_at_ms ? <span className="num">{shortMoment(act.slot_at_ms, now, act.site.time_zone)}</span> : <span className="sub">{t('plan.notYet')}</span>;
    case 'images':
      return act.images ? <span className="num images-cell"><Icon name="images" size={15} /> {act.images}</span> : '';
    case 'state':
      return (
        <span className="state-cell">
          <StateBadge state={act.state} kind={act.kind} size="sm" />
          {act.report_stands_as === 'preliminary' && <PreliminaryBadge />}
          {act.unread_messages > 0 && <span className="unread" title={t('thread.unread', { count: act.unread_messages })}><Icon name="message" size={14} /> <span className="num">{act.unread_messages}</span></span>}
        </span>
      );
  }
}
