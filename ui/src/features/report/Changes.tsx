/*
 * What a version changes: word by word beside the signed one, and whether it matters for the care. E29 E26
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Radio, Group, Stack, Text, Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Difference } from '@/shared/api/types';
import { dayAndTime } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { ChoiceInput } from '@/shared/steps/StepForm';
import { CODES } from '@/shared/steps/fields';
import { Icon } from '@/shared/ui/Icon';
import { type Content, PARTS, type SignedBefore } from './content';
import { wordDiff } from './words';

export function TextDiff({ before, after }: { before: string; after: string }) {
  const { t } = useTranslation();
  return (
    <Text size="sm" component="div" className="words text-diff" lang="fr">
      {wordDiff(before, after).map((piece, n) => (piece.kind === 'same' ? <span key={n}>{piece.text}</span>
        : piece.kind === 'added' ? <ins key={n} title={t('report.diff.added')}>{piece.text}</ins> : <del key={n} title={t('report.diff.removed')}>{piece.text}</del>))}
    </Text>
  );
}

export function Changes({ before, content }: { before: SignedBefore; content: Content }) {
  const { t } = useTranslation();
  const changed = PARTS.filter((part) => (before.content[part] ?? '') !== (content[part] ?? ''));
  return (
    <section className="report-changes" aria-label={t('report.diff.title')}>
      <Text size="sm" fw={600}>{t('report.diff.title')}</Text>
      {!changed.length && <Text size="sm" c="dimmed">{t('report.diff.same')}</Text>}
      {changed.map((part) => (
        <div key={part}>
          <Text size="xs" c="dimmed">{t(`report.part.${part}`)}</Text>
          <TextDiff before={before.content[part] ?? ''} after={content[part] ?? ''} />
        </div>
      ))}
    </section>
  );
}

export function DifferenceField({ before, value, onChange }: { before: SignedBefore; value: Difference | undefined; onChange: (value: Difference) => void }) {
  const { t } = useTranslation();
  const text = useText();
  const set = (part: Partial<Difference>) => onChange({ ...value, ...part });
  const choice = value?.significant === true ? 'yes' : value?.significant === false ? 'no' : null;
  return (
    <div id="report-difference" tabIndex={-1} className="report-changes">
      <Radio.Group label={t('report.difference.title')} labelProps={{ fw: 600 }} value={choice} onChange={(next) => set({ significant: next === 'yes' })}
        description={t('report.difference.of', { version: before.version, when: dayAndTime(before.signed.at_ms), name: before.signed.by?.name ?? '' })}>
        <Group gap="md" mt={6}>
          <Radio value="yes" label={t('report.difference.yes')} />
          <Radio value="no" label={t('report.difference.no')} />
        </Group>
      </Radio.Group>
      {choice === 'yes' && (
        <Stack gap="xs" mt={8}>
          <Textarea label={t('report.difference.what')} autosize minRows={2} lang="fr" value={value?.what ?? ''} onChange={(e) => set({ what: e.currentTarget.value })} />
          <Textarea label={t('report.difference.why')} autosize minRows={2} lang="fr" value={value?.why ?? ''} onChange={(e) => set({ why: e.currentTarget.value })} />
          <ChoiceInput label={t('report.difference.category')} codes={CODES.urgent.map((code) => ({ value: code, label: text('urgent', code) }))} value={value?.category ?? ''} onChange={(category) => set({ category })} />
          <Text size="xs" c="dimmed">{t('report.difference.told')}</Text>
        </Stack>
      )}
    </div>
  );
}

export function DifferenceBox({ difference }: { difference: Difference | null | undefined }) {
  const { t } = useTranslation();
  const text = useText();
  if (!difference || typeof difference.significant !== 'boolean') return null;
  if (!difference.significant) return <Text size="sm" c="dimmed">{t('report.difference.none')}</Text>;
  return (
    <Alert className="refusal" icon={<Icon name="warning" />} title={`${t('report.difference.title').replace(/ ?\?$/, '')} · ${text('urgent', difference.category)}`} p="xs">
      <Text size="sm" fw={600} lang="fr">{difference.what}</Text>
      <Text size="sm" lang="fr">{difference.why}</Text>
    </Alert>
  );
}
