/*
 * Who must be there in person, and the link to the patient: what is confirmed, what is missing, since when. E14, E23, E24.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { usePreparation } from '@/shared/api/requests/preparation';
import type { Act } from '@/shared/api/types';
import { serverNow } from '@/shared/format/clock';
import { dayAndTime } from '@/shared/format/dates';
import { pregnancyAsked } from '@/shared/format/pregnancy';
import { colon } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';
import { Elapsed } from '@/shared/ui/Countdown';
import { Icon } from '@/shared/ui/Icon';
import { CheckRow } from './CheckRow';
import { renalValue } from './forms/EarlierDose';
import { isInjected, isNuclear, localIsThere } from './lens';
import { offerOf, StepAction } from './StepAction';

export function NuclearRow({ act }: { act: Act }) {
  const { t } = useTranslation();
  const people = act.facts.nuclear_presence?.people ?? [];
  return (
    <CheckRow done={people.length > 0} title={t('site.nuclear')} why="E24"
      detail={people.length ? people.map((one) => `${one.name} · ${dayAndTime(one.since_ms, act.site.time_zone)}`).join(' ; ') : t('site.nuclearAway')}>
      <StepAction act={act} step="nuclear-present" />
    </CheckRow>
  );
}

/* In nuclear medicine the video alone counts; elsewhere another direct means may be noted. */
export function ChannelRow({ act }: { act: Act }) {
  const { t } = useTranslation();
  const text = useText();
  const { channel, video } = act.facts;
  const flows = !!video?.both_ways;
  return (
    <CheckRow done={flows || (!!channel && !isNuclear(act))} title={t(isNuclear(act) ? 'site.video' : 'site.channel')} why="E14"
      detail={flows ? t('site.videoFlows') : channel ? [text('means', channel.means), channel.number, channel.reason, dayAndTime(channel.at_ms)].join(' · ') : t(isNuclear(act) ? 'site.videoClosed' : 'site.channelNone')}>
      <StepAction act={act} step="test-channel" quiet={!!channel} label={channel ? t('site.testAgain') : undefined} />
    </CheckRow>
  );
}

/* What is gone through with the patient: the device, then the preparation sheet. L9, E3, E11 */
export function PatientRows({ act }: { act: Act }) {
  const { t } = useTranslation();
  const text = useText();
  const { device_explained: device, preparation, pregnancy_decision: decision } = act.facts;
  const waits = !!act.steps.find((one) => one.step === 'start')?.missing.some((one) => one.code === 'pregnancy-decision');
  const sheet = usePreparation(act.id, 'fr', act.state === 'planned' ? act.facts.slot?.start_ms ?? 0 : 0).data; // the sheet of this exam, and the kidneys as the request says them
  const known = preparation ?? { sheet: sheet && `${sheet.sheet.title}, version ${sheet.version}`, renal_function: renalValue(act.facts.request, t) };
  const preset = Object.fromEntries(Object.entries(known).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== ''));
  return (
    <>
      <CheckRow done={!!device} title={t('site.device')} why="L9" detail={device && `${text('deviceHow', device.how)} · ${device.by.name} · ${dayAndTime(device.at_ms)}`}>
        {!device && <StepAction act={act} step="explain-device" />}
      </CheckRow>
      <CheckRow done={!!preparation} bad={waits} title={t(pregnancyAsked(act, serverNow()) ? 'site.preparation' : 'site.preparationShort')} why="E3 E11" detail={preparation && [preparation.sheet, preparation.allergies && `${t('field.allergies')}${colon()}${preparation.allergies}`,
        preparation.renal_function && `${t('renal.title')}${colon()}${preparation.renal_function}`, preparation.pregnancy && `${t('field.pregnancy')}${colon()}${text('pregnancy', preparation.pregnancy)}`,
        waits ? t('site.pregnancyWaits') : decision?.text].filter(Boolean).join(' · ')}>
        <StepAction act={act} step="prepare-patient" preset={preset} quiet={!!preparation} label={preparation ? t('common.edit') : undefined} />
      </CheckRow>
    </>
  );
}

/* Before the exam: why the local physician is asked to confirm. E23 */
export function LocalAwaited({ act }: { act: Act }) {
  const { t } = useTranslation();
  if (!isInjected(act) || localIsThere(act.facts) || !offerOf(act, 'confirm-local-presence')?.allowed || (act.state !== 'validated' && act.state !== 'planned')) return null;
  return <Alert className="offer" icon={<Icon name="clock" />}>{t('site.localAwaited')}</Alert>;
}

/* While the patient is there: who must be and is not. */
export function PresenceAlerts({ act }: { act: Act }) {
  const { t } = useTranslation();
  const f = act.facts;
  if (act.state !== 'running' && act.state !== 'released') return null;
  const next = f.local_physician?.next;
  const absent = f.nuclear_presence?.absences.find((one) => !one.to_ms);
  const cut = f.video?.losses.find((one) => !one.to_ms);
  return (
    <>
      {isInjected(act) && !localIsThere(f) && (
        <Alert className="refusal" icon={<Icon name="warning" />} role="alert" title={t('site.localAway')}>
          {t('site.localAwayText')} {f.local_physician?.left_at_ms && <Elapsed sinceMs={f.local_physician.left_at_ms} />}
        </Alert>
      )}
      {next && <Alert className="offer" icon={<Icon name="clock" />}>{t('site.localNext', { name: next.name })}</Alert>}
      {isNuclear(act) && absent && (
        <Alert className="refusal" icon={<Icon name="warning" />} role="alert" title={t('site.nuclearLeft')}>{t('site.nuclearLeftText')} <Elapsed sinceMs={absent.from_ms} /></Alert>
      )}
      {cut && <Alert className="refusal" icon={<Icon name="warning" />} role="alert" title={t('site.videoLost')}>{t('site.videoLostText')} <Elapsed sinceMs={cut.from_ms} /></Alert>}
    </>
  );
}
