/*
 * One preparation sheet: its text in both languages, how it came into force, what changed from the version before. E19, E11, E3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, SegmentedControl, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type SheetVersion, useChangeSheet, useSheet } from '@/shared/api/requests/preparation';
import { useText } from '@/shared/i18n/useText';
import { Facts, Loaded, Section } from '@/shared/ui/Blocks';
import { SHEET_PARTS, sheetDifferences } from './content';
import { SheetEditor } from './SheetEditor';
import { Turn } from './Turns';
import { Changes, VersionFrame } from './VersionFrame';
import { useSheetFor } from './Words';

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
    <VersionFrame version={p} versions={versions} name={name} back={{ to: '/preparations', text: t('sheets.back') }} to={to} how={how} close={() => setHow(null)}
      content={<>
        <Section title={t('sheets.content')} icon="document" aside={<SegmentedControl className="no-print" size="xs" value={lang} onChange={(value) => setLang(value === 'en' ? 'en' : 'fr')} aria-label={t('field.language')} data={['fr', 'en'].map((value) => ({ value, label: text('language', value) }))} />}>
          <Facts items={[[t('protocols.modality'), text('modality', p.modality)], [t('protocols.where'), p.site ?? t('protocols.everySite')], [t('sheets.for'), sheetFor(p)]]} />
          <div lang={lang}>
            <Text fw={600} mt="sm">{p.content[lang].title}</Text>
            {SHEET_PARTS.map((part) => !!p.content[lang][part]?.length && <div key={part}><Text size="sm" fw={600} mt={8}>{t(`sheet.${part}`, { lng: lang })}</Text><ul className="gaps">{p.content[lang][part]?.map((line) => <li key={line}>{line}</li>)}</ul></div>)}
          </div>
        </Section>
        {previous && (
          <Section title={t('protocols.differences', { version: previous.version })} icon="history">
            <Changes list={sheetDifferences(previous, p).map((one) => ({ key: `${one.lang} ${one.what}`, what: [t(`sheets.part.${one.what}`), one.lang && t(`language.${one.lang}`)].filter(Boolean).join(' · '), before: one.before, after: one.after }))} />
          </Section>
        )}
      </>}
      actions={(p.inside || p.approves) && <>
        {p.mine && p.state === 'draft' && <><Turn {...turn} how="submit" /><Button size="sm" variant="default" onClick={() => setHow('draft')}>{t('common.edit')}</Button></>}
        {p.approves && p.state === 'submitted' && <Turn {...turn} how="approve" />}
        {p.state === 'submitted' && <Turn {...turn} how="return" quiet />}
        {p.mine && !open && !drafted && <Button size="sm" variant="default" onClick={() => setHow('version')}>{t('protocols.nextVersion')}</Button>}
        {p.inside && <Turn {...turn} how="retire" quiet />}
      </>}
      editor={how && <SheetEditor from={p} how={how} onDone={(id) => { setHow(null); to(id); }} onCancel={() => setHow(null)} />} />
  );
}
