/*
 * Beside the act: people to call, orders, the thread.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { ActionIcon, Badge, Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { getHotkeyHandler, useHotkeys } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDoStep } from '@/shared/api/requests/doStep';
import type { Act, Me, Order } from '@/shared/api/types';
import { useNow } from '@/shared/format/clock';
import { shortMoment } from '@/shared/format/dates';
import { colon } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';
import { Countdown } from '@/shared/ui/Countdown';
import { Refusal, Section } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { Phone } from '@/shared/ui/Phone';
import { ExaminedLines } from './Examination';
import { isNuclear } from './lens';
import { offerOf, StepAction } from './StepAction';

export function PeopleSection({ act }: { act: Act }) {
  const { t } = useTranslation();
  const text = useText();
  const local = act.facts.local_physician;
  const experts = act.facts.experts?.list.filter((one) => one.state !== 'refused') ?? []; // of an opinion
  const there = act.facts.nuclear_presence?.people ?? [], stood = act.facts.nuclear_presence?.stood ?? there; // who left again stays named
  const gone = ['left', 'signed', 'delivered', 'acknowledged', 'closed'].includes(act.state); // nobody is 'present' once the patient is gone
  type Row = [string, { name: string; phone?: string | null } | null | undefined, string?];
  const rows: Row[] = [
    ['requester', act.people.requester, act.requester_org.name],
    ...(experts.length ? experts.map((one) => ['expert', one, one.organisation ?? act.imaging.name] as Row) : [['imager', act.people.imager, act.imaging.name]] as Row[]),
    ...(act.kind !== 'remote-exam' ? [] : [['technologist', act.people.technologist, act.site.name], ['local-physician', local, act.site.name]] as Row[]),
    ...(isNuclear(act) ? (stood.length ? stood : [undefined]).map((one) => ['nuclear-physician', one, act.site.name] as Row) : []),
  ];
  const presence = act.facts.imager_presence;
  return (
    <Section title={t('act.people')} icon="people">
      {rows.map(([role, person, place]) => (
        <div key={`${role} ${person?.name ?? ''}`} className="person-row">
          <div className="grow">
            <Text size="xs" c="dimmed">{role === 'expert' ? t('opinion.expert') : text('role', role)} · {place}</Text>
            <Text size="sm" fw={600}>{person?.name ?? (role === 'imager' && act.facts.assignment?.name ? t('act.givenTo', { name: act.facts.assignment.name }) : t('act.nobodyYet'))}</Text>
          </div>
          <div className="person-ways">
            {role === 'nuclear-physician' && person && !gone && (
              <Badge size="sm" tt="none" className={`tone tone-${there.some((one) => one.name === person.name) ? 'live' : 'quiet'}`}>{t(there.some((one) => one.name === person.name) ? 'act.present' : 'act.absent')}</Badge>
            )}
            {role === 'imager' && presence && !gone && (
              <Badge size="sm" tt="none" className={`tone tone-${presence.present ? 'live' : 'quiet'}`}>{t(presence.present ? 'act.present' : 'act.absent')}</Badge>
            )}
            {role === 'local-physician' && local && (local.confirmed_at_ms || ['validated', 'planned', 'running', 'gone', 'released'].includes(act.state)) && (
              <Badge size="sm" tt="none" className={`tone tone-${local.confirmed_at_ms ? 'live' : 'quiet'}`}>{t(local.confirmed_at_ms ? 'local.confirmed' : 'local.notConfirmed')}</Badge>
            )}
            {person?.phone && <Phone number={person.phone} />}
          </div>
        </div>
      ))}
      {[...new Map([act.requester_org, act.site, act.imaging].map((one) => [one.id, one])).values()].filter((one) => one.address || one.phone).map((one) => (
        <div key={one.id} className="person-row">
          <div className="grow"><Text size="sm">{one.name}</Text>{one.address && <Text size="xs" c="dimmed">{one.address}</Text>}</div>
          {one.phone && <Phone number={one.phone} />}
        </div>
      ))}
    </Section>
  );
}

export function OrdersSection({ act, me }: { act: Act; me: Me }) {
  const { t } = useTranslation();
  const orders = act.facts.orders ?? [];
  if (!orders.length && !offerOf(act, 'order')) return null;
  return (
    <Section title={t('act.orders')} icon="bell">
      <Stack gap="xs">
        <Group gap="xs">
          <StepAction act={act} step="order" quiet size="xs" label={t('order.new')} withMissing={false} />
          <StepAction act={act} step="order-examination" quiet size="xs" label={t('order.examination')} withMissing={false} />
        </Group>
        {!orders.length && <Text size="sm" c="dimmed">{t('order.none')}</Text>}
        {[...orders].reverse().map((one) => <OrderCard key={one.id} act={act} order={one} me={me} />)}
      </Stack>
    </Section>
  );
}

export function OrderCard({ act, order, me }: { act: Act; order: Order; me: Me }) {
  const { t } = useTranslation();
  const text = useText();
  const now = useNow();
  const mine = me.roles.includes((order.escalated_to ?? order.to) as never) || me.roles.includes(order.to);
  const waiting = !order.answered_at_ms && (!order.acknowledged_at_ms || !!order.items);
  return (
    <div className="offer" data-allowed={mine && waiting}>
      <Group justify="space-between" gap={6}>
        <Text size="xs" c="dimmed">{order.by.name} → {text('role', order.to)} · {text('orderKind', order.kind)} · {shortMoment(order.at_ms, now)}</Text>
        {waiting && order.due_ms ? <Countdown deadline={{ what: 'acknowledge', at_ms: order.due_ms }} withWhat={false} /> : null}
      </Group>
      <Text size="sm" className="pre">{order.text}</Text>
      {order.items && <ExaminedLines order={order} />}
      {order.passed?.map((one) => <Text key={one.at_ms} size="xs" c="dimmed">{t('order.passed', { name: one.by.name, from: text('role', one.from), to: text('role', one.to) })}{one.text && ` ${one.text}`}</Text>)}
      {order.escalated_at_ms && (
        <Text size="xs" className="countdown-late">
          {t('order.escalated', { to: text('role', order.escalated_to) })}
          {!order.answered_at_ms && order.people?.map((one) => <span key={one.person_id}> · {one.name} {one.phone && <Phone number={one.phone} size="xs" />}</span>)}
        </Text>
      )}
      {order.acknowledged_at_ms && <Text size="xs" c="dimmed">{t('order.acknowledged', { name: order.acknowledged_by?.name ?? '', when: shortMoment(order.acknowledged_at_ms, now) })}</Text>}
      {order.examined_at_ms && <Text size="xs" c="dimmed">{t('order.examined', { name: order.examiner ?? '', when: shortMoment(order.examined_at_ms, now), by: order.answered_by?.name ?? '' })}</Text>}
      {order.answer && <Text size="sm" className="quoted">{order.answered_by?.name}{colon()}{order.answer}</Text>}
      {mine && !order.answered_at_ms && (
        <Group gap="xs" mt={6}>
          {!order.acknowledged_at_ms && <Acknowledge act={act} id={order.id} />}
          <StepAction act={act} step={order.items ? 'answer-examination' : 'answer-order'} size="xs" quiet label={t('order.answer')} preset={{ id: order.id }} hide={['id']} withMissing={false} />
        </Group>
      )}
      {order.items && !order.answered_at_ms && (
        <Group gap="xs" mt={6}><StepAction act={act} step="pass-examination" size="xs" quiet label={t('order.pass')} preset={{ id: order.id, to: order.to === 'requester' ? 'local-physician' : 'requester' }} hide={['id']} withMissing={false} /></Group>
      )}
    </div>
  );
}

function Acknowledge({ act, id }: { act: Act; id: number }) {
  const { t } = useTranslation();
  const doStep = useDoStep(act.id);
  if (!offerOf(act, 'acknowledge-order')) return null;
  return (
    <>
      <Button size="xs" loading={doStep.isPending} onClick={() => doStep.mutate({ step: 'acknowledge-order', data: { id } })}>{t('order.acknowledge')}</Button>
      <Refusal error={doStep.error} />
    </>
  );
}

export function ThreadSection({ act, me }: { act: Act; me: Me }) {
  const { t } = useTranslation();
  const text = useText();
  const now = useNow();
  const doStep = useDoStep(act.id);
  const [words, setWords] = useState('');
  const input = useRef<HTMLTextAreaElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const messages = act.facts.messages ?? [];
  useHotkeys([['m', () => input.current?.focus()]]);
  useEffect(() => {
    if (end.current) end.current.scrollTop = end.current.scrollHeight;
  }, [messages.length]);
  const send = () => {
    if (words.trim() && !doStep.isPending) doStep.mutate({ step: 'message', data: { text: words.trim() } }, { onSuccess: () => setWords('') });
  };
  return (
    <Section title={t('act.thread')} icon="message" id="thread">
      <Stack gap="sm">
        <div className="thread" ref={end} role="log" aria-label={t('act.thread')} tabIndex={0}>
          {!messages.length && <Text size="sm" c="dimmed">{t('thread.none')}</Text>}
          {messages.map((one) => (
            <article key={one.seq} className={one.by.id === me.person.id ? 'bubble bubble-mine' : 'bubble'}>
              <header>{one.by.name} · {text('role', one.by.role)} · <time className="num">{shortMoment(one.at_ms, now)}</time></header>
              {one.text}
            </article>
          ))}
        </div>
        <Refusal error={doStep.error} />
        <Group gap={6} align="flex-end" wrap="nowrap" title={t('thread.sendHint')}>
          <Textarea ref={input} aria-label={t('thread.write')} placeholder={t('thread.write')} autosize minRows={1} maxRows={6} value={words} flex={1}
            onChange={(e) => setWords(e.currentTarget.value)} onKeyDown={getHotkeyHandler([['mod+Enter', send]])} />
          <ActionIcon size={36} aria-label={t('common.send')} onClick={send} loading={doStep.isPending} disabled={!words.trim()}><Icon name="arrow" /></ActionIcon>
        </Group>
      </Stack>
    </Section>
  );
}
