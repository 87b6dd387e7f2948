/*
 * The check of the screen: how this workstation stands, a new check, its verdict, and the list of those who answer for quality. O4
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import './display.css';
import { Alert, Button, Group, List, Stack, Text, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type DisplayAsked, type DisplayHere, useBeginCheck, useDisplay, type Verdict } from '@/shared/api/requests/display';
import { useMe } from '@/shared/api/requests/me';
import { dayAndTime } from '@/shared/format/dates';
import { Facts, Loaded, PageHead, Refusal, Section } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { otherScreen } from '@/shared/ui/DisplayNote';
import { useAddress } from '@/shared/ui/useAddress';
import { Bench } from './Bench';
import { Checks, DisplayBadge } from './Checks';

/* Where one came from: a page of an act, or nowhere. */
function useWayBack() {
  const { back } = useAddress();
  return typeof back === 'string' && /^\/acts\/\d{1,15}(\/read)?$/.test(back) ? back : null;
}

export function DisplayPage() {
  const { t } = useTranslation();
  const here = useDisplay();
  const me = useMe().data;
  const [asked, setAsked] = useState<DisplayAsked | null>(null);
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const begun = (next: DisplayAsked) => {
    setVerdict(null);
    setAsked(next);
  };
  const judged = (next: Verdict) => {
    setVerdict(next);
    setAsked(null);
    scrollTo(0, 0);
  };
  return (
    <>
      <PageHead title={t('display.title')} text={asked ? undefined : t('display.lead')} />
      {asked ? <Bench key={asked.id} asked={asked} onDone={judged} onStop={() => setAsked(null)} /> : (
        <Stack gap="md">
          {verdict && <Judged verdict={verdict} />}
          <Loaded query={here} rows={3}>{(data) => <Here here={data} onBegun={begun} again={!!verdict} />}</Loaded>
          {here.data?.may_see_all && me && <Checks me={me} />}
        </Stack>
      )}
    </>
  );
}

function WayBack({ primary }: { primary: boolean }) {
  const { t } = useTranslation();
  const back = useWayBack();
  if (!back) return null;
  return <Button component={Link} to={back} variant={primary ? 'filled' : 'default'} leftSection={<Icon name="arrow" size={16} />}>{t('display.back')}</Button>;
}

function Judged({ verdict }: { verdict: Verdict }) {
  const { t } = useTranslation();
  const passed = verdict.verdict === 'passed';
  return (
    <Alert className={passed ? 'display-passed' : 'refusal'} icon={<Icon name={passed ? 'check' : 'warning'} />} title={t(`display.verdictTitle.${verdict.verdict}`)} role="alert" data-verdict={verdict.verdict}>
      <Stack gap={6} align="flex-start">
        <Text size="sm">{t('display.lettersRead', verdict.letters)}{verdict.until_ms ? ` ${t('display.validUntil', { when: dayAndTime(verdict.until_ms) })}` : ''}</Text>
        {!!verdict.faults.length && <List size="sm" spacing={2}>{verdict.faults.map((one) => <List.Item key={one.code}>{one.text}</List.Item>)}</List>}
        {passed && <WayBack primary />}
      </Stack>
    </Alert>
  );
}

function Here({ here, onBegun, again }: { here: DisplayHere; onBegun: (asked: DisplayAsked) => void; again: boolean }) {
  const { t } = useTranslation();
  const begin = useBeginCheck();
  const [typed, setName] = useState<string | null>(null);
  const name = typed ?? here.workstation?.name ?? ''; // as it is called, until something else is typed
  const { last } = here;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    begin.mutate(name.trim(), { onSuccess: onBegun });
  };
  return (
    <Section title={here.workstation?.name ?? t('display.thisScreen')} icon="screen" aside={<DisplayBadge state={here.state} />}>
      <form onSubmit={submit}>
        <Stack gap="sm" align="flex-start">
          <Text size="sm">{here.days ? t('display.asked', { count: here.days }) : t('display.notAsked')}</Text>
          {last && (
            <div className="display-facts"><Facts columns={3} items={[
              [t('display.last'), `${dayAndTime(last.at_ms)} · ${t(`display.verdict.${last.verdict}`)}`], [t('display.head.by'), last.by], [t('display.head.until'), last.until_ms ? dayAndTime(last.until_ms) : null],
              [t('display.head.screen'), t('display.screenLine', { width: last.screen.width, height: last.screen.height })],
            ]} /></div>
          )}
          {last && otherScreen(last.screen) && <Text size="sm" className="display-other">{t('display.otherScreen')}</Text>}
          {!!last?.faults.length && !again && <List size="sm">{last.faults.map((one) => <List.Item key={one.code}>{one.text}</List.Item>)}</List>}
          <TextInput label={t('display.name')} description={t('display.nameText')} placeholder={t('display.nameExample')} required withAsterisk={false} maxLength={90} w={420} maw="100%" value={name} onChange={(e) => setName(e.currentTarget.value)} />
          <List size="sm" spacing={2} className="display-before">
            {(['warm', 'light', 'zoom', 'window'] as const).map((one) => <List.Item key={one}>{t(`display.before.${one}`)}</List.Item>)}
          </List>
          <Refusal error={begin.error} />
          <Group gap="xs">
            <Button type="submit" loading={begin.isPending} leftSection={<Icon name="eye" size={16} />}>{t(again || last ? 'display.beginAgain' : 'display.begin')}</Button>
            {!again && <WayBack primary={false} />}
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
