/*
 * Signing: what is signed (version, digest, conclusion), then a fresh proof made for exactly this. E16 E29, and the agreement of another expert, T5.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Code, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Act } from '@/shared/api/types';
import { Prove } from '@/shared/sign/Prove';
import { PatientLine } from '@/shared/ui/PatientLine';
import { type Report, shortDigest } from './content';
import { SeenImages } from './Seen';

export function SignDialog({ act, report, onClose, onSigned, step = 'sign' }: { act: Act; report: Report; onClose: () => void; onSigned: () => void; step?: 'sign' | 'agree-report' | 'sign-preliminary' | 'sign-addendum' }) {
  const { t } = useTranslation();
  const [pending, setPending] = useState(false);
  const note = act.facts.outcome === 'not-interpretable';
  const sha256 = step === 'sign-preliminary' ? report.sha256_preliminary : report.sha256;
  const title = step === 'sign-preliminary' ? 'report.sign.titlePreliminary' : step === 'sign-addendum' ? 'report.sign.titleAddendum' : step === 'agree-report' ? 'report.agree.title' : note ? 'report.sign.titleNote' : 'report.sign.title';
  return (
    <Modal opened onClose={onClose} title={t(title)} closeButtonProps={{ 'aria-label': t('common.close') }} closeOnClickOutside={!pending}>
      <Stack gap="sm">
        <PatientLine patient={act.patient} withIpp />
        <div>
          <Text size="xs" c="dimmed">{t('report.part.conclusion')}</Text>
          <Text size="sm" className="quoted sign-words" lang="fr">{note ? act.facts.not_interpretable?.reason : report.content.conclusion}</Text>
        </div>
        <Text size="sm">
          {t('report.sign.what', { revision: report.revision })} <Code title={sha256} className="num" data-digest={sha256}>{shortDigest(sha256)}</Code>
        </Text>
        {(step === 'sign' || step === 'sign-preliminary') && <SeenImages study={act.images.study_uid} />}
        {step === 'sign' && <Text size="xs" c="dimmed">{t('report.sign.final')}</Text>}
        {step === 'sign-preliminary' && <Text size="xs" c="dimmed">{t('report.sign.preliminaryText')}</Text>}
        {step === 'sign-addendum' && <Text size="xs" c="dimmed">{t('report.sign.addendumText')}</Text>}
        <Prove actId={act.id} step={step} data={{ revision: report.revision, sha256 }} onDone={onSigned} onPending={setPending} />
      </Stack>
    </Modal>
  );
}
