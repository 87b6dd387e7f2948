/*
 * The dose of the exam against the reference levels of its protocol, and what adds up for this patient. E11.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useEarlier } from '@/shared/api/requests/earlier';
import type { Act } from '@/shared/api/types';
import { colon, percent } from '@/shared/format/typography';
import { Facts, Section } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';

const IRRADIATING = ['CT', 'DX', 'CR', 'NM', 'PT', 'PT/CT', 'NM/CT'];

export function DoseSection({ act }: { act: Act }) {
  const { t, i18n } = useTranslation();
  const { data } = useEarlier(act.id);
  const compared = act.dose_compared ?? [];
  const own = act.images.dose as { dlp_mgycm?: number | null; dap_mgycm2?: number | null } | null;
  const known = !!own && (!!own.dlp_mgycm || !!own.dap_mgycm2 || compared.length > 0);
  if (!IRRADIATING.includes(act.modality) || !known) return null;
  const number = (n: number) => n.toLocaleString(i18n.language, { maximumFractionDigits: 1 });
  const sum = (one: { dlp_mgycm: number; dap_mgycm2: number } | undefined) => {
    const dlp = (one?.dlp_mgycm ?? 0) + (own.dlp_mgycm ?? 0), dap = (one?.dap_mgycm2 ?? 0) + (own.dap_mgycm2 ?? 0);
    return [dlp ? `${number(dlp)} mGy·cm` : '', dap ? `${number(dap)} mGy·cm²` : ''].filter(Boolean).join(', ') || '0';
  };
  return (
    <Section title={t('dose.title')} icon="images">
      <Stack gap="sm">
        {compared.length > 0 ? (
          <Table className="dose-table">
            <Table.Thead><Table.Tr><Table.Th>{t('protocols.dose')}</Table.Th><Table.Th>{t('dose.measured')}</Table.Th><Table.Th>{t('dose.reference')}</Table.Th><Table.Th>{t('dose.ratio')}</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {compared.map((one) => (
                <Table.Tr key={one.what} data-above={one.above}>
                  <Table.Th scope="row">{t(`dose.${one.what}`)}</Table.Th><Table.Td className="num">{number(one.measured)}</Table.Td><Table.Td className="num">{number(one.reference)}</Table.Td>
                  <Table.Td className="num">{`${one.measured > one.reference ? '+' : '−'} ${percent(number(Math.abs(one.measured / one.reference - 1) * 100))}`} {t(one.above ? 'protocol.above' : 'protocol.below')}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        ) : <Text size="sm" c="dimmed">{t('dose.noReference')}</Text>}
        {compared.some((one) => one.above) && <Alert className="refusal" icon={<Icon name="warning" />} p="xs">{t('dose.aboveText')}</Alert>}
        {data && <Facts items={[[`${t('dose.cumulated')}${colon()}${t('dose.year')}`, `${sum(data.year)} ${t('dose.withThis')}`], [`${t('dose.cumulated')}${colon()}${t('dose.total')}`, `${sum(data.total)} ${t('dose.withThis')}`]]} />}
      </Stack>
    </Section>
  );
}
