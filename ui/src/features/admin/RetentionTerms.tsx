/*
 * How long files are kept here: the terms in force, the law's minimum beside them, who set which and why. R.1112-7
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Modal, NumberInput, Stack, Text, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Retention, type Terms, useRetain } from '@/shared/api/requests/retention';
import { dayAndTime } from '@/shared/format/dates';
import { whoText } from '@/shared/format/people';
import { Facts, Refusal } from '@/shared/ui/Blocks';

const FIELDS = ['keep_years', 'until_age', 'after_death_years', 'grace_days'] as const;

export function RetentionTerms({ terms, administer }: { terms: Retention['terms']; administer: boolean }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <Stack gap="sm">
      <Text size="sm">{t('retention.rule', { years: terms.keep_years, age: terms.until_age, death: terms.after_death_years })}</Text>
      <Facts items={FIELDS.map((one) => [t(`retention.term.${one}`), t('retention.termValue', { value: terms[one], legal: terms.legal[one] })])} />
      {terms.versions.filter((one) => one.at_ms > 0).map((one) => (
        <Text size="sm" key={one.version}>{t('retention.version', { version: one.version, years: one.keep_years, age: one.until_age, death: one.after_death_years, grace: one.grace_days })}<span className="sub">{dayAndTime(one.at_ms)} · {whoText(t, one.actor, one.actor_name)} · {one.reason}</span></Text>
      ))}
      {administer && <Group><Button size="xs" variant="default" onClick={() => setOpen(true)}>{t('retention.changeTerms')}</Button></Group>}
      <Modal opened={open} onClose={() => setOpen(false)} title={t('retention.changeTerms')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <Form terms={terms} done={() => setOpen(false)} />
      </Modal>
    </Stack>
  );
}

function Form({ terms, done }: { terms: Retention['terms']; done: () => void }) {
  const { t } = useTranslation();
  const retain = useRetain();
  const [wish, setWish] = useState<Terms>({ keep_years: terms.keep_years, until_age: terms.until_age, after_death_years: terms.after_death_years, grace_days: terms.grace_days });
  const [reason, setReason] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    retain.mutate({ method: 'PUT', path: '/api/archive/retention', body: { ...wish, reason } }, { onSuccess: done });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{t('retention.changeTermsText')}</Text>
        {FIELDS.map((one) => (
          <NumberInput key={one} label={t(`retention.term.${one}`)} description={t('retention.atLeast', { value: terms.legal[one] })} value={wish[one]} allowDecimal={false} allowNegative={false}
            onChange={(value) => setWish({ ...wish, [one]: Number(value) })} />
        ))}
        <Textarea label={t('quarantine.reason')} value={reason} required withAsterisk={false} autosize minRows={2} maxLength={500} onChange={(e) => setReason(e.currentTarget.value)} />
        <Refusal error={retain.error} />
        <Button type="submit" loading={retain.isPending}>{t('quarantine.confirm')}</Button>
      </Stack>
    </form>
  );
}
