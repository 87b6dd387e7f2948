/*
 * The report as signed: its words, who signed when and how, and the PDF.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Button, Code, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import type { Act } from '@/shared/api/types';
import { dayAndTime } from '@/shared/format/dates';
import { Facts } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { ReportMarks } from '@/shared/ui/ReportMarks';
import { isRadioactive, type Report, type Said, shortDigest } from './content';
import { StepForm } from '@/shared/steps/StepForm';
import { CitedText } from './Cited';
import { DifferenceBox } from './Changes';
import { DoseField } from './Dose';
import { NoteBox } from './Editor';
import { Opinions } from './Opinions';
import { pdfOf } from './requests';
import { Versions } from './Versions';

export function Signed({ act, report }: { act: Act; report: Report }) {
  const { t } = useTranslation();
  const { content } = report;
  const said = (value: Said | undefined, none: string) => (value?.none ? none : value?.text);
  const proof = report.signed?.proof;
  const writing = act.facts.addendum_draft;
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
      {report.kind === 'preliminary' && act.facts.preliminary && (
        <Alert className="refusal" icon={<Icon name="clock" />} p="xs">{t('report.preliminaryOut', { name: report.signed?.by?.name ?? '', when: dayAndTime(act.facts.preliminary.at_ms), due: dayAndTime(act.facts.preliminary.final_due_ms) })}</Alert>
      )}
      <DifferenceBox difference={content.difference} />
      <Versions actId={act.id} versions={report.versions} />
      {writing && <Text size="sm" c="dimmed">{t('report.addendum.busy', { name: writing.by.name, when: dayAndTime(writing.at_ms) })}</Text>}
      {act.steps.some((one) => one.step === 'open-addendum') && <OpenAddendum act={act} />}
      <Button component="a" href={pdfOf(act.id)} target="_blank" rel="noopener" variant="default" leftSection={<Icon name="document" />}>{t('act.openReport')}</Button>
      <NoteBox act={act} />
      <div lang="fr">
        <Facts columns={1} items={[
          [t('report.part.indication'), content.indication], [t('report.part.technique'), content.technique], [t('report.part.comparison'), content.comparison],
          [t('report.part.results'), content.results && <CitedText actId={act.id} text={content.results} places={content.places} />],
          [t('report.part.conclusion'), content.conclusion && <strong><CitedText actId={act.id} text={content.conclusion} places={content.places} /></strong>],
          [t('report.dose'), act.kind !== 'tele-expertise' && (content.dose || isRadioactive(act.modality)) && <DoseField modality={act.modality} given={act.facts.drugs} dose={content.dose} supplied={null} editable={false} onChange={() => undefined} />],
          [t('report.part.incidents'), said(content.incidents, t('report.incidents.none'))], [t('report.part.prescriptions'), said(content.prescriptions, t('report.prescriptions.none'))],
          [t('report.part.follow_up'), content.follow_up], [t('report.part.contact'), content.contact],
        ]} />
      </div>
      <Opinions act={act} />
    </Stack>
  );
}

/* Add to it or put it right: who signed, or who is on duty and says why. E29 */
function OpenAddendum({ act }: { act: Act }) {
  const { t } = useTranslation();
  const [opened, open] = useDisclosure(false);
  return (
    <Group>
      <Button variant="default" leftSection={<Icon name="edit" />} data-step="open-addendum" onClick={open.open}>{t('report.addendum.write')}</Button>
      <Modal opened={opened} onClose={open.close} title={t('step.open-addendum')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <StepForm act={act} step="open-addendum" label={t('report.addendum.write')} onDone={open.close} onCancel={open.close} />
      </Modal>
    </Group>
  );
}
