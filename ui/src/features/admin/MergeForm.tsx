/*
 * Two patients that are one: both records side by side first, then the merge with its reason. E15
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Button, Checkbox, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Beside, type ComparedRecords, useCompareRecords, useCorrect } from '@/shared/api/requests/corrections';
import { birthDate, dayAndTime } from '@/shared/format/dates';
import { whoText } from '@/shared/format/people';
import { useText } from '@/shared/i18n/useText';
import { Compared } from '@/shared/identity/Alike';
import { IdentityBadge } from '@/shared/ui/Badges';
import { Refusal } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';

export function MergeForm({ done }: { done: () => void }) {
  const { t } = useTranslation();
  const correct = useCorrect();
  const compare = useCompareRecords();
  const [asked, setAsked] = useState({ from: '', into: '' });
  const [reason, setReason] = useState('');
  const [sure, setSure] = useState(false);
  const both = compare.data;
  const change = (part: Partial<typeof asked>) => { compare.reset(); correct.reset(); setSure(false); setAsked({ ...asked, ...part }); };
  const look = (event: FormEvent) => { event.preventDefault(); correct.reset(); compare.mutate(asked); };
  const submit = (event: FormEvent) => { event.preventDefault(); correct.mutate({ path: '/api/archive/merges', body: { ...asked, reason, sure, seen: both?.seen } }, { onSuccess: done }); };
  return (
    <Stack gap="sm">
      <Text size="sm">{t('corrections.mergeText')}</Text>
      <form onSubmit={look}>
        <Group align="flex-end" gap="sm">
          <TextInput label={t('corrections.fromIpp')} value={asked.from} required withAsterisk={false} onChange={(e) => change({ from: e.currentTarget.value })} />
          <TextInput label={t('corrections.intoIpp')} value={asked.into} required withAsterisk={false} onChange={(e) => change({ into: e.currentTarget.value })} />
          <Button type="submit" variant={both ? 'default' : 'filled'} loading={compare.isPending}>{t('corrections.compare')}</Button>
        </Group>
        <Refusal error={compare.error} />
      </form>
      {both && (
        <form onSubmit={submit}>
          <Stack gap="sm">
            <SideBySide both={both} />
            <Checkbox label={t('corrections.sure')} checked={sure} onChange={(e) => setSure(e.currentTarget.checked)} />
            <Textarea label={t('quarantine.reason')} value={reason} required withAsterisk={false} autosize minRows={2} maxLength={500} onChange={(e) => setReason(e.currentTarget.value)} />
            <Refusal error={correct.error} />
            <Button type="submit" loading={correct.isPending}>{t('corrections.merge')}</Button>
          </Stack>
        </form>
      )}
    </Stack>
  );
}

function SideBySide({ both }: { both: ComparedRecords }) {
  const { t } = useTranslation();
  const text = useText();
  const { from, into } = both;
  const seen = (one: Beside) => (one.patient.document && one.patient.document !== 'none'
    ? [text('document', one.patient.document), one.patient.document_at_ms && dayAndTime(one.patient.document_at_ms), whoText(t, one.patient.document_by, one.patient.document_by_name)].filter(Boolean).join(' · ') : t('trust.noDocument'));
  const ins = (one: Beside) => (one.patient.ins ? `${one.patient.ins.value} (${one.patient.ins.nature})` : t('corrections.noIns'));
  const differ = (a: string, b: string) => a !== b && <span className="differs"> <Icon name="warning" size={13} /> {t('alike.differs')}</span>;
  const rows: [string, string, string][] = [
    [t('corrections.insStatus'), t(`identity.${from.patient.status}`), t(`identity.${into.patient.status}`)], [t('corrections.ins'), ins(from), ins(into)], [t('trust.documentSeen'), seen(from), seen(into)],
  ];
  return (
    <Stack gap="sm">
      {both.differences.length > 0
        ? <Alert className="refusal" icon={<Icon name="warning" />} p="xs" title={t('corrections.differences', { count: both.differences.length })}>{both.differences.map((one) => t(`trait.${one.trait}`, { defaultValue: one.trait })).join(', ')}</Alert>
        : <Text size="sm">{t('corrections.noDifference')}</Text>}
      <Compared typed={{ ...from.patient, used_name: from.patient.used_name ?? '' }} other={into.patient} typedLabel={t('corrections.goes', { ipp: from.patient.ipp })} otherLabel={t('corrections.stays', { ipp: into.patient.ipp })} />
      <table className="compared">
        <thead><tr><th scope="col">{t('trust.title')}</th><th scope="col">{t('corrections.goes', { ipp: from.patient.ipp })}</th><th scope="col">{t('corrections.stays', { ipp: into.patient.ipp })}</th></tr></thead>
        <tbody>
          {rows.map(([label, mine, theirs]) => <tr key={label} data-differs={mine !== theirs}><th scope="row">{label}</th><td>{mine}</td><td>{theirs}{differ(mine, theirs)}</td></tr>)}
          <tr><th scope="row">{t('corrections.marks')}</th><td><IdentityBadge patient={from.patient} /></td><td><IdentityBadge patient={into.patient} /></td></tr>
          <tr>
            <th scope="row">{t('corrections.acts')}</th>
            {[from, into].map((one) => <td key={one.patient.id}><List count={one.act_count} lines={one.acts.map((act) => `${act.number} · ${text('modality', act.modality)} ${act.region} · ${text('state', act.state)} · ${dayAndTime(act.created_at_ms)}`)} /></td>)}
          </tr>
          <tr>
            <th scope="row">{t('corrections.studies')}</th>
            {[from, into].map((one) => <td key={one.patient.id}><List count={one.study_count} lines={one.studies.map((study) => [study.date ? birthDate(`${study.date.slice(0, 4)}-${study.date.slice(4, 6)}-${study.date.slice(6, 8)}`) : '', study.modalities.replaceAll('\\', ', '), study.description, t('quarantine.images', { count: study.instances })].filter(Boolean).join(' · '))} /></td>)}
          </tr>
        </tbody>
      </table>
    </Stack>
  );
}

function List({ count, lines }: { count: number; lines: string[] }) {
  const { t } = useTranslation();
  if (!count) return <>{t('corrections.noneHere')}</>;
  return <><strong className="num">{count}</strong><ul className="gaps">{lines.map((line) => <li key={line}>{line}</li>)}{count > lines.length && <li>…</li>}</ul></>;
}
