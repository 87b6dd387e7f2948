/*
 * The dose of the report: as the equipment gave it, or written by hand with the reason, or not supplied with the reason. E29 L6.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { ActionIcon, Alert, Button, Group, Select, Stack, Table, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Drug } from '@/shared/api/types';
import { colon } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';
import { Icon } from '@/shared/ui/Icon';
import { type Ctdi, type Dose, isRadioactive, raysOf, readDose } from './content';

export function DoseField({ modality, dose, supplied, given, editable, onChange }: {
  modality: string; given: Drug[] | undefined; dose: Dose | undefined; supplied: Dose | null; editable: boolean; onChange: (dose: Dose) => void;
}) {
  const { t } = useTranslation();
  const rays = raysOf(modality);
  if (isRadioactive(modality) && !rays) return <Activities given={given} />;
  if (!rays) return <Text size="sm" c="dimmed">{t('report.dose.none')}</Text>;
  const source = dose?.source;
  const byHand = source === 'entered';
  return (
    <Stack gap="xs">
      {isRadioactive(modality) && <Activities given={given} />}
      {source === 'not-supplied' ? null : byHand && editable ? <ByHand ct={rays === 'CT'} dose={dose ?? {}} onChange={onChange} /> : <DoseTable dose={dose} ct={rays === 'CT'} />}
      {source && <Text size="xs" c="dimmed">{t(`report.dose.source.${source}`)}</Text>}
      {(byHand || source === 'not-supplied') && (
        editable ? <Textarea label={t('report.dose.reason')} autosize minRows={1} lang="fr" spellCheck value={dose?.reason ?? ''} onChange={(e) => onChange({ ...dose, reason: e.currentTarget.value })} />
          : dose?.reason && <Text size="sm">{t('report.dose.reason')}{colon()}{dose.reason}</Text>
      )}
      {editable && (
        <Group gap="xs">
          {!byHand && <Button size="compact-xs" variant="default" onClick={() => onChange({ ...(supplied ?? {}), source: 'entered', reason: '' })}>{t('report.dose.enter')}</Button>}
          {source !== 'not-supplied' && !supplied && <Button size="compact-xs" variant="default" onClick={() => onChange({ source: 'not-supplied', reason: '' })}>{t('report.dose.absent')}</Button>}
          {supplied && (byHand || source === 'not-supplied') && <Button size="compact-xs" variant="default" onClick={() => onChange(supplied)}>{t('report.dose.back')}</Button>}
        </Group>
      )}
    </Stack>
  );
}

/* What was given, as the act has it: the dose of nuclear medicine. Order of 22 September 2006, article 2. */
function Activities({ given }: { given: Drug[] | undefined }) {
  const { t } = useTranslation();
  const text = useText();
  const n = useNumber();
  const list = (given ?? []).filter((one) => one.activity_mbq && !one.replaced_by);
  if (!list.length) return <Alert className="refusal" p="xs" icon={<Icon name="warning" />}><Text size="sm">{t('report.dose.noActivity')}</Text></Alert>;
  return (
    <Table className="dose" withRowBorders>
      <caption className="hidden-caption">{t('report.dose.activity')}</caption>
      <Table.Tbody>
        {list.map((one) => (
          <Table.Tr key={one.id}>
            <Table.Th scope="row">{t('report.dose.activity')} · {one.product}</Table.Th>
            <Table.Td className="num">{one.radionuclide} {n(one.activity_mbq)} MBq</Table.Td>
            <Table.Td>{text('route', one.route)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function useNumber() {
  const { i18n } = useTranslation();
  return (value: number | null | undefined) => (value == null ? '—' : value.toLocaleString(i18n.language === 'en' ? 'en-GB' : 'fr-FR', { maximumFractionDigits: 2 }));
}

function DoseTable({ dose, ct }: { dose: Dose | undefined; ct: boolean }) {
  const { t } = useTranslation();
  const n = useNumber();
  const ctdi = dose?.ctdi ?? [];
  if (!ctdi.length && dose?.dlp_mgycm == null && dose?.dap_mgycm2 == null)
    return <Alert className="refusal" p="xs" icon={<Icon name="warning" />}><Text size="sm">{t('report.dose.missing')}</Text></Alert>;
  return (
    <Table className="dose" withRowBorders>
      <caption className="hidden-caption">{t('report.dose')}</caption>
      <Table.Tbody>
        {ct && ctdi.map((one, i) => (
          <Table.Tr key={i}>
            <Table.Th scope="row">{t('report.dose.ctdi')}{one.label ? ` · ${one.label}` : ''}</Table.Th>
            <Table.Td className="num">{n(one.mgy)} mGy</Table.Td>
            <Table.Td className="num">{one.phantom_cm ? t('report.dose.phantom', { cm: one.phantom_cm }) : t('report.dose.noPhantom')}</Table.Td>
          </Table.Tr>
        ))}
        {dose?.dlp_mgycm != null && <Table.Tr><Table.Th scope="row">{t('report.dose.dlp')}</Table.Th><Table.Td className="num" colSpan={2}>{n(dose.dlp_mgycm)} mGy·cm</Table.Td></Table.Tr>}
        {dose?.dap_mgycm2 != null && <Table.Tr><Table.Th scope="row">{t('report.dose.dap')}</Table.Th><Table.Td className="num" colSpan={2}>{n(dose.dap_mgycm2)} mGy·cm²</Table.Td></Table.Tr>}
      </Table.Tbody>
    </Table>
  );
}

function ByHand({ ct, dose, onChange }: { ct: boolean; dose: Dose; onChange: (dose: Dose) => void }) {
  const { t } = useTranslation();
  const list = dose.ctdi ?? [];
  const put = (at: number, change: Partial<Ctdi>) => onChange({ ...dose, ctdi: list.map((one, i) => (i === at ? { ...one, ...change } : one)) });
  if (!ct)
    return <Amount label={`${t('report.dose.dap')} (mGy·cm²)`} value={dose.dap_mgycm2} onChange={(dap_mgycm2) => onChange({ ...dose, dap_mgycm2 })} />;
  return (
    <Stack gap={6}>
      {list.map((one, i) => (
        <Group key={i} gap={6} align="flex-end" wrap="nowrap">
          <TextInput label={t('report.dose.label')} size="xs" flex={1} value={one.label ?? ''} onChange={(e) => put(i, { label: e.currentTarget.value })} />
          <Amount label={`${t('report.dose.ctdi')} (mGy)`} value={one.mgy} onChange={(mgy) => put(i, { mgy })} />
          <Select label={t('report.dose.phantomLabel')} size="xs" w={100} data={[{ value: '16', label: '16 cm' }, { value: '32', label: '32 cm' }]} value={one.phantom_cm ? String(one.phantom_cm) : null}
            onChange={(cm) => put(i, { phantom_cm: cm ? Number(cm) : null })} />
          <ActionIcon variant="default" size={30} aria-label={t('common.remove')} onClick={() => onChange({ ...dose, ctdi: list.filter((_, at) => at !== i) })}><Icon name="cross" size={14} /></ActionIcon>
        </Group>
      ))}
      <Group gap="xs" align="flex-end">
        <Amount label={`${t('report.dose.dlp')} (mGy·cm)`} value={dose.dlp_mgycm} onChange={(dlp_mgycm) => onChange({ ...dose, dlp_mgycm })} />
        <Button size="xs" variant="default" leftSection={<Icon name="plus" size={14} />} onClick={() => onChange({ ...dose, ctdi: [...list, {}] })}>{t('report.dose.ctdi')}</Button>
      </Group>
    </Stack>
  );
}

/* A dose as it is typed, comma or point; what is no number is said, and not sent. */
function Amount({ label, value, onChange }: { label: string; value: number | null | undefined; onChange: (value: number | null) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(value == null ? '' : String(value).replace('.', ','));
  const wrong = typed.trim() !== '' && readDose(typed) === null;
  return (
    <TextInput label={label} size="xs" w={130} inputMode="decimal" value={typed} error={wrong ? t('report.dose.notANumber') : undefined}
      onChange={(e) => {
        setTyped(e.currentTarget.value);
        onChange(readDose(e.currentTarget.value));
      }} />
  );
}
