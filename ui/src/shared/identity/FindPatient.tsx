/*
 * Finding a patient: date of birth first, then letters of a name; only after that a new one may be made. E15
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePatientSearch } from '../api/requests/patients';
import type { Patient } from '../api/types';
import { IdentityBadge } from '../ui/Badges';
import { Empty, Loaded, Section } from '../ui/Blocks';
import { Icon } from '../ui/Icon';
import { PatientLine } from '../ui/PatientLine';
import { BirthInput, type Known } from './BirthInput';
import { PatientForm } from './PatientForm';

export function FindPatient({ organisationId, onFound, choose }: { organisationId: number; onFound: (patient: Patient) => void; choose?: string }) {
  const { t } = useTranslation();
  const [birth, setBirth] = useState<string | null>(null);
  const [known, setKnown] = useState<Known>('day');
  const [letters, setLetters] = useState('');
  const [making, setMaking] = useState('');
  const [name] = useDebouncedValue(letters.trim(), 250);
  const found = usePatientSearch(birth, name);
  if (making) return <PatientForm birthDate={birth} known={known} letters={name} search={making} organisationId={organisationId} onDone={onFound} onCancel={() => setMaking('')} />;
  return (
    <Section title={t('request.findPatient')} icon="search" tone="work">
      <Stack>
        <Group align="flex-start">
          <BirthInput label={t('field.birth_date')} value={birth} onChange={(iso, how) => { setBirth(iso); setKnown(how); }} autoFocus />
          <TextInput label={t('request.letters')} description={t('request.lettersHint')} inputWrapperOrder={['label', 'input', 'description', 'error']} value={letters} maxLength={3}
            onChange={(e) => setLetters(e.currentTarget.value)} w={270} disabled={birth === null} />
        </Group>
        {birth === null || name === '' ? <Text size="sm" c="dimmed">{t('request.birthFirst')}</Text> : (
          <Loaded query={found} rows={2}>
            {({ patients, search }) => (
              <>
                {patients.length === 0 && <Empty icon="person" title={t('request.noPatient')} text={t('request.noPatientText')} />}
                <ul className="check-list">
                  {patients.map((one) => (
                    <li key={one.id} className="person-row">
                      <Group><PatientLine patient={one} withIpp /><IdentityBadge patient={one} /></Group>
                      <Button size="sm" onClick={() => onFound(one)}>{choose ?? t('request.thisPatient')}</Button>
                    </li>
                  ))}
                </ul>
                <Button variant="default" leftSection={<Icon name="plus" />} onClick={() => setMaking(search)} w="fit-content">{t('request.newPatient')}</Button>
              </>
            )}
          </Loaded>
        )}
      </Stack>
    </Section>
  );
}
