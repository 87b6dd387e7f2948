/*
 * The report seen by an expert who does not write it: agreed to as it stands, or answered apart. T5, R.6316-1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Act } from '@/shared/api/types';
import { Prove } from '@/shared/sign/Prove';
import { Empty, Facts, MissingList } from '@/shared/ui/Blocks';
import type { Report } from './content';
import { Opinions } from './Opinions';
import { SignDialog } from './Sign';

export function OtherExpert({ act, report, personId }: { act: Act; report: Report; personId: number }) {
  const { t } = useTranslation();
  const own = act.steps.find((one) => one.step === 'give-opinion');
  const agree = act.steps.find((one) => one.step === 'agree-report');
  const [signing, setSigning] = useState(false);
  const { content } = report;
  const separate = act.facts.experts?.mode === 'separate';
  const answered = act.facts.opinions?.some((one) => one.by.id === personId);
  return (
    <Stack gap="md">
      <Text size="sm">{t(separate ? 'report.gathers' : 'report.writtenBy', { name: act.facts.reading?.by.name ?? '' })}</Text>
      {report.status === 'none' ? !separate && <Empty icon="document" title={t('report.none')} text={t('report.noneText')} /> : (
        <div lang="fr">
          <Facts columns={1} items={[
            [t('report.part.indication'), content.indication], [t('report.part.comparison'), content.comparison], [t('report.part.results'), content.results],
            [t('report.part.conclusion'), content.conclusion && <strong>{content.conclusion}</strong>], [t('report.part.follow_up'), content.follow_up],
          ]} />
        </div>
      )}
      {agree && !separate && (
        <Stack gap="xs" align="flex-start">
          <Button data-step="agree-report" disabled={report.status === 'none' || agree.missing.some((one) => one.code !== 'proof')} onClick={() => setSigning(true)}>{t('report.agree')}</Button>
          <MissingList missing={agree.missing.filter((one) => one.code !== 'proof')} />
        </Stack>
      )}
      {signing && <SignDialog act={act} report={report} step="agree-report" onClose={() => setSigning(false)} onSigned={() => setSigning(false)} />}
      {separate && (answered ? <Opinions act={act} of={personId} /> : own && <OwnOpinion act={act} />)}
    </Stack>
  );
}

const hex = (bytes: ArrayBuffer) => [...new Uint8Array(bytes)].map((one) => one.toString(16).padStart(2, '0')).join('');

/* What is typed stays on this machine until it is signed. */
function OwnOpinion({ act }: { act: Act }) {
  const { t } = useTranslation();
  const key = `opinion-${act.id}`;
  const [words, setWords] = useState<{ results: string; conclusion: string }>(() => JSON.parse(sessionStorage.getItem(key) ?? '{"results":"","conclusion":""}') as { results: string; conclusion: string });
  const [sha256, setSha256] = useState('');
  const offer = act.steps.find((one) => one.step === 'give-opinion');
  useEffect(() => sessionStorage.setItem(key, JSON.stringify(words)), [key, words]);
  const sent = { results: words.results.trim(), conclusion: words.conclusion.trim() };
  const sign = async () => setSha256(hex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${sent.results}\n${sent.conclusion}`))));
  const done = () => {
    sessionStorage.removeItem(key);
    setSha256('');
  };
  return (
    <Stack gap="sm">
      <Text fw={650}>{t('opinion.writeMine')}</Text>
      <Textarea className="report-text" label={t('report.part.results')} autosize minRows={5} lang="fr" spellCheck value={words.results} onChange={(e) => setWords({ ...words, results: e.currentTarget.value })} />
      <Textarea className="report-text" label={t('report.part.conclusion')} autosize minRows={2} lang="fr" spellCheck value={words.conclusion} onChange={(e) => setWords({ ...words, conclusion: e.currentTarget.value })} />
      <MissingList missing={offer?.missing ?? []} />
      <Button data-step="give-opinion" disabled={!offer?.allowed || !sent.results || !sent.conclusion} onClick={() => void sign()}>{t('opinion.sign')}</Button>
      <Modal opened={sha256 !== ''} onClose={() => setSha256('')} title={t('opinion.sign')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <Stack gap="sm">
          <Text size="sm" className="quoted sign-words" lang="fr">{sent.conclusion}</Text>
          {sha256 && <Prove actId={act.id} step="give-opinion" data={{ ...sent, sha256 }} onDone={done} />}
        </Stack>
      </Modal>
    </Stack>
  );
}
