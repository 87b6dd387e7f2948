/*
 * One protocol: the version that is looked at, how it came into force, what changed, who has signed it. E19, E11, O6.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Acceptance, type ProtocolVersion, useChangeProtocol, useProtocol, type WholeProtocol } from '@/shared/api/requests/protocols';
import { birthDate, dayAndTime } from '@/shared/format/dates';
import { Loaded, Refusal, Section } from '@/shared/ui/Blocks';
import { differences } from './content';
import { Editor, type How } from './Editor';
import { Turn } from './Turns';
import { Changes, VersionFrame } from './VersionFrame';
import { ProtocolWords } from './Words';

export function ProtocolPage({ id }: { id: number }) {
  return <Loaded query={useProtocol(id)}>{(whole) => <One key={whole.protocol.id} whole={whole} />}</Loaded>;
}

function One({ whole }: { whole: WholeProtocol }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [how, setHow] = useState<How | null>(null);
  const { protocol: p, versions } = whole;
  const open = p.state === 'draft' || p.state === 'submitted';
  const drafted = versions.some((one) => one.state === 'draft' || one.state === 'submitted');
  const previous = versions.find((one) => one.version < p.version);
  const change = useChangeProtocol();
  const turn = { version: p, name: p.name, change };
  const to = (id: number) => void navigate({ to: '/protocols/$id', params: { id: String(id) } as never });
  return (
    <VersionFrame version={p} versions={versions} name={p.name} back={{ to: '/protocols', text: t('protocols.back') }} to={to} how={how} close={() => setHow(null)}
      content={<>
        <Section title={t('protocols.content')} icon="document"><ProtocolWords protocol={p} /></Section>
        {previous && (
          <Section title={t('protocols.differences', { version: previous.version })} icon="history">
            <Changes list={differences(previous, p).map((one) => ({ key: one.what, what: t(`protocols.part.${one.what}`), before: one.before, after: one.after }))} />
          </Section>
        )}
        <Signed protocol={p} acceptance={whole.acceptance} />
      </>}
      actions={(p.inside || p.physicist || p.approves) && <>
        {p.mine && p.state === 'draft' && <><Turn {...turn} how="submit" /><Button size="sm" variant="default" onClick={() => setHow('draft')}>{t('common.edit')}</Button></>}
        {p.physicist && p.state === 'submitted' && <Turn {...turn} how="opinion" quiet={!!p.review.opinion} />}
        {p.approves && p.state === 'submitted' && <Turn {...turn} how="approve" />}
        {(p.inside || p.approves) && p.state === 'submitted' && <Turn {...turn} how="return" quiet />}
        {p.mine && !open && !drafted && <Button size="sm" variant="default" onClick={() => setHow('version')}>{t('protocols.nextVersion')}</Button>}
        {p.mine && !open && <Button size="sm" variant="default" onClick={() => setHow('variant')}>{t('protocols.childVariant')}</Button>}
        {p.inside && <Turn {...turn} how="retire" quiet />}
      </>}
      hint={p.state === 'submitted' && p.asks_physicist && !p.review.opinion && <Text size="sm" mt="sm">{t('protocols.waitsPhysicist')}</Text>}
      editor={how && <Editor from={p} how={how} onDone={(id) => { setHow(null); to(id); }} onCancel={() => setHow(null)} />} />
  );
}

/* Who of the site has read and signed it, and whom an imager has checked: the staff's own record. O6 */
function Signed({ protocol: p, acceptance }: { protocol: ProtocolVersion; acceptance: Acceptance[] }) {
  const { t } = useTranslation();
  const change = useChangeProtocol();
  if (!acceptance.length || p.state === 'draft' || p.state === 'submitted') return null;
  return (
    <Section title={t('protocols.signed')} icon="people">
      <Stack gap="md">
        {acceptance.map((site) => (
          <div key={site.organisation_id}>
            <Group justify="space-between" gap="xs">
              <Text fw={600} size="sm">{site.name} {site.procedure_id !== null && <Text span size="sm" c="dimmed" className="num">{t('protocols.signedOf', { signed: site.people.filter((one) => one.signed_at_ms).length, of: site.people.length })}</Text>}</Text>
              {p.mine && p.state === 'in-force' && <Button className="no-print" size="compact-sm" variant="default" loading={change.isPending && change.variables.body?.organisation_id === site.organisation_id} onClick={() => change.mutate({ id: p.id, how: 'publish', body: { organisation_id: site.organisation_id } })}>{t(site.procedure_id === null ? 'protocols.giveToSign' : 'protocols.giveAgain')}</Button>}
            </Group>
            {site.procedure_id === null ? <Text size="sm" c="dimmed">{t('protocols.notGiven')}</Text> : (
              <Table className="protocol-people" mt={4}>
                <Table.Thead><Table.Tr><Table.Th>{t('role.technologist')}</Table.Th><Table.Th>{t('protocols.hasSigned')}</Table.Th><Table.Th>{t('protocols.hasChecked')}</Table.Th></Table.Tr></Table.Thead>
                <Table.Tbody>
                  {site.people.map((one) => (
                    <Table.Tr key={one.id}>
                      <Table.Th scope="row">{p.mine ? <Link to="/staff/people/$id" params={{ id: String(one.id) } as never}>{one.name}</Link> : one.name}</Table.Th>
                      <Table.Td>{one.signed_at_ms ? dayAndTime(one.signed_at_ms) : t('protocols.notSigned')}</Table.Td>
                      <Table.Td>{one.checked_on ? [birthDate(one.checked_on), one.checked_by, one.result && t(`protocols.result.${one.result}`), one.until && t('protocols.until', { day: birthDate(one.until) })].filter(Boolean).join(' · ') : t('protocols.notChecked')}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            )}
          </div>
        ))}
        <Refusal error={change.error} />
        {p.mine && <Text size="xs" c="dimmed" className="no-print">{t('protocols.checkHint')}</Text>}
      </Stack>
    </Section>
  );
}
