/*
 * A protocol shown as words: for whom, what is done, what is injected, which doses. Also what is printed. E19, E11.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Badge, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { SheetVersion } from '@/shared/api/requests/preparation';
import type { ProtocolVersion } from '@/shared/api/requests/protocols';
import type { LibraryProtocol } from '@/shared/api/types';
import { useText } from '@/shared/i18n/useText';
import { Facts } from '@/shared/ui/Blocks';
import { DOSES, linesOf } from './content';

const TONE: Record<ProtocolVersion['state'], string> = { draft: 'quiet', submitted: 'wait', 'in-force': 'good', replaced: 'quiet', withdrawn: 'stop' };
export function ProtocolState({ state }: { state: ProtocolVersion['state'] }) {
  const { t } = useTranslation();
  return <Badge className={`tone tone-${TONE[state]}`} tt="none" radius="sm">{t(`protocols.state.${state}`)}</Badge>;
}

/* "de 2 ans à moins de 16 ans · de 15 à moins de 30 kg"; everybody where no limit is set. */
export function useForWhom() {
  const { t, i18n } = useTranslation();
  const age = (months: number) => (months % 12 ? t('protocols.months', { count: months }) : t('protocols.years', { count: months / 12 }));
  const kg = (weight: number) => `${weight.toLocaleString(i18n.language)} kg`;
  const band = (from: number, to: number, say: (n: number) => string) => (from && to ? t('protocols.band', { from: say(from), to: say(to) }) : from ? t('protocols.from', { from: say(from) }) : to ? t('protocols.below', { to: say(to) }) : '');
  return (p: LibraryProtocol) => [band(p.age_from_months, p.age_to_months, age), band(p.weight_from_kg, p.weight_to_kg, kg)].filter(Boolean).join(' · ') || t('protocols.everybody');
}

/* "Thorax · avec injection · enfants"; every exam of the modality where nothing is said. */
export function useSheetFor() {
  const { t } = useTranslation();
  return (p: SheetVersion) => [p.region, p.contrast !== 'any' && t(`sheets.contrastSaid.${p.contrast}`), p.child !== 'any' && t(`sheets.childSaid.${p.child}`)].filter(Boolean).join(' · ') || t('sheets.everyExam');
}

function Lines({ text }: { text: string | undefined }) {
  const lines = linesOf(text);
  if (lines.length < 2) return <>{text}</>;
  return <ol className="protocol-lines">{lines.map((line, n) => <li key={n}>{line}</li>)}</ol>;
}

export function ProtocolWords({ protocol: p }: { protocol: ProtocolVersion }) {
  const { t, i18n } = useTranslation();
  const text = useText();
  const forWhom = useForWhom();
  const doses = DOSES.filter((name) => p.dose_target?.[name] || p.drl?.[name]);
  const number = (n: number | undefined) => (n ? n.toLocaleString(i18n.language) : '—');
  return (
    <>
      <Facts items={[
        [t('protocols.modality'), text('modality', p.modality)], [t('field.region'), p.region], [t('protocols.where'), p.site ?? t('protocols.everySite')], [t('protocols.for'), forWhom(p)],
        [t('protocols.phases'), <Lines key="phases" text={p.phases} />], [t('protocol.steps'), <Lines key="steps" text={p.steps} />],
        [t('protocol.contrast'), p.contrast && p.contrast.kind !== 'none' ? [text('contrast', p.contrast.kind), p.contrast.product, p.contrast.dose_rule, p.contrast.renal_days ? t('protocols.renal', { count: p.contrast.renal_days }) : ''].filter(Boolean).join(' · ') : t('protocol.noContrast')],
        [t('protocols.preparation'), p.preparation], [t('protocols.optimisation'), p.optimisation], [t('protocols.minutes'), p.minutes ? `${p.minutes} min` : ''],
      ]} />
      {doses.length > 0 && (
        <Table className="protocol-doses" mt="sm">
          <Table.Thead><Table.Tr><Table.Th>{t('protocols.dose')}</Table.Th><Table.Th>{t('protocols.target')}</Table.Th><Table.Th>{t('protocols.drl')}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {doses.map((name) => <Table.Tr key={name}><Table.Th scope="row">{t(`protocols.doses.${name}`)}</Table.Th><Table.Td className="num">{number(p.dose_target?.[name])}</Table.Td><Table.Td className="num">{number(p.drl?.[name])}</Table.Td></Table.Tr>)}
          </Table.Tbody>
        </Table>
      )}
      {!doses.length && ['CT', 'DX', 'CR', 'NM', 'PT', 'PT/CT', 'NM/CT'].includes(p.modality) && <Text size="sm" c="dimmed" mt="sm">{t('protocols.noDose')}</Text>}
    </>
  );
}
