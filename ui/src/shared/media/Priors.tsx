/*
 * Earlier exams that came on a medium, with the identity they carry; and the way to bring more. E5, E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMe } from '../api/requests/me';
import { type Prior, usePriors } from '../api/requests/priors';
import type { Act } from '../api/types';
import { whoText } from '../format/people';
import { dicomDay, dicomName } from '../format/dicom';
import { Loaded, Section } from '../ui/Blocks';

/* Images that are not here yet: from another archive, or a medium; for who may. */
export function BringExams({ act }: { act: Act }) {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const may = me?.permissions.some((one) => one === 'store' || one === 'identify'), asks = me?.permissions.includes('fetch');
  if (!may && !asks) return null;
  return (
    <Group gap="xs">
      {asks && <Button component={Link} to="/acts/$id/elsewhere" params={{ id: String(act.id) } as never} size="xs" variant="default">{t('elsewhere.open')}</Button>}
      {may && <Button component={Link} to="/acts/$id/import" params={{ id: String(act.id) } as never} size="xs" variant="default">{t('prior.import')}</Button>}
    </Group>
  );
}

export function Priors({ act }: { act: Act }) {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const priors = usePriors(act.patient.id);
  const may = me?.permissions.some((one) => one === 'store' || one === 'identify');
  const asks = me?.permissions.includes('fetch');
  if (!may && !asks && !priors.data?.length) return null;
  return (
    <Section title={t('prior.title')} icon="history"
      aside={<BringExams act={act} />}>
      <Loaded query={priors} rows={1}>
        {(list) => (list.length
          ? <Stack gap="sm">{list.map((one) => <OnePrior key={one.study_uid} prior={one} actId={act.id} sees={!!me?.permissions.includes('view')} />)}</Stack>
          : <Text size="sm" c="dimmed">{t('prior.none')}</Text>)}
      </Loaded>
    </Section>
  );
}

function OnePrior({ prior, actId, sees }: { prior: Prior; actId: number; sees: boolean }) {
  const { t } = useTranslation();
  return (
    <div>
      <Text size="sm" fw={600}>{[dicomDay(prior.date), prior.modalities.replaceAll('\\', ', '), prior.description].filter(Boolean).join(' · ')}</Text>
      <Text size="sm" c="dimmed">{t('prior.images', { count: prior.instances })} · {prior.origin}</Text>
      <Text size="sm">{t('prior.carries', { who: [dicomName(prior.dicom_name), dicomDay(prior.dicom_birth)].filter(Boolean).join(', ') })}</Text>
      {prior.differences.length > 0 && <Text size="sm" className="countdown-soon">{t('prior.differs', { who: whoText(t, prior.decided_by, prior.decided_by_name), reason: prior.reason })}</Text>}
      {sees && <Button component={Link} to="/acts/$id/priors/$uid" params={{ id: String(actId), uid: prior.study_uid } as never} size="xs" variant="default" mt={4} aria-label={t('prior.openThis', { when: dicomDay(prior.date) })}>{t('prior.open')}</Button>}
    </div>
  );
}
