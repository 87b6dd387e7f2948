/*
 * Conventions being drafted and signed: what is missing, who has signed, the next version. S3
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Badge, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOrganisations } from '@/shared/api/requests/organisations';
import { type Paper, usePapers, useNewPaper, useSignPaper } from '@/shared/api/requests/papers';
import { dayAndTime } from '@/shared/format/dates';
import { colon } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';
import { SecondFactor } from '@/shared/sign/SecondFactor';
import { Loaded, MissingList, Refusal, Section } from '@/shared/ui/Blocks';
import { PaperEditor } from './PaperEditor';

export function Papers({ responsible }: { responsible: boolean }) {
  const { t } = useTranslation();
  const papers = usePapers();
  const create = useNewPaper();
  const [editing, setEditing] = useState<number | null>(null);
  return (
    <Loaded query={papers}>
      {(list) => (list.length || responsible ? (
        <Section title={t('paper.title')} icon="document" aside={responsible && <Button size="xs" variant="default" loading={create.isPending} onClick={() => create.mutate(undefined)}>{t('paper.new')}</Button>}>
          <Refusal error={create.error} />
          <Stack>
            {list.map((paper) => (
              <PaperLine key={paper.id} paper={paper} onEdit={() => setEditing(paper.id)} />
            ))}
          </Stack>
          {list.filter((paper) => paper.id === editing).map((paper) => <PaperEditor key={paper.id} paper={paper} onClose={() => setEditing(null)} />)}
        </Section>
      ) : null)}
    </Loaded>
  );
}

function PaperLine({ paper, onEdit }: { paper: Paper; onEdit: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const organisations = useOrganisations().data ?? [];
  const [signing, setSigning] = useState<number | null>(null);
  const nameOf = (id: number) => organisations.find((one) => one.id === id)?.name ?? String(id);
  const parties = (paper.convention?.parties ?? []).filter((one, n, all) => all.findIndex((other) => other.id === one.id) === n);
  return (
    <div data-paper={paper.id}>
      <Group gap="xs">
        <Text fw={600}>{paper.content.title || t('paper.untitled')}</Text>
        <Text size="sm" c="dimmed" className="num">{paper.content.number}{paper.convention ? ` · v${paper.convention.version}` : ''}</Text>
        <Badge size="sm" tt="none" className={`tone tone-${paper.state === 'in-force' ? 'good' : paper.state === 'expired' ? 'quiet' : 'wait'}`}>{t(`paper.state.${paper.state}`)}</Badge>
      </Group>
      {parties.map((one) => (
        <Text key={one.id} size="sm">{one.name}{colon()}{one.signed_at_ms ? t('paper.signed', { name: one.signed_by, time: dayAndTime(one.signed_at_ms) }) : t('paper.unsigned')}</Text>
      ))}
      {paper.content.documents.map((one) => (
        <Text key={one.id} size="sm"><a href={`/api/convention-documents/${one.id}`} target="_blank" rel="noreferrer">{one.title}</a> · {text('paper.doc', one.kind)}</Text>
      ))}
      {paper.state === 'draft' && !!paper.missing.length && <><Text size="sm">{t('paper.missing')}</Text><MissingList missing={paper.missing} /></>}
      <Group gap="xs" mt="xs">
        {paper.may_edit && <Button size="xs" variant="default" onClick={onEdit}>{t('paper.edit')}</Button>}
        {!paper.missing.length && paper.may_sign.map((id) => <Button key={id} size="xs" onClick={() => setSigning(id)}>{t('paper.sign', { name: nameOf(id) })}</Button>)}
      </Group>
      {signing !== null && <SignPaper paper={paper} organisation={signing} name={nameOf(signing)} onClose={() => setSigning(null)} />}
    </div>
  );
}

function SignPaper({ paper, organisation, name, onClose }: { paper: Paper; organisation: number; name: string; onClose: () => void }) {
  const { t } = useTranslation();
  const sign = useSignPaper();
  return (
    <Modal opened onClose={onClose} title={t('paper.signTitle')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Stack gap="sm">
        <Text size="sm" fw={600}>{paper.content.title} · {name}</Text>
        <Text size="sm">{t('paper.signText')}</Text>
        <Text size="xs" c="dimmed" className="num">{paper.sha256.slice(0, 16)}…</Text>
        <SecondFactor what={{ purpose: 'sign-convention', id: paper.id, digest: paper.sha256 }} error={sign.error} pending={sign.isPending}
          sign={async (prove) => { await sign.mutateAsync({ paper, organisation, prove }); onClose(); }} />
      </Stack>
    </Modal>
  );
}
