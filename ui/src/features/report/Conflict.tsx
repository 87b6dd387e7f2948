/*
 * Two versions: what was typed here and what was saved elsewhere. Nothing is overwritten before a person chooses.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Button, CopyButton, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { colon } from '@/shared/format/typography';
import { Icon } from '@/shared/ui/Icon';
import { type Content, type Report, type Said, same } from './content';

export function Conflict({ mine, theirs, reader, onTheirs, onMine }: { mine: Content; theirs: Report; reader: string; onTheirs: () => void; onMine: () => void }) {
  const { t } = useTranslation();
  const keys = [...new Set([...Object.keys(mine), ...Object.keys(theirs.content)])] as (keyof Content)[];
  const different = keys.filter((key) => !same(mine[key], theirs.content[key]));
  const signed = theirs.status === 'signed';
  return (
    <Alert className="refusal" icon={<Icon name="warning" />} role="alert" title={t(signed ? 'report.conflict.signed' : 'report.conflict.title', { revision: theirs.revision, name: reader })}>
      <Stack gap="sm">
        <Text size="sm">{t('report.conflict.text')}</Text>
        {different.map((key) => (
          <div key={key}>
            <Text size="xs" fw={600}>{t(`report.part.${key}`)}</Text>
            <Text size="sm" className="quoted">{t('report.conflict.mine')}{colon()}{wordsOf(mine[key], t('common.none')) || '—'}</Text>
            <Text size="sm" className="quoted">{t('report.conflict.theirs')}{colon()}{wordsOf(theirs.content[key], t('common.none')) || '—'}</Text>
          </div>
        ))}
        <Group gap="xs">
          <CopyButton value={textOf(mine, (key) => t(`report.part.${key}`), t('common.none'))}>
            {({ copied, copy }) => <Button size="xs" variant="default" leftSection={<Icon name="copy" size={14} />} onClick={copy}>{t(copied ? 'common.copied' : 'report.conflict.copy')}</Button>}
          </CopyButton>
          <Button size="xs" variant="default" onClick={onTheirs}>{t('report.conflict.takeTheirs')}</Button>
          {!signed && <Button size="xs" onClick={onMine}>{t('report.conflict.takeMine')}</Button>}
        </Group>
      </Stack>
    </Alert>
  );
}

function wordsOf(value: unknown, none: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? '✓' : '';
  const said = value as Said | undefined;
  if (said?.none) return none;
  return said?.text ?? (value ? JSON.stringify(value) : '');
}
const textOf = (content: Content, label: (key: string) => string, none: string) =>
  Object.entries(content).map(([key, value]) => [label(key), wordsOf(value, none)] as const).filter(([, words]) => words).map(([name, words]) => `${name} :\n${words}`).join('\n\n');
