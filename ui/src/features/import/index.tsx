/*
 * Bringing a patient's earlier exams from a disc or a folder: received, compared with the record, then attached or refused.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import './import.css';
import { Alert, Button, Group, List, Progress as Bar, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '@/shared/api/requests/act';
import type { Act } from '@/shared/api/types';
import { dayAndTime } from '@/shared/format/dates';
import { sizeText } from '@/shared/format/size';
import { Loaded, PageHead, Refusal, Section } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { PatientLine } from '@/shared/ui/PatientLine';
import { type Brought, chosen, dropped } from './files';
import { useBegin, useImport, useOpenImports } from './requests';
import { StudyDecision } from './Study';
import { NOTHING, type Progress, upload } from './upload';

export function ImportPage({ actId }: { actId: number }) {
  const { t } = useTranslation();
  const act = useAct(actId);
  return (
    <Loaded query={act} rows={4}>
      {(data) => (
        <>
          <PageHead title={t('import.title')} text={t('import.text')}>
            <Button component={Link} to="/acts/$id" params={{ id: String(actId) } as never} variant="default">{t('import.back')}</Button>
          </PageHead>
          <PatientLine patient={data.patient} withIpp />
          <ImportSteps act={data} />
        </>
      )}
    </Loaded>
  );
}

function ImportSteps({ act }: { act: Act }) {
  const [id, setId] = useState<number | null>(null);
  return id === null ? <Begin act={act} onBegun={setId} /> : <Receive id={id} />;
}

function Begin({ act, onBegun }: { act: Act; onBegun: (id: number) => void }) {
  const { t } = useTranslation();
  const [origin, setOrigin] = useState('');
  const open = useOpenImports(act.patient.id);
  const begin = useBegin();
  const start = () => begin.mutate({ patient_id: act.patient.id, act_id: act.id, origin: origin.trim() }, { onSuccess: (made) => onBegun(made.id) });
  return (
    <Stack mt="md" maw={620}>
      {open.data?.map((one) => (
        <Button key={one.id} variant="default" leftSection={<Icon name="history" size={16} />} onClick={() => onBegun(one.id)}>
          {t('import.resume', { when: dayAndTime(one.created_at_ms), origin: one.origin })}
        </Button>
      ))}
      <TextInput label={t('import.origin')} description={t('import.originHint')} required maxLength={120} value={origin} onChange={(e) => setOrigin(e.currentTarget.value)} />
      <Refusal error={begin.error} />
      <Group><Button onClick={start} disabled={!origin.trim()} loading={begin.isPending}>{t('import.begin')}</Button></Group>
    </Stack>
  );
}

function Receive({ id }: { id: number }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const state = useImport(id);
  const [progress, setProgress] = useState<Progress>(NOTHING);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const stopped = useRef(false);
  useEffect(() => {
    stopped.current = false;
    return () => void (stopped.current = true);
  }, []);

  const take = (list: () => Promise<Brought[]>) => {
    if (busy) return;
    setBusy(true);
    setError(null);
    setProgress(NOTHING);
    list()
      .then((brought) => upload(id, brought, setProgress, () => stopped.current))
      .catch(setError)
      .finally(() => {
        setBusy(false);
        void client.invalidateQueries({ queryKey: ['import', id] });
      });
  };
  return (
    <Stack mt="md">
      <DropPlace busy={busy} take={take} />
      <ProgressLine progress={progress} busy={busy} />
      <Refusal error={error} />
      <Loaded query={state} rows={3}>
        {(data) => (
          <>
            {data.missing.length > 0 && !busy && <Alert icon={<Icon name="warning" />} role="status">{t('import.missing', { count: data.counts.announced ?? data.missing.length })}</Alert>}
            <Skipped paths={[...new Set([...progress.skipped, ...data.skipped.filter((one) => one.why !== 'directory').map((one) => one.path)])]} />
            {data.studies.length > 0 && (
              <Section title={t('import.studies')} icon="images">
                <Stack>{data.studies.map((one) => <StudyDecision key={`${one.study_uid} ${one.patient.name}`} importId={id} study={one} busy={busy} />)}</Stack>
              </Section>
            )}
          </>
        )}
      </Loaded>
    </Stack>
  );
}

function DropPlace({ busy, take }: { busy: boolean; take: (list: () => Promise<Brought[]>) => void }) {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const folder = useRef<HTMLInputElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(dropped(event.dataTransfer.items));
  };
  const pick = (input: HTMLInputElement) => {
    if (input.files?.length) {
      const list = chosen(input.files);
      take(() => list);
    }
    input.value = '';
  };
  return (
    <div className="drop-place" data-over={over} onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop} data-testid="drop">
      <Icon name="images" size={32} />
      <Text fw={600}>{t('import.drop')}</Text>
      <Group justify="center">
        <Button variant="default" disabled={busy} onClick={() => folder.current?.click()}>{t('import.chooseFolder')}</Button>
        <Button variant="default" disabled={busy} onClick={() => files.current?.click()}>{t('import.chooseFiles')}</Button>
      </Group>
      <Text size="sm" c="dimmed">{t('import.again')}</Text>
      <input ref={folder} type="file" hidden multiple {...{ webkitdirectory: '' }} aria-label={t('import.chooseFolder')} data-testid="folder" onChange={(e) => pick(e.currentTarget)} />
      <input ref={files} type="file" hidden multiple aria-label={t('import.chooseFiles')} data-testid="files" onChange={(e) => pick(e.currentTarget)} />
    </div>
  );
}

function ProgressLine({ progress, busy }: { progress: Progress; busy: boolean }) {
  const { t } = useTranslation();
  if (!busy && !progress.total) return null;
  const percent = progress.bytes ? (progress.bytesDone / progress.bytes) * 100 : 0;
  return (
    <div>
      <Bar value={progress.finished ? 100 : percent} size="lg" aria-label={t('import.progress')} />
      <Text size="sm" mt={4} role="status">
        {progress.total ? t('import.done', { done: progress.done, total: progress.total, size: sizeText(progress.bytesDone), sizeTotal: sizeText(progress.bytes) }) : t('import.reading')}
        {progress.known > 0 && ` ${t('import.known', { count: progress.known })}`}
        {progress.finished && ` ${t('import.finished')}`}
      </Text>
      {progress.waiting && <Text size="sm" role="alert" className="countdown-soon">{t('import.waiting')}</Text>}
    </div>
  );
}

const SHOWN = 50;
function Skipped({ paths }: { paths: string[] }) {
  const { t } = useTranslation();
  if (!paths.length) return null;
  return (
    <details>
      <summary>{t('import.skipped', { count: paths.length })}</summary>
      <List size="sm" mt={4}>{paths.slice(0, SHOWN).map((path) => <List.Item key={path}>{path}</List.Item>)}</List>
    </details>
  );
}
