/*
 * The page of one act, for everybody: what I have to do, what is known, who is there, what was said, what happened.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { SegmentedControl, Stack } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '@/shared/api/requests/act';
import type { Act, Me } from '@/shared/api/types';
import { RoomSection } from '@/shared/room/RoomSection';
import { Priors } from '@/shared/media/Priors';
import { tellHoursOf } from '@/shared/format/dates';
import { Loaded } from '@/shared/ui/Blocks';
import { ConsentSection, DecisionSection, ExamSection, ReportSection, RequestSection } from './Dossier';
import { PatientAccessSection } from './PatientAccess';
import { AfterSection, DeliverySection, RepeatSection } from './After';
import { AssistanceSection } from './Assistance';
import { DoseSection } from './Dose';
import { DrugsSection } from './Drugs';
import { ActHead } from './Head';
import { LaterSection } from './Planning';
import { PreparationSection } from './Preparation';
import { IncidentsSection } from './Incidents';
import { OpinionSections } from './Opinion';
import { type Lens, lensesOf } from './lens';
import { ImagesSection, WorkPanels } from './Panels';
import { AssignmentSection } from './Assignment';
import { OrdersSection, PeopleSection, ThreadSection } from './Side';
import { TimelineSection } from './Timeline';
import { QuestionsSection } from './Questions';
import { ProtocolChangedSection } from './ProtocolChanged';
import { SafetyNote } from './SafetyNote';
import { UrgentSection } from './Urgent';

export function ActPage({ id, me }: { id: number; me: Me }) {
  const act = useAct(id);
  return <Loaded query={act} rows={6} height={90}>{(data) => <ActView act={data} me={me} />}</Loaded>;
}

function ActView({ act, me }: { act: Act; me: Me }) {
  tellHoursOf(act.site.time_zone);
  const { t } = useTranslation();
  const navigate = useNavigate();
  const lenses = lensesOf(act, me);
  const [chosen, setChosen] = useState<Lens | null>(null);
  const lens = chosen ?? lenses[0];
  const opinion = act.kind === 'tele-expertise';
  const judging = lens === 'imager' && (act.state === 'asked' || act.state === 'info-asked'); // read first, then judge
  const reported = !!act.facts.signature || ['signed', 'delivered', 'acknowledged', 'closed'].includes(act.state); // until then who will receive it stands last
  const handing = <><DeliverySection act={act} /><PatientAccessSection act={act} handedBy={me.person.name} /></>;
  useHotkeys([['r', () => void ((act.images.study_uid || act.facts.chosen_images) && navigate({ to: '/acts/$id/read', params: { id: String(act.id) } as never }))]]);
  return (
    <>
      <ActHead act={act} />
      {lenses.length > 1 && (
        <SegmentedControl mt="md" size="xs" value={lens} onChange={(value) => setChosen(value as Lens)} aria-label={t('act.side')}
          data={lenses.map((one) => ({ value: one, label: t(`role.${one}`) }))} />
      )}
      <div className="act-grid">
        <div className="act-body">
          {judging && <RequestSection act={act} />}
          <LaterSection act={act} />
          <SafetyNote act={act} lens={lens} />
          <WorkPanels act={act} lens={lens} />
          <PreparationSection act={act} />
          <UrgentSection act={act} />
          <IncidentsSection act={act} me={me} />
          {opinion && !judging && <RequestSection act={act} />}
          {opinion ? <OpinionSections act={act} /> : act.kind === 'tele-assistance' ? <AssistanceSection act={act} /> : <ImagesSection act={act} />}
          {act.kind === 'remote-exam' && <ProtocolChangedSection act={act} />}
          {act.kind === 'remote-exam' && <DrugsSection act={act} />}
          {act.kind === 'remote-exam' && <DoseSection act={act} />}
          <Priors act={act} />
          <ReportSection act={act} />
          <QuestionsSection act={act} />
          <RepeatSection act={act} me={me} />
          {reported && handing}
          <AfterSection act={act} />
          <ExamSection act={act} />
          <DecisionSection act={act} />
          {!judging && !opinion && <RequestSection act={act} />}
          <ConsentSection act={act} />
          {!reported && handing}
        </div>
        <aside className="act-side" aria-label={t('act.aside')}>
          <Stack>
            <RoomSection act={act} me={me} />
            <OrdersSection act={act} me={me} />
            <ThreadSection act={act} me={me} />
            <PeopleSection act={act} />
            <AssignmentSection act={act} />
            <TimelineSection act={act} />
          </Stack>
        </aside>
      </div>
    </>
  );
}
