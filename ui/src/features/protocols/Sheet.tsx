/*
 * One preparation sheet: its text in both languages, how it came into force, what changed from the version before. E19, E11, E3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Button, Group, Modal, SegmentedControl, Stack, Text } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type SheetVersion, useChangeSheet, useSheet } from '@/shared/api/requests/preparation';
import { dayAndTime } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { Facts, Loaded, PageHead, Section } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { SHEET_PARTS, sheetDifferences } from './content';
import { SheetEditor } from './SheetEditor';
import { AnotherApproves, Turn, Versions, Way } from './Turns';
import { ProtocolState, useSheetFor } from './Words';

export function SheetPage({ id }: { id: number }) {
  return <Loaded query={useSheet(id)}>{(whole) => <One key={whole.preparation.id} sheet={whole.preparation} versions={whole.versions} />}</Loaded>;
}

function One({ sheet: p, versions }: { sheet: SheetVersion; versions: SheetVersion[] }) {
  const { t, i18n } = useTranslation();
  const text = useText();
  const navigate = useNavigate();
  const sheetFor = useSheetFor();
  const change = useChangeSheet();
  const [how, setHow] = useState<'draft' | 'version' | null>(null);
  const [lang, setLang] = useState<'fr' | 'en'>(i18n.language === 'en' ? 'en' : 'fr');
  const open = p.state === 'draft' || p.state === 'submitted';
  const drafted = versions.some((one) => one.state === 'draft' || one.state === 'submitted');
  const previous = versions.find((one) => one.version < p.version);
  const name = p.content[i18n.language === 'en' ? 'en' : 'fr'].title;
  const turn = { version: p, name, change, sheet: true };
  const to = (id: number) => void navigate({ to: '/preparations/$id', params: { id: String(id) } as never });
  return (
    <div className="protocol">
      <Link to="/preparations" className="protocol-back no-print"><Icon name="list" size={15} /> {t('sheets.back')}</Link>
      <PageHead title={`${name} · v${p.version}`} text={p.imaging}><Group gap="xs"><ProtocolState state={p.state} /><Button className="no-print" size="sm" variant="default" onClick={() => window.print()}>{t('protocols.print')}</Button></Group></PageHead>
      {p.review.returned && p.state === 'draft' && <Alert className="refusal" icon={<Icon name="warning" />} mb="md" title={t('protocols.returned', { name: p.review.returned.name, when: dayAndTime(p.review.returned.at_ms) })}>{p.review.returned.text}</Alert>}
      <div className="protocol-grid">
        <Stack gap="md">
          <Section title={t('sheets.content')} icon="document" aside={<SegmentedControl className="no-print" size="xs" value={lang} onChange={(value) => setLang(value === 'en' ? 'en' : 'fr')} aria-label={t('field.language')} data={['fr', 'en'].map((value) => ({ value, label: text('language', value) }))} />}>
            <Facts items={[[t('protocols.modality'), text('modality', p.modality)], [t('protocols.where'), p.site ?? t('protocols.everySite')], [t('sheets.for'), sheetFor(p)]]} />
            <div lang={lang}>
              <Text fw={600} mt="sm">{p.content[lang].title}</Text>
              {SHEET_PARTS.map((part) => !!p.content[lang][part]?.length && <div key={part}><Text size="sm" fw={600} mt={8}>{t(`sheet.${part}`, { lng: lang })}</Text><ul className="gaps">{p.content[lang][part]?.map((line) => <li key={line}>{line}</li>)}</ul></div>)}
            </div>
          </Section>
          {previous && <Section title={t('protocols.differences', { version: previous.version })} icon="history"><Differences before={previous} after={p} /></Section>}
        </Stack>
        <Stack gap="md">
          {p.inside && p.state !== 'withdrawn' && (
            <Section title={t('protocols.todo')} icon="check" tone="work">
              <Group gap="xs" className="no-print">
                {p.mine && p.state === 'draft' && <><Turn {...turn} how="submit" /><Button size="sm" variant="default" onClick={() => setHow('draft')}>{t('common.edit')}</Button></>}
                {p.approves && p.state === 'submitted' && <Turn {...turn} how="approve" />}
                {p.state === 'submitted' && <Turn {...turn} how="return" quiet />}
                {p.mine && !open && !drafted && <Button size="sm" variant="default" onClick={() => setHow('version')}>{t('protocols.nextVersion')}</Button>}
                <Turn {...turn} how="retire" quiet />
              </Group>
              <AnotherApproves version={p} />
            </Section>
          )}
          <Section title={t('protocols.way')} icon="history"><Way version={p} /></Section>
          <Versions versions={versions} current={p.id} to={to} />
        </Stack>
      </div>
      <Modal size="xl" opened={how !== null} onClose={() => setHow(null)} title={how ? t(`protocols.how.${how}`) : ''} closeButtonProps={{ 'aria-label': t('common.close') }}>
        {how && <SheetEditor from={p} how={how} onDone={(id) => { setHow(null); to(id); }} onCancel={() => setHow(null)} />}
      </Modal>
    </div>
  );
}

function Differences({ before, after }: { before: SheetVersion; after: SheetVersion }) {
  const { t } = useTranslation();
  const list = sheetDifferences(before, after);
  if (!list.length) return <Text size="sm" c="dimmed">{t('protocols.same')}</Text>;
  return (
    <ul className="protocol-changes">
      {list.map((one) => (
        <li key={`${one.lang} ${one.what}`}>
          <Text size="xs" c="dimmed">{[t(`sheets.part.${one.what}`), one.lang && t(`language.${one.lang}`)].filter(Boolean).join(' · ')}</Text>
          <del>{one.before || '—'}</del> <ins>{one.after || '—'}</ins>
        </li>
      ))}
    </ul>
  );
}
