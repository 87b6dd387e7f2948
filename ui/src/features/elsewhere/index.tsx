/*
 * A patient's earlier exams in other archives: searched by the record's own traits, fetched, followed. E5, E15, E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import './elsewhere.css';
import { Alert, Badge, Button, Group, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '@/shared/api/requests/act';
import type { Act } from '@/shared/api/types';
import { dicomDay, dicomName } from '@/shared/format/dicom';
import { Empty, Loaded, PageHead, Refusal, Section } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { PatientLine } from '@/shared/ui/PatientLine';
import { Differences } from '@/shared/identity/Differences';
import { Fetches } from './Fetches';
import { type Answers, type Archive, type Found, type SearchBy, useArchives, useFetch, useFetches, useSearch, type Wanted } from './requests';

export function ElsewherePage({ actId }: { actId: number }) {
  const { t } = useTranslation();
  const act = useAct(actId);
  return (
    <Loaded query={act} rows={4}>
      {(data) => (
        <>
          <PageHead title={t('elsewhere.title')} text={t('elsewhere.text')}>
            <Button component={Link} to="/acts/$id" params={{ id: String(actId) } as never} variant="default">{t('import.back')}</Button>
          </PageHead>
          <PatientLine patient={data.patient} withIpp />
          <Stack mt="md">
            <Fetches act={data} />
            <Search act={data} />
          </Stack>
        </>
      )}
    </Loaded>
  );
}

function Search({ act }: { act: Act }) {
  const { t } = useTranslation();
  const archives = useArchives();
  return (
    <Section title={t('elsewhere.search')} icon="search">
      <Loaded query={archives} rows={2}>
        {(list) => (list.length ? <SearchForm act={act} archives={list} /> : <Empty icon="wifi" title={t('elsewhere.noArchive')} text={t('elsewhere.noArchiveText')} />)}
      </Loaded>
    </Section>
  );
}

const WAYS: SearchBy[] = ['traits', 'identifier', 'accession'];

function SearchForm({ act, archives }: { act: Act; archives: Archive[] }) {
  const { t } = useTranslation();
  const search = useSearch(act.patient.id);
  const [wanted, setWanted] = useState<Wanted>({ peer: archives[0]?.ae_title ?? '', by: 'traits', value: '', from: '', to: '', modality: '' });
  const set = (part: Partial<Wanted>) => setWanted((was) => ({ ...was, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    search.mutate({ ...wanted, value: wanted.value.trim() });
  };
  return (
    <>
      <form onSubmit={submit}>
        <SimpleGrid cols={{ base: 1, sm: 2, md: 4 }}>
          <Select label={t('elsewhere.archive')} value={wanted.peer} allowDeselect={false} onChange={(peer) => peer && set({ peer })} data={archives.map((one) => ({ value: one.ae_title, label: one.description || one.ae_title }))} />
          <Select label={t('elsewhere.by')} value={wanted.by} allowDeselect={false} onChange={(by) => by && set({ by: by as SearchBy })} data={WAYS.map((by) => ({ value: by, label: t(`elsewhereBy.${by}`) }))} />
          {wanted.by !== 'traits' && <TextInput label={t('elsewhere.value')} maxLength={64} required withAsterisk={false} value={wanted.value} onChange={(e) => set({ value: e.currentTarget.value })} />}
          <TextInput type="date" label={t('elsewhere.from')} value={wanted.from} onChange={(e) => set({ from: e.currentTarget.value })} />
        </SimpleGrid>
        <Group mt="sm"><Button type="submit" loading={search.isPending} leftSection={<Icon name="search" size={16} />}>{t('elsewhere.ask')}</Button></Group>
      </form>
      <Refusal error={search.error} />
      {search.data && <Results act={act} peer={search.variables.peer} answers={search.data} />}
    </>
  );
}

function Results({ act, peer, answers }: { act: Act; peer: string; answers: Answers }) {
  const { t } = useTranslation();
  return (
    <Stack mt="md" gap="xs">
      <Text size="sm" role="status">{t('elsewhere.found', { count: answers.studies.length })}</Text>
      {answers.withheld > 0 && <Alert className="offer" icon={<Icon name="info" />}>{t('elsewhere.withheld', { count: answers.withheld })}</Alert>}
      {answers.more && <Text size="sm" c="dimmed">{t('elsewhere.more')}</Text>}
      {answers.studies.map((one) => <Result key={one.study_uid} act={act} peer={peer} one={one} />)}
    </Stack>
  );
}

function Result({ act, peer, one }: { act: Act; peer: string; one: Found }) {
  const { t } = useTranslation();
  const fetch = useFetch(act.patient.id);
  const { data: list } = useFetches(act.patient.id);
  const known = list?.find((each) => each.study_uid === one.study_uid);
  const label = [dicomDay(one.date), one.modalities.replaceAll('\\', ', '), one.description].filter(Boolean).join(' · ');
  const under = known && ['waiting', 'running', 'differs'].includes(known.state);
  const whole = one.in_record || known?.state === 'done';
  return (
    <article className="elsewhere-study" aria-label={label} data-study={one.study_uid}>
      <Group justify="space-between">
        <Text fw={600}>{label || one.study_uid}</Text>
        {one.instances >= 0 && <Text size="sm" c="dimmed">{t('prior.images', { count: one.instances })}</Text>}
      </Group>
      <Text size="sm">{t('prior.carries', { who: [dicomName(one.patient.name), dicomDay(one.patient.birth_date)].filter(Boolean).join(', ') })}</Text>
      {one.differences.length > 0 && (
        <>
          <Text size="sm" fw={600} className="countdown-late">{t('elsewhere.differs')}</Text>
          <Differences list={one.differences} there={t('elsewhere.there')} />
        </>
      )}
      <Refusal error={fetch.error} />
      {whole
        ? <Badge mt="xs" variant="default" tt="none">{t('elsewhere.inRecord')}</Badge>
        : <Button mt="xs" size="xs" disabled={under} loading={fetch.isPending} onClick={() => fetch.mutate({ peer, study_uid: one.study_uid, act_id: act.id, label: label.slice(0, 100) })}>{t(under ? 'elsewhere.under' : 'elsewhere.fetch')}</Button>}
    </article>
  );
}
