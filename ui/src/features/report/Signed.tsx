/*
 * The report as signed: its words, who signed when and how, and the PDF.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Code, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Act } from '@/shared/api/types';
import { dayAndTime } from '@/shared/format/dates';
import { Facts } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { ReportMarks } from '@/shared/ui/ReportMarks';
import { type Report, type Said, shortDigest } from './content';
import { DoseField } from './Dose';
import { NoteBox } from './Editor';
import { pdfOf } from './requests';

export function Signed({ act, report }: { act: Act; report: Report }) {
  const { t } = useTranslation();
  const { content } = report;
  const said = (value: Said | undefined, none: string) => (value?.none ? none : value?.text);
  const proof = act.facts.signature?.proof;
  return (
    <Stack gap="md">
      <ReportMarks act={act} />
      {report.signed && (
        <div className="signed-box">
          <Icon name="check" />
          <div>
            <Text fw={650}>{t('report.signedBy', { name: report.signed.by?.name ?? '', when: dayAndTime(report.signed.at_ms) })}</Text>
            <Text size="xs">{proof && `${t(`proof.${proof}`)} · `}{t('report.digest')} <Code title={report.sha256}>{shortDigest(report.sha256)}</Code></Text>
          </div>
        </div>
      )}
      <Button component="a" href={pdfOf(act.id)} target="_blank" rel="noopener" variant="default" leftSection={<Icon name="document" />}>{t('act.openReport')}</Button>
      <NoteBox act={act} />
      <div lang="fr">
        <Facts columns={1} items={[
          [t('report.part.indication'), content.indication], [t('report.part.technique'), content.technique], [t('report.part.comparison'), content.comparison],
          [t('report.part.results'), content.results], [t('report.part.conclusion'), content.conclusion && <strong>{content.conclusion}</strong>],
          [t('report.dose'), act.kind !== 'tele-expertise' && content.dose && <DoseField modality={act.modality} dose={content.dose} supplied={null} editable={false} onChange={() => undefined} />],
          [t('report.part.incidents'), said(content.incidents, t('report.incidents.none'))], [t('report.part.prescriptions'), said(content.prescriptions, t('report.prescriptions.none'))],
          [t('report.part.follow_up'), content.follow_up], [t('report.part.contact'), content.contact],
        ]} />
      </div>
    </Stack>
  );
}
