/*
 * The report's door: who the patient is, who reads, then the report being written or the one that was signed. E25 E28 E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import './report.css';
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAct } from '@/shared/api/requests/act';
import { useDoStep } from '@/shared/api/requests/doStep';
import { useMe } from '@/shared/api/requests/me';
import type { Act, Me } from '@/shared/api/types';
import { shortMoment } from '@/shared/format/dates';
import { serverNow } from '@/shared/format/clock';
import { useText } from '@/shared/i18n/useText';
import { StepForm } from '@/shared/steps/StepForm';
import { PriorityBadge, StateBadge } from '@/shared/ui/Badges';
import { Empty, Loaded, MissingList, Refusal } from '@/shared/ui/Blocks';
import { Countdown } from '@/shared/ui/Countdown';
import { Icon } from '@/shared/ui/Icon';
import { PatientLine } from '@/shared/ui/PatientLine';
import { AddendumEditor } from './AddendumEditor';
import type { Report } from './content';
import { Editor } from './Editor';
import { OtherExpert } from './OtherExpert';
import { useReport } from './requests';
import { Signed } from './Signed';

export default function ReportPanel({ actId }: { actId: number }) {
  const act = useAct(actId);
  const me = useMe();
  return <Loaded query={act} rows={8}>{(data) => (me.data ? <Panel act={data} me={me.data} /> : null)}</Loaded>;
}

function Panel({ act, me }: { act: Act; me: Me }) {
  const { t } = useTranslation();
  const text = useText();
  const report = useReport(act.id);
  return (
    <Stack className="report" gap="md" data-testid="report">
      <header className="report-head">
        <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
          <PatientLine patient={act.patient} withIpp />
          <Link to="/acts/$id" params={{ id: String(act.id) } as never} className="report-back"><Icon name="list" size={15} /> {t('report.toAct')}</Link>
        </Group>
        <Group gap={8} mt={6}>
          <StateBadge state={act.state} kind={act.kind} size="sm" />
          <PriorityBadge priority={act.priority} size="sm" />
          <Text size="xs" c="dimmed" className="num">{act.number} · {text('modality', act.modality)} · {act.region} · {act.site.name}</Text>
          {(act.deadline?.what === 'report' || act.deadline?.what === 'urgent') && <Countdown deadline={act.deadline} />}
        </Group>
        {act.facts.urgent?.filter((one) => !one.action).map((one) => ( // E26: whoever reads on still has this to tell
          <Alert key={one.id} className="refusal" mt={8} p="xs" icon={<Icon name="warning" />} title={`${text('urgent', one.category)} · ${t(one.told?.length ? 'urgent.waitsAction' : 'urgent.waitsVoice')}`}>
            <Text size="sm">{one.text}</Text>
            <Link to="/acts/$id" params={{ id: String(act.id) } as never} hash="urgent" className="report-back">{t('urgent.toFinding')}</Link>
          </Alert>
        ))}
      </header>
      <Loaded query={report} rows={8}>{(data) => <Body act={act} me={me} report={data} />}</Loaded>
    </Stack>
  );
}

function Body({ act, me, report }: { act: Act; me: Me; report: Report }) {
  const { t } = useTranslation();
  if (act.facts.addendum_draft?.by.id === me.person.id) return <AddendumEditor key={act.id} act={act} report={report} personId={me.person.id} />;
  const reader = act.facts.reading?.by;
  const goesOn = report.kind === 'preliminary' && !act.facts.signature; // the final one is still to be written
  if (report.status === 'signed' && !(goesOn && reader?.id === me.person.id))
    return <>{goesOn && reader && act.steps.some((one) => one.step === 'take-over-reading') && <TakeOver act={act} />}<Signed act={act} report={report} /></>;
  if (reader?.id === me.person.id) return <Editor key={act.id} act={act} report={report} personId={me.person.id} />;
  if (act.kind === 'tele-expertise') return <OtherExpert act={act} report={report} personId={me.person.id} />;
  return (
    <>
      {act.steps.some((one) => one.step === 'open-reading') && <OpenReading act={act} />}
      {reader && <TakeOver act={act} />}
      {!reader && !act.steps.some((one) => one.step === 'open-reading') && <Empty icon="document" title={t('report.none')} text={t('report.noneText')} />}
    </>
  );
}

function OpenReading({ act }: { act: Act }) {
  const { t } = useTranslation();
  const doStep = useDoStep(act.id);
  const offer = act.steps.find((one) => one.step === 'open-reading');
  return (
    <Stack gap="xs" align="flex-start">
      <Text size="sm">{t('report.openText')}</Text>
      <Button leftSection={<Icon name="edit" />} data-step="open-reading" disabled={!offer?.allowed} loading={doStep.isPending} onClick={() => doStep.mutate({ step: 'open-reading' })}>{t('report.open')}</Button>
      {offer && !offer.allowed && <MissingList missing={offer.missing} />}
      <Refusal error={doStep.error} />
    </Stack>
  );
}

function TakeOver({ act }: { act: Act }) {
  const { t } = useTranslation();
  const [opened, open] = useDisclosure(false);
  const reading = act.facts.reading;
  const offer = act.steps.find((one) => one.step === 'take-over-reading');
  return (
    <Stack gap="xs" align="flex-start">
      <Text size="sm">{t('report.readBy', { name: reading?.by.name ?? '', when: reading ? shortMoment(reading.at_ms, serverNow()) : '' })}</Text>
      {offer && <Button variant="default" disabled={!offer.allowed} onClick={open.open} data-step="take-over-reading">{t('report.takeOver')}</Button>}
      {offer && !offer.allowed && <MissingList missing={offer.missing} />}
      <Modal opened={opened} onClose={open.close} title={t('report.takeOver')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <StepForm act={act} step="take-over-reading" label={t('report.takeOver')} onDone={open.close} onCancel={open.close} />
      </Modal>
    </Stack>
  );
}
