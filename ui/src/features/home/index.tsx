/*
 * The home page: what this person has to do now, today, later; one line, one thing, one place to do it. S4.
 *
 * Live through the push link (app/news.ts); j and k walk, Enter opens.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Anchor, Badge, Button, Group, Modal, Stack, Text, Textarea, Title } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Home, type HomeLine, type Press, useHome, usePutAside } from '@/shared/api/requests/home';
import { OwnRecoveries } from '@/shared/account/OwnRecoveries';
import type { Me } from '@/shared/api/types';
import { useNow } from '@/shared/format/clock';
import { birthDate, dayAndTime, longDay, shortMoment } from '@/shared/format/dates';
import { colon } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';
import { PriorityBadge } from '@/shared/ui/Badges';
import { Empty, Loaded, PageHead, Refusal } from '@/shared/ui/Blocks';
import { Countdown } from '@/shared/ui/Countdown';
import { Icon, type IconName } from '@/shared/ui/Icon';
import { iconOf, linkOf, SHOWN } from './tasks';
import './home.css';

export interface ListPlace { to: string; text: string; icon: IconName }
/* Why other care is owed: said before what was written. E8 E9 */
const STOPPED: Record<string, string | undefined> = { refused: 'act.refused', cancelled: 'act.cancelled', 'not-done': 'act.notDone' };
const SECTIONS: Press[] = ['now', 'today', 'later'];

export function HomePage({ me, lists }: { me: Me; lists: ListPlace[] }) {
  const { t } = useTranslation();
  const now = useNow();
  const home = useHome();
  return (
    <>
      <PageHead title={t('home.title')} text={longDay(now, home.data?.zone)}>
        {me.roles.includes('requester') && <Button className="home-new" component={Link} to="/requests/new" leftSection={<Icon name="plus" />}>{t('nav.newRequest')}</Button>}
      </PageHead>
      {home.isError && home.data && <Alert className="failed" mb="sm" p="xs" icon={<Icon name="wifi" />} role="status">{t('home.stale')}</Alert>}
      <OwnRecoveries />
      <Loaded query={home} rows={6} height={64}>{(data) => <Lines home={data} me={me} lists={lists} />}</Loaded>
    </>
  );
}

function Lines({ home, me, lists }: { home: Home; me: Me; lists: ListPlace[] }) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const walk = (by: 1 | -1) => {
    const links = [...(box.current?.querySelectorAll<HTMLAnchorElement>('a.home-link') ?? [])];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    links[Math.max(0, Math.min(links.length - 1, at < 0 ? 0 : at + by))]?.focus();
  };
  useHotkeys([['j', () => walk(1)], ['k', () => walk(-1)]]);
  const role = me.roles.find((one) => one !== 'patient');
  return (
    <div ref={box} className="home">
      {!home.items.length
        ? <div className="section"><Empty icon="check" title={t('home.empty')} text={role && t(`home.empty.${role}`)} /></div>
        : SECTIONS.map((press) => <PressSection key={press} press={press} lines={home.items.filter((one) => one.press === press)} zone={home.zone} />)}
      {home.more && <Text size="sm" c="dimmed">{t('home.moreActs')}</Text>}
      {lists.length > 0 && (
        <nav className="home-lists" aria-label={t('home.lists')}>
          {lists.map((one) => <Anchor key={one.to} component={Link} to={one.to} className="home-list"><Icon name={one.icon} size={16} /> {t(one.text)}</Anchor>)}
        </nav>
      )}
    </div>
  );
}

function PressSection({ press, lines, zone }: { press: Press; lines: HomeLine[]; zone: string }) {
  const { t } = useTranslation();
  const heading = useId();
  const [all, setAll] = useState(false);
  const shown = all ? lines : lines.slice(0, SHOWN);
  return (
    <section aria-labelledby={heading} className={`home-press home-${press}`}>
      <Title order={2} size="h5" id={heading}>{t(`home.${press}`)} <span className="tab-count num">{lines.length}</span></Title>
      {lines.length === 0 && <Text size="sm" c="dimmed">{t(press === 'now' ? 'home.noNow' : press === 'today' ? 'home.noToday' : 'home.noLater')}</Text>}
      {lines.length > 0 && <ul className="home-lines">{shown.map((line) => <Line key={line.key} line={line} zone={zone} />)}</ul>}
      {shown.length < lines.length && <Button variant="default" size="xs" mt="xs" onClick={() => setAll(true)}>{t('home.all', { count: lines.length - shown.length })}</Button>}
    </section>
  );
}

