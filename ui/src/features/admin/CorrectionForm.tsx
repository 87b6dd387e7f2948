/*
 * One correction, in two steps: what is asked, then what it would change, with a reason. E15
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Button, Checkbox, Group, SegmentedControl, Stack, Table, Text, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Asked, type CorrectionKind, type FoundStudy, type Values, useCorrect, usePreview, useSeriesOf } from '@/shared/api/requests/corrections';
import { Refusal } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';

const FIELDS = ['PatientName', 'PatientID', 'IssuerOfPatientID', 'PatientBirthDate', 'PatientSex', 'AccessionNumber', 'StudyDescription'] as const;

export function CorrectionForm({ study, done }: { study: FoundStudy; done: () => void }) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<CorrectionKind>('identity');
  const was: Values = { PatientName: study.name, PatientID: study.patientId, IssuerOfPatientID: study.issuer, PatientBirthDate: study.birth, PatientSex: study.sex, AccessionNumber: study.accession, StudyDescription: study.description };
  const [values, setValues] = useState(was);
  const [where, setWhere] = useState({ ipp: '', accession: '', target_uid: '' });
  const [series, setSeries] = useState<string[]>([]);
  const [reason, setReason] = useState('');
  const [despite, setDespite] = useState(false);
  const preview = usePreview();
  const correct = useCorrect();
  const listed = useSeriesOf(study.uid, kind === 'split');

  const asked = (): Asked => {
    const changed = Object.fromEntries(FIELDS.filter((field) => values[field] !== was[field]).map((field) => [field, values[field] ?? '']));
    if (kind === 'identity') return { kind, study_uid: study.uid, values: changed };
    return { kind, study_uid: study.uid, ...where, ...(kind === 'split' ? { series } : {}) };
  };
  const look = (event: FormEvent) => {
    event.preventDefault();
    correct.reset();
    preview.mutate(asked());
  };
  const again = (change: () => void) => { preview.reset(); setDespite(false); change(); };
  const confirm = (event: FormEvent) => {
    event.preventDefault();
    correct.mutate({ path: '/api/archive/corrections', body: { ...asked(), reason, despite_report: despite } }, { onSuccess: done });
  };
  return (
    <Stack gap="sm">
      <SegmentedControl aria-label={t('corrections.kind')} value={kind} onChange={(next) => again(() => setKind(next as CorrectionKind))}
        data={(['identity', 'move', 'split'] as const).map((one) => ({ value: one, label: t(`corrections.${one}`) }))} />
      <Text size="sm">{t(`corrections.${kind}Text`)}</Text>
      <form onSubmit={look}>
        <Stack gap="xs">
          {kind === 'identity' && FIELDS.map((field) => (
            <TextInput key={field} label={t(`corrections.field.${field}`)} value={values[field] ?? ''} onChange={(e) => { const next = e.currentTarget.value; again(() => setValues({ ...values, [field]: next })); }} />
          ))}
          {kind === 'split' && (
            <Checkbox.Group label={t('corrections.series')} value={series} onChange={(next) => again(() => setSeries(next))}>
              <Stack gap={6} mt={6}>
                {listed.data?.map((one) => <Checkbox key={one.uid} value={one.uid} label={`${one.number || '—'} · ${one.modality} · ${one.description || '—'} (${t('quarantine.images', { count: one.instances })})`} />)}
              </Stack>
            </Checkbox.Group>
          )}
          {kind !== 'identity' && (
            <>
              <TextInput label={t(kind === 'move' ? 'corrections.toPatient' : 'corrections.toPatientOrSame')} value={where.ipp} required={kind === 'move'} withAsterisk={false} onChange={(e) => { const ipp = e.currentTarget.value; again(() => setWhere({ ...where, ipp })); }} />
              <TextInput label={t('corrections.toExam')} value={where.accession} onChange={(e) => { const accession = e.currentTarget.value; again(() => setWhere({ ...where, accession })); }} />
            </>
          )}
          {kind === 'split' && <TextInput label={t('corrections.toStudy')} description={t('corrections.toStudyText')} value={where.target_uid} onChange={(e) => { const target_uid = e.currentTarget.value; again(() => setWhere({ ...where, target_uid })); }} />}
          <Refusal error={preview.error} />
          <Group><Button type="submit" variant="default" loading={preview.isPending}>{t('corrections.look')}</Button></Group>
        </Stack>
      </form>
      {preview.data && (
        <form onSubmit={confirm}>
          <Stack gap="sm">
            <Table verticalSpacing={4} aria-label={t('corrections.change')}>
              <Table.Thead><Table.Tr><Table.Th>{t('corrections.attribute')}</Table.Th><Table.Th>{t('corrections.before')}</Table.Th><Table.Th>{t('corrections.after')}</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>
                {FIELDS.filter((field) => preview.data.before[field] !== preview.data.after[field]).map((field) => (
                  <Table.Tr key={field}><Table.Td>{t(`corrections.field.${field}`)}</Table.Td><Table.Td>{preview.data.before[field] || '—'}</Table.Td><Table.Td><strong>{preview.data.after[field] || '—'}</strong></Table.Td></Table.Tr>
                ))}
                {preview.data.target_uid !== study.uid && <Table.Tr><Table.Td>{t('corrections.study')}</Table.Td><Table.Td><code>{study.uid}</code></Table.Td><Table.Td><code>{where.target_uid ? preview.data.target_uid : t('corrections.newStudy')}</code></Table.Td></Table.Tr>}
              </Table.Tbody>
            </Table>
            <Text size="sm">{t('corrections.both', { count: preview.data.instances })}{preview.data.other_names_taken_out ? ` ${t('corrections.taken')}` : ''}</Text>
            {preview.data.reports.map((one) => (
              <Alert key={`${one.act_id} ${one.kind}`} className={one.refused ? 'refusal' : 'offer'} icon={<Icon name="warning" />} p="xs" title={t('corrections.report', { number: one.number })}>
                {t(`mark.kind.${one.kind}`)} {t(one.refused ? 'corrections.reportRefused' : 'corrections.reportMarked')}
              </Alert>
            ))}
            {preview.data.reports.some((one) => one.refused) && <Checkbox checked={despite} onChange={(e) => setDespite(e.currentTarget.checked)} label={t('corrections.despite')} />}
            <Textarea label={t('quarantine.reason')} value={reason} required withAsterisk={false} autosize minRows={2} maxLength={500} onChange={(e) => setReason(e.currentTarget.value)} />
            <Refusal error={correct.error} />
            <Button type="submit" loading={correct.isPending}>{t('corrections.correct')}</Button>
          </Stack>
        </form>
      )}
    </Stack>
  );
}
