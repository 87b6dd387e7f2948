/*
 * What was told, agreed to and refused, and who receives the report: the patient's own words as they were recorded, and how to change them. E3 E31 L8
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useTranslation } from 'react-i18next';
import type { OwnActWhole } from '@/shared/api/requests/patient';
import { dayAndTime } from '@/shared/format/dates';
import { colon } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';

export function Choices({ act }: { act: OwnActWhole }) {
  const { t } = useTranslation();
  const text = useText();
  const { information, consents, exception, objections, recipients } = act.choices;
  const opinion = act.kind === 'tele-expertise';
  const to = (one: { to: string; name: string | null }) => [text('ownTo', one.to), one.name].filter(Boolean).join(colon());
  return (
    <section className="own-card">
      <h2>{t('own.choices')}</h2>
      <h3>{t('own.choices.told')}</h3>
      <ul>
        {information.map((one) => <li key={one.on}>{t(`own.informed.${opinion ? 'opinion' : one.on}`, { when: dayAndTime(one.at_ms), name: one.by })}{one.language && one.language !== 'fr' && ` (${text('language', one.language)})`}</li>)}
        {consents.map((one) => (
          <li key={one.to}>
            {t(`own.consented.${opinion ? 'opinion' : one.to}`, { when: dayAndTime(one.at_ms), name: one.by })} ({text('ownHow', one.how)}{one.for && `, ${one.for}`})
            {one.withdrawn_at_ms && <> <strong>{t('own.withdrawn', { when: dayAndTime(one.withdrawn_at_ms) })}</strong></>}
          </li>
        ))}
        {exception && <li>{t('own.exception', { when: dayAndTime(exception.at_ms), name: exception.by })}</li>}
        {!information.length && !consents.length && !exception && <li>{t('own.nothingTold')}</li>}
      </ul>
      {objections.length > 0 && (
        <>
          <h3>{t('own.choices.objections')}</h3>
          <ul>{objections.map((one) => <li key={one.at_ms}>{t('own.objected', { to: to(one), when: dayAndTime(one.at_ms) })}{one.lifted_at_ms && ` ${t('own.lifted', { when: dayAndTime(one.lifted_at_ms) })}`}</li>)}</ul>
        </>
      )}
      {recipients.length > 0 && (
        <>
          <h3>{t('own.choices.recipients')}</h3>
          <ul>{recipients.map((one, i) => <li key={i}>{to(one)}{one.revoked ? `, ${t('own.notSent')}` : one.reached_at_ms ? `, ${t('own.received', { when: dayAndTime(one.reached_at_ms) })}` : `, ${t('own.notYet')}`}</li>)}</ul>
        </>
      )}
      <p className="own-quiet">{t('own.choices.change')}</p>
    </section>
  );
}
