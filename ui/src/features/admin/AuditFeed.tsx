/*
 * How the live feed of the trace fares: the collector, the last confirmation, what waits, what stands in its way. X3
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type AuditFeed, useAuditFeed } from '@/shared/api/requests/audit';
import { dayAndTime } from '@/shared/format/dates';
import { Facts, Loaded, Section } from '@/shared/ui/Blocks';

const RECENT = 20; // lines: those of the last seconds wait for their confirmation
const stateOf = (feed: AuditFeed) => (feed.failing_since_ms ? 'failing' : feed.waiting > RECENT ? 'going' : 'ok');
const TONES = { ok: 'good', going: 'wait', failing: 'stop' } as const;

export function AuditFeedSection() {
  const { t } = useTranslation();
  const feed = useAuditFeed();
  return <Loaded query={feed} rows={1}>{(now) => (
    <Stack gap="md">
    <Section title={t('feed.title')} icon="shield" aside={now.collector && <Badge tt="none" className={`tone tone-${TONES[stateOf(now)]}`}>{t(`feed.${stateOf(now)}`)}</Badge>}>
      {!now.collector ? <Text size="sm" className="sub">{t('feed.none')}</Text> : (
        <Stack gap="xs">
          {now.failing_since_ms && <Alert color="red" role="alert">{t('feed.since', { when: dayAndTime(now.failing_since_ms), error: now.error })}{now.detail && <span className="sub"><code>{now.detail}</code></span>}</Alert>}
          <Facts columns={3} items={[
            [t('feed.collector'), <>{now.collector}{now.mutual && <span className="sub">{t('feed.mutual')}</span>}</>],
            [t('feed.sent'), now.sent_at_ms ? dayAndTime(now.sent_at_ms) : t('feed.never')],
            [t('feed.waiting'), t('feed.ofAll', { waiting: now.waiting, lines: now.lines })],
          ]} />
        </Stack>
      )}
    </Section>
    <Section title={t('anchor.title')} icon="lock" aside={<Group gap="xs">
      <Button component="a" size="xs" variant="default" href="/api/audit/anchors" download>{t('anchor.file')}</Button>
      <Button component="a" size="xs" variant="default" href="/api/audit/anchor-key" download>{t('anchor.key')}</Button>
    </Group>}>
      <Text size="sm">{now.anchor ? t('anchor.last', { line: now.anchor.line, when: dayAndTime(now.anchor.at_ms) }) : t('anchor.none')}</Text>
      <Text size="sm" className="sub">{t('anchor.text')}</Text>
    </Section>
    </Stack>
  )}</Loaded>;
}