/* Of whom or what it is: the patient and the exam, or the person, the equipment, the convention. */
function useSubject(line: HomeLine): string {
  const { t } = useTranslation();
  const text = useText();
  if (line.act) return [line.act.patient ?? t('home.unseen', { number: line.act.number }), text('modality', line.act.modality), line.act.region].filter(Boolean).join(' · ');
  if (line.what === 'file-blocked' || line.what === 'procedures-sign') return text('role', line.about ?? '');
  return line.about ?? '';
}

function Line({ line, zone }: { line: HomeLine; zone: string }) {
  const { t } = useTranslation();
  const text = useText();
  const subject = useSubject(line);
  const { act } = line;
  const stop = line.what === 'offer-care' && act ? STOPPED[act.state] : undefined;
  const words = line.what === 'called' && line.text ? t(`deadline.${line.text}`) : stop ? [t(stop), line.text].filter(Boolean).join(colon()) : line.text;
  return (
    <li className="home-line" data-mine={line.mine}>
      <Link className="home-link" to={linkOf(line)}>
        <span className="home-icon" aria-hidden="true"><Icon name={iconOf(line)} /></span>
        <span className="home-what">
          <strong>{t(`home.do.${line.what}`)}</strong>
          {subject && <span>{subject}</span>}
          {words && <span className="home-words">{words}</span>}
          <span className="sub">
            {[act && act.patient !== null ? act.number : '', act?.site, act && !line.mine && line.role ? t('home.anybody', { role: text('role', line.role) }) : ''].filter(Boolean).join(' · ')}
          </span>
        </span>
        <span className="home-when">
          {act && act.priority !== 'routine' && <PriorityBadge priority={act.priority} size="sm" />}
          <When line={line} zone={act?.zone ?? zone} />
        </span>
      </Link>
      {line.aside && <PutAside line={line} />}
    </li>
  );
}

function When({ line, zone }: { line: HomeLine; zone: string }) {
  const { t } = useTranslation();
  const now = useNow();
  if (line.what === 'on-duty') return <span className="num sub">{t('home.untilTime', { when: dayAndTime(line.id, zone) })}</span>;
  if (line.what === 'duty-next' || line.what === 'swap-answer') return <span className="num sub">{shortMoment(line.id, now, zone)}</span>;
  if (line.until) return <span className={line.what === 'file-ends' && line.count === 0 ? 'num countdown-late' : 'num sub'}>{t(line.what === 'file-ends' && line.count === 0 ? 'home.over' : 'home.until', { day: birthDate(line.until) })}</span>;
  if (line.due_ms) {
    const slot = line.what === 'start-exam' || line.what === 'join-exam';
    return slot && line.due_ms > now ? <span className="num">{shortMoment(line.due_ms, now, zone)}</span> : <Countdown deadline={{ what: 'exam', at_ms: line.due_ms }} zone={zone} withWhat={false} />;
  }
  return line.count > 1 && !line.act ? <Badge className="tone tone-quiet" tt="none">{t('home.counted', { count: line.count })}</Badge> : null;
}

function PutAside({ line }: { line: HomeLine }) {
  const { t } = useTranslation();
  const put = usePutAside();
  const [open, setOpen] = useState(false);
  const [note, setNote] = useState('');
  return (
    <>
      <Button size="xs" variant="default" className="home-aside" onClick={() => setOpen(true)}>{t('home.aside')}</Button>
      <Modal opened={open} onClose={() => setOpen(false)} title={t('home.asideTitle')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <Stack>
          <Textarea label={t('home.asideNote')} description={t('home.asideHint')} autosize minRows={3} value={note} onChange={(e) => setNote(e.currentTarget.value)} data-autofocus />
          <Refusal error={put.error} />
          <Group justify="flex-end">
            <Button loading={put.isPending} onClick={() => put.mutate({ key: line.key, note }, { onSuccess: () => setOpen(false) })}>{t('common.save')}</Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
