/*
 * Two identities side by side, trait by trait, and the decision that the rules ask for: same person, namesakes, or a doubt. E15
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Homonyms } from '../api/requests/createPatient';
import type { Patient } from '../api/types';
import { bare, bornText } from '../format/people';
import { IdentityBadge } from '../ui/Badges';
import { Icon } from '../ui/Icon';

export type Typed = Pick<Patient, 'birth_name' | 'first_given' | 'birth_date' | 'sex' | 'birth_known'> & Partial<Pick<Patient, 'given_names' | 'used_name' | 'birth_place_code' | 'birth_place_name' | 'phone'>>;
const TRAITS = ['birth_name', 'first_given', 'given_names', 'used_name', 'birth_date', 'sex', 'birth_place_code', 'birth_place_name', 'phone'] as const;

export function Compared({ typed, other, typedLabel, otherLabel }: { typed: Typed; other: Patient; typedLabel: string; otherLabel: string }) {
  const { t } = useTranslation();
  const shown = (one: Typed, trait: (typeof TRAITS)[number]) => (trait === 'sex' ? t(`sex.${one.sex}`) : trait === 'birth_date' ? bornText(t, one) : one[trait] || '');
  const rows = TRAITS.map((trait) => ({ trait, mine: shown(typed, trait), theirs: shown(other, trait) })).filter((row) => row.mine || row.theirs);
  return (
    <table className="compared">
      <thead><tr><th scope="col">{t('alike.trait')}</th><th scope="col">{typedLabel}</th><th scope="col">{otherLabel}</th></tr></thead>
      <tbody>
        {rows.map(({ trait, mine, theirs }) => {
          const differs = !!mine && !!theirs && bare(mine) !== bare(theirs);
          return (
            <tr key={trait} data-differs={differs}>
              <th scope="row">{t(`trait.${trait}`)}</th>
              <td>{mine || '—'}</td>
              <td>{theirs || '—'}{differs && <span className="differs"> <Icon name="warning" size={13} /> {t('alike.differs')}</span>}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

export function Decide({ typed, found, busy, onSame, onDecision }: {
  typed: Typed; found: Homonyms; busy: boolean; onSame: (patient: Patient) => void; onDecision: (decision: 'homonym' | 'doubtful') => void;
}) {
  const { t } = useTranslation();
  return (
    <section className="decide" role="alert" aria-label={t('alike.title')}>
      <Stack gap="sm">
        <Group gap={8} wrap="nowrap"><Icon name="warning" /><Text fw={650}>{t('alike.title')}</Text></Group>
        {found.seen.map((one) => (
          <div key={one.id}>
            <Group gap={6} mb={4}><Text size="sm" fw={600} className="num">{t('patient.ipp')} {one.ipp}</Text><IdentityBadge patient={one} /></Group>
            <Compared typed={typed} other={one} typedLabel={t('alike.typed')} otherLabel={t('alike.known')} />
            <Button mt={6} size="sm" variant="default" onClick={() => onSame(one)} loading={busy}>{t('alike.same')}</Button>
          </div>
        ))}
        {found.elsewhere > 0 && <Text size="sm">{t('request.alikeElsewhere', { count: found.elsewhere })}</Text>}
        <Text size="sm" fw={600}>{t('alike.decide')}</Text>
        <div>
          <Button size="sm" variant="default" onClick={() => onDecision('homonym')} loading={busy}>{t('alike.homonym')}</Button>
          <Text size="sm" mt={2}>{t('alike.homonymHint')}</Text>
        </div>
        <div>
          <Button size="sm" variant="default" onClick={() => onDecision('doubtful')} loading={busy}>{t('alike.doubtful')}</Button>
          <Text size="sm" mt={2}>{t('alike.doubtfulHint')}</Text>
        </div>
      </Stack>
    </section>
  );
}
