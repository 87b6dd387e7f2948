/*
 * One exam or opinion, for its patient: how far it is, the report once it is open, the images, whom to ask.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { OWN_PARTS, type OwnActWhole, type OwnVersion, ownPdf, type OwnSheet, useOwnAct, useOwnReport } from '@/shared/api/requests/patient';
import { dayAndTime, dayOf } from '@/shared/format/dates';
import { phoneText } from '@/shared/format/people';
import { useText } from '@/shared/i18n/useText';
import { Loaded } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { ActMoment, StateBadge, To, useActName } from './parts';
import { Choices } from './Choices';
import { OwnImages } from './OwnImages';

export function OwnActPage({ id, go }: { id: number; go: (to: string) => void }) {
  const { t } = useTranslation();
  const act = useOwnAct(id);
  return (
    <>
      <p><To to="/patient" go={go}>{t('own.back')}</To></p>
      <Loaded query={act} rows={3} height={120}>{(data) => <Whole act={data} />}</Loaded>
    </>
  );
}

/* Nobody is told to look at images that were never sent. */
function stateText(act: OwnActWhole): string {
  if (act.state === 'ready' && act.images !== 'open') return act.about === 'documents' ? 'ready-documents' : 'ready-report';
  return act.about === 'documents' && (act.state === 'reading' || act.state === 'waiting') ? `${act.state}-documents` : act.state;
}

function Whole({ act }: { act: OwnActWhole }) {
  const { t, i18n } = useTranslation();
  const text = useText();
  const name = useActName();
  return (
    <>
      <h1>{name(act)}</h1>
      <p><ActMoment act={act} /> <span className="own-quiet">· <span className="nowrap">{t('own.number', { number: act.number })}</span></span></p>
      <section className="own-card" aria-label={text('ownState', act.state)}>
        <p><StateBadge act={act} /></p>
        <p>{text('ownStateText', stateText(act))}</p>
      </section>
      {act.report === 'open' && <ReportCard act={act} />}
      {act.images === 'open' && <OwnImages act={act} />}
      {act.sheet && <SheetCard sheet={act.sheet[i18n.language === 'en' ? 'en' : 'fr']} />}
      {act.preparation && act.preparation_at_ms && (
        <section className="own-card">
          <h2>{t('own.preparation')}</h2>
          <p>{t('own.preparationText', { sheet: act.preparation, when: dayOf(act.preparation_at_ms) })}</p>
        </section>
      )}
      {act.offered && <section className="own-card"><h2>{t('own.offered')}</h2><p className="own-text">{act.offered}</p></section>}
      <Choices act={act} />
      <section className="own-card">
        <h2>{t('own.contact')}</h2>
        <dl className="own-facts">
          <dt>{t('own.contactSite')}</dt><dd>{[act.site.name, act.site.address || act.site.city].filter(Boolean).join(', ')}</dd>
          {act.site.phone && <><dt>{t('own.sitePhone')}</dt><dd><a href={`tel:${act.site.phone.replace(/[^\d+]/g, '')}`}>{act.site.phone}</a></dd></>}
          {act.requester && <><dt>{t('own.contactDoctor')}</dt><dd>{act.requester.name}</dd></>}
          {act.requester?.phone && <><dt>{t('own.phone')}</dt><dd><a href={`tel:${act.requester.phone.replace(/[^\d+]/g, '')}`}>{phoneText(act.requester.phone)}</a></dd></>}
        </dl>
      </section>
    </>
  );
}

/* How to prepare, as the imagers approved it, for this patient and this hour. E3 */
function SheetCard({ sheet: one }: { sheet: OwnSheet }) {
  const { t } = useTranslation();
  const parts: [string, string[] | undefined][] = [[t('own.sheetYou'), one.lines], [t('sheet.before'), one.sheet.before], [t('sheet.day'), one.sheet.day], [t('sheet.bring'), one.sheet.bring], [t('sheet.after'), one.sheet.after]];
  return (
    <section className="own-card">
      <h2>{one.sheet.title}</h2>
      <p><strong>{t('sheet.arrive', { when: one.arrive })}</strong>, {one.room}</p>
      {parts.map(([title, lines]) => !!lines?.length && <div key={title}><h3>{title}</h3><ul>{lines.map((line) => <li key={line}>{line}</li>)}</ul></div>)}
    </section>
  );
}

function ReportCard({ act }: { act: OwnActWhole }) {
  const { t } = useTranslation();
  const report = useOwnReport(act.id, true);
  return (
    <section className="own-card">
      <h2>{t('own.report')}</h2>
      <Loaded query={report} rows={3}>{(r) => (
        <>
          {r.versions && <Versions list={r.versions} />}
          {r.not_interpretable && <p><strong>{t('own.notInterpretable')}</strong></p>}
          {OWN_PARTS.filter((part) => r.text[part].trim()).map((part) => (
            <div key={part} className={part === 'conclusion' ? 'own-conclusion' : undefined}>
              <h3>{t(`ownPart.${part}`)}</h3>
              <p className="own-text">{r.text[part]}</p>
            </div>
          ))}
          {r.opinions.map((one, i) => (
            <div key={i}>
              <h3>{t('own.opinionOf', { name: one.by ?? '' })}</h3>
              <p className="own-text">{[one.conclusion, one.results].filter(Boolean).join('\n\n')}</p>
            </div>
          ))}
          {r.signed_by && <p className="own-quiet">{t('own.signed', { name: r.signed_by, when: dayAndTime(r.signed_at_ms) })}</p>}
          <p className="own-quiet">{t('own.askDoctor')}</p>
          <Button component="a" href={ownPdf(act.id)} download="compte-rendu.pdf" leftSection={<Icon name="document" />}>{t('own.reportPdf')}</Button>
        </>
      )}</Loaded>
    </section>
  );
}

/* Why there is another version: since when, for what reason, and whether it changes something for the care. E29, E34 */
function Versions({ list }: { list: OwnVersion[] }) {
  const { t } = useTranslation();
  const said = (one: OwnVersion) => {
    if (one.kind === 'preliminary') return t('own.versionPreliminary', { when: dayAndTime(one.at_ms) });
    if (one.kind === 'final') return t(list[0]?.kind === 'preliminary' ? 'own.versionFinal' : 'own.versionFirst', { when: dayAndTime(one.at_ms) });
    return t(`own.version.${one.addendum ?? 'complement'}`, { when: dayAndTime(one.at_ms) });
  };
  return (
    <div className="own-versions" role="note" aria-label={t('own.versions')}>
      <ul>
        {list.map((one) => (
          <li key={one.at_ms}>
            {said(one)}
            {one.reason?.trim() && <> {t('own.versionReason', { reason: one.reason.trim() })}</>}
            {one.changes !== undefined && <> {one.changes === null ? t('own.versionSame') : <strong>{t('own.versionChanges', { what: one.changes })}</strong>}</>}
          </li>
        ))}
      </ul>
      <p className="own-quiet">{t('own.versionBelow')}</p>
    </div>
  );
}
