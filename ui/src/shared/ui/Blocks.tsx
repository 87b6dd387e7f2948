/*
 * The four faces of any content: waiting, empty, failed (with a way out), there. And the refusal beside an action.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Button, Group, List, Skeleton, Stack, Text, Title } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client';
import type { Missing } from '../api/types';
import { toSay, withDetail } from '../format/refusal';
import { ToDisplay } from './DisplayNote';
import { Icon, type IconName } from './Icon';

export function Waiting({ rows = 4, height = 44 }: { rows?: number; height?: number }) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs" role="status" aria-label={t('common.loading')}>
      {Array.from({ length: rows }, (_, i) => <Skeleton key={i} height={height} radius="sm" />)}
    </Stack>
  );
}

export function Empty({ icon = 'list', title, text, action }: { icon?: IconName; title: string; text?: string; action?: ReactNode }) {
  return (
    <Stack align="center" gap={6} className="empty">
      <Icon name={icon} size={32} />
      <Text fw={600}>{title}</Text>
      {text && <Text size="sm" c="dimmed" ta="center" maw={460}>{text}</Text>}
      {action}
    </Stack>
  );
}

export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const known = error instanceof ApiError;
  const closed = known && (error.status === 403 || error.status === 404); // asking again changes nothing
  return (
    <Alert className="failed" icon={<Icon name="warning" />} title={known && error.status === 0 ? t('common.offlineTitle') : t(closed ? 'common.closedTitle' : 'common.failedTitle')} role="alert">
      <Said error={error} />
      {closed && <Button component={Link} to="/home" mt="sm" size="xs" variant="default">{t('common.toHome')}</Button>}
      {retry && !closed && <Button mt="sm" size="xs" variant="default" onClick={retry}>{t('common.retry')}</Button>}
    </Alert>
  );
}

/* A query drawn: skeleton, error with retry, or what it brought. */
export function Loaded<T>({ query, rows, height, children }: { query: UseQueryResult<T>; rows?: number; height?: number; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return <Waiting rows={rows} height={height} />;
}

function Item({ item }: { item: Missing }) {
  return <>{withDetail(item)} {item.why && <span className="why">{item.why}</span>}{item.code === 'display-unchecked' && <> <ToDisplay /></>}</>;
}

export function MissingList({ missing }: { missing: Missing[] }) {
  if (!missing.length) return null;
  return (
    <List size="sm" mt={4} spacing={2} className="missing">
      {missing.map((item) => <List.Item key={`${item.code} ${item.detail ?? ''}`} icon={<Icon name="cross" size={14} />}><Item item={item} /></List.Item>)}
    </List>
  );
}

/* The server's sentence is that of the first missing item: each is said once. */
function Said({ error, strong = false }: { error: unknown; strong?: boolean }) {
  const { t } = useTranslation();
  const weight = strong ? 600 : undefined;
  if (!(error instanceof ApiError)) return <Text size="sm" fw={weight}>{t('common.failedText')}</Text>;
  const { lead, items } = toSay(error.message, error.missing);
  return (
    <>
      <Text size="sm" fw={weight}>{lead === 'count' ? t('common.reasons', { count: items.length }) : lead === 'text' ? error.message : <Item item={lead} />}</Text>
      <MissingList missing={items} />
    </>
  );
}

/* The server's refusal, in its own words, next to what was refused. */
export function Refusal({ error }: { error: unknown }) {
  if (!error) return null;
  return (
    <Alert className="refusal" icon={<Icon name="warning" />} role="alert" p="xs">
      <Said error={error} strong />
    </Alert>
  );
}

export function Section({ title, icon, aside, children, tone, id }: {
  title: string; icon?: IconName; aside?: ReactNode; children: ReactNode; tone?: 'work'; id?: string;
}) {
  const heading = useId();
  return (
    <section className={tone === 'work' ? 'section section-work' : 'section'} aria-labelledby={heading} id={id}>
      <Group justify="space-between" mb="sm" gap="xs" wrap="wrap">
        <Group gap={8}>
          {icon && <Icon name={icon} />}
          <Title order={2} size="h5" id={heading}>{title}</Title>
        </Group>
        {aside}
      </Group>
      {children}
    </section>
  );
}

/* Label and value pairs; what is not there is left out. */
export function Facts({ items, columns = 2 }: { items: [label: string, value: ReactNode][]; columns?: 1 | 2 | 3 }) {
  const there = items.filter(([, value]) => value !== undefined && value !== null && value !== '' && value !== false);
  if (!there.length) return null;
  return (
    <dl className={`facts facts-${columns}`}>
      {there.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function PageHead({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <Group justify="space-between" align="flex-end" mb="md" gap="sm">
      <div>
        <Title order={1} size="h3">{title}</Title>
        {text && <Text size="sm" c="dimmed">{text}</Text>}
      </div>
      {children && <Group gap="xs">{children}</Group>}
    </Group>
  );
}
