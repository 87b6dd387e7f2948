/*
 * Room of the archive: the disk, the whole store and each site, what they keep and may keep, who set which limit. E30
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Badge, Button, Modal, NumberInput, Progress, Stack, Table, Text, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/shared/api/requests/me';
import { type LimitChange, type Place, useQuotas, useSetQuota } from '@/shared/api/requests/quotas';
import { dayAndTime } from '@/shared/format/dates';
import { whoText } from '@/shared/format/people';
import { sizeText } from '@/shared/format/size';
import { colon, percent } from '@/shared/format/typography';
import { Facts, Loaded, PageHead, Refusal, Section } from '@/shared/ui/Blocks';
import { Lines } from '@/shared/ui/Lines';
import { Listed } from '@/shared/ui/Listed';

const GB = 1e9;
const CHANGES_MOST = 100; // that the server lists
const TONES = { none: 'calm', ok: 'good', warned: 'wait', full: 'stop' } as const;
const BARS = { none: 'gray', ok: 'teal', warned: 'orange', full: 'red' } as const;

export function StoragePage() {
  const { t } = useTranslation();
  const quotas = useQuotas();
  const me = useMe();
  const may = (me.data?.memberships ?? []).some((one) => one.roles.includes('pacs-admin')); // only hides what would be refused
  const [asked, setAsked] = useState<{ place: Place; whole: boolean } | null>(null);
  return (
    <>
      <PageHead title={t('nav.storage')} text={t('storage.lead')} />
      <Loaded query={quotas}>
        {(all) => (
          <Stack gap="md">
            <Section title={t('storage.whole')} icon="images" aside={may && <Button size="xs" variant="default" onClick={() => setAsked({ place: all.store, whole: true })}>{t('storage.limitWhole')}</Button>}>
              <Stack gap="xs">
                <Use place={all.store} label={t('storage.whole')} />
                <Facts columns={3} items={[
                  [t('storage.kind.shown'), sizeText(all.store.shown_bytes)], [t('storage.kind.aside'), sizeText(all.store.aside_bytes)], [t('storage.kind.kept'), sizeText(all.store.kept_bytes)],
                  [t('storage.kind.brought'), sizeText(all.store.brought_bytes)],
                  [t('storage.disk'), all.disk ? t('storage.free', { free: sizeText(all.disk.free_bytes), all: sizeText(all.disk.bytes) }) : '—'],
                  [t('storage.minFree'), all.disk ? percent(all.disk.min_free_percent) : '—'],
                ]} />
              </Stack>
            </Section>
            <Section title={t('storage.sites')} icon="building">
              <Sites list={all.sites.filter((one) => one.site_id > 0 || one.bytes > 0)} set={may ? (place) => setAsked({ place, whole: false }) : undefined} />
            </Section>
            <Section title={t('storage.changes')} icon="history"><Changes list={all.changes} /></Section>
          </Stack>
        )}
      </Loaded>
      <Modal opened={!!asked} onClose={() => setAsked(null)} title={asked?.whole ? t('storage.limitWhole') : t('storage.limitOf', { name: asked?.place.name ?? '' })} closeButtonProps={{ 'aria-label': t('common.close') }}>
        {asked && <LimitForm place={asked.place} whole={asked.whole} done={() => setAsked(null)} />}
      </Modal>
    </>
  );
}

function Use({ place, label }: { place: Place; label: string }) {
  const { t } = useTranslation();
  const part = place.limit_bytes ? Math.round((place.bytes / place.limit_bytes) * 100) : 0;
  return (
    <div>
      <Text size="sm" className="num">{place.limit_bytes ? t('storage.used', { used: sizeText(place.bytes), limit: sizeText(place.limit_bytes), percent: part }) : t('storage.usedFree', { used: sizeText(place.bytes) })}{' '}
        <Badge size="sm" tt="none" className={`tone tone-${TONES[place.level]}`}>{t(`storage.level.${place.level}`)}</Badge></Text>
      {place.limit_bytes > 0 && <Progress value={Math.min(100, part)} color={BARS[place.level]} mt={4} aria-label={t('storage.bar', { name: label })} />}
    </div>
  );
}

function Sites({ list, set }: { list: Place[]; set: ((place: Place) => void) | undefined }) {
  const { t } = useTranslation();
  return (
    <Listed rows={list} words={(one) => [one.name || t('storage.nobody'), t(`storage.level.${one.level}`)]} label={t('storage.sites')} none={t('storage.noSite')} icon="building">
      {(shown) => (
        <Lines label={t('storage.sites')} minWidth={560} head={[t('storage.site'), t('storage.use'), t('storage.limit')]}>
          {shown.map((one) => (
            <Table.Tr key={one.site_id} data-site={one.site_id}>
              <Table.Td>{one.name || t('storage.nobody')}<span className="sub">{t('storage.files', { count: one.files })}</span></Table.Td>
              <Table.Td><Use place={one} label={one.name || t('storage.nobody')} /></Table.Td>
              <Table.Td>{set && one.site_id > 0 && <Button size="xs" variant="default" aria-label={t('storage.limitOf', { name: one.name })} onClick={() => set(one)}>{t('storage.setLimit')}</Button>}</Table.Td>
            </Table.Tr>
          ))}
        </Lines>
      )}
    </Listed>
  );
}

function Changes({ list }: { list: LimitChange[] }) {
  const { t } = useTranslation();
  const words = (one: LimitChange) => [one.site_id ? one.name : t('storage.whole'), dayAndTime(one.at_ms), whoText(t, one.actor, one.actor_name), one.reason];
  return (
    <Listed rows={list} words={words} label={t('storage.changes')} none={t('storage.noChange')} icon="history" size={10} most={CHANGES_MOST}>
      {(shown) => (
        <Stack gap={6}>
          {shown.map((one) => (
            <Text size="sm" key={`${one.at_ms} ${one.site_id}`}>{one.site_id ? one.name : t('storage.whole')}{colon()}{one.limit_bytes ? t('storage.change', { limit: sizeText(one.limit_bytes), warn: one.warn_percent }) : t('storage.noLimit')}<span className="sub">{dayAndTime(one.at_ms)} · {whoText(t, one.actor, one.actor_name)} · {one.reason}</span></Text>
          ))}
        </Stack>
      )}
    </Listed>
  );
}

function LimitForm({ place, whole, done }: { place: Place; whole: boolean; done: () => void }) {
  const { t, i18n } = useTranslation();
  const set = useSetQuota(whole ? 'store' : place.site_id);
  const [gb, setGb] = useState<number | string>(place.limit_bytes ? place.limit_bytes / GB : '');
  const [warn, setWarn] = useState<number | string>(place.warn_percent);
  const [reason, setReason] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    set.mutate({ limit_bytes: Math.round(Number(gb) * GB), warn_percent: Number(warn), reason }, { onSuccess: done });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{t('storage.limitText', { used: sizeText(place.bytes) })}</Text>
        <NumberInput label={t('storage.gb')} description={t('storage.gbText')} value={gb} min={0} decimalScale={3} decimalSeparator={i18n.language === 'fr' ? ',' : '.'} onChange={setGb} />
        <NumberInput label={t('storage.warn')} value={warn} min={1} max={100} allowDecimal={false} onChange={setWarn} />
        <Textarea label={t('quarantine.reason')} value={reason} required withAsterisk={false} autosize minRows={2} maxLength={500} onChange={(e) => setReason(e.currentTarget.value)} />
        <Refusal error={set.error} />
        <Button type="submit" loading={set.isPending}>{t('quarantine.confirm')}</Button>
      </Stack>
    </form>
  );
}
