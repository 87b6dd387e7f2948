/*
 * The archive: how it is, a search whose words stand in the address, one page of studies. From the keyboard first. E30
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import './archive.css';
import { Button, Group, Stack, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type FoundStudy, usePageOfStudies } from '@/shared/api/requests/archive';
import { useMe } from '@/shared/api/requests/me';
import { ExportStudy } from '@/shared/media/ExportStudy';
import { Empty, Failed, PageHead, Waiting } from '@/shared/ui/Blocks';
import { Pager } from '@/shared/ui/Pager';
import { useAddress } from '@/shared/ui/useAddress';
import { Overview } from './Overview';
import { addressOf, isNarrowed, NO_SEARCH, PAGE_SIZE, qidoOf, type Search, searchOf } from './search';
import { SearchForm } from './SearchForm';
import { SendButton, Sends } from './Send';
import { StudyTable } from './StudyTable';

export function ArchivePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const address = useAddress();
  const search = useMemo(() => searchOf(address), [address]);
  const { data: me } = useMe();
  const archive = !!me?.permissions.includes('archive');
  const [chosen, setChosen] = useState<ReadonlyMap<string, FoundStudy>>(new Map());

  const go = useCallback((wanted: Search, replace = false) => void navigate({ to: '/archive', search: addressOf(wanted) as never, replace }), [navigate]);
  const today = new Date().toDateString();
  const asked = useMemo(() => qidoOf(search, new Date(today)), [search, today]);
  const found = usePageOfStudies(asked, search.page, PAGE_SIZE);
  const turn = (by: 1 | -1) => {
    if (by < 0 ? search.page > 0 : found.data?.more) go({ ...search, page: search.page + by });
  };
  // Keys of an open dialog are its own.
  const free = (work: () => void) => () => { if (!document.querySelector('[role="dialog"]')) work(); };
  useHotkeys([['ArrowRight', free(() => turn(1))], ['ArrowLeft', free(() => turn(-1))], ['Escape', free(() => (chosen.size ? setChosen(new Map()) : go(NO_SEARCH)))]]);

  return (
    <>
      <PageHead title={t('nav.archive')} text={t('archive.lead')} />
      <Stack gap="md">
        {archive && <Overview />}
        <SearchForm key={JSON.stringify(addressOf({ ...search, page: 0 }))} search={search} go={go} />
        {chosen.size > 0 && <Chosen studies={[...chosen.values()]} archive={archive} clear={() => setChosen(new Map())} />}
        {found.isError && !found.data ? <Failed error={found.error} retry={() => void found.refetch()} /> : !found.data ? <Waiting rows={10} height={44} /> : (
          <>
            {found.isError && <Failed error={found.error} retry={() => void found.refetch()} />}
            {!found.data.studies.length && !search.page
              ? <Empty icon="search" title={t(isNarrowed(search) ? 'archive.none' : 'archive.empty')} text={t(isNarrowed(search) ? 'archive.noneText' : 'archive.emptyText')}
                  action={isNarrowed(search) && <Button mt="xs" size="xs" variant="default" onClick={() => go(NO_SEARCH)}>{t('archive.clear')}</Button>} />
              : <StudyTable studies={found.data.studies} first={search.page * PAGE_SIZE} stale={found.isPlaceholderData} chosen={chosen} choose={setChosen} selectable={!!me?.permissions.includes('view')} />}
            <Pager label={t('archive.page')} page={search.page} more={found.data.more} turn={turn}>
              {found.data.studies.length > 0 && t(found.data.more ? 'archive.rows' : 'archive.rowsLast', { from: search.page * PAGE_SIZE + 1, to: search.page * PAGE_SIZE + found.data.studies.length })} {found.isFetching && t('archive.refreshing')}
            </Pager>
          </>
        )}
        {archive && <Sends study="" />}
      </Stack>
    </>
  );
}

function Chosen({ studies, archive, clear }: { studies: FoundStudy[]; archive: boolean; clear: () => void }) {
  const { t } = useTranslation();
  const uids = studies.map((one) => one.uid);
  return (
    <Group className="archive-chosen section" gap="sm" role="group" aria-label={t('archive.chosen', { count: studies.length })}>
      <Text size="sm" fw={600}>{t('archive.chosen', { count: studies.length })}</Text>
      {archive && <SendButton parts={uids.map((uid) => ({ study_uid: uid }))} />}
      <ExportStudy studies={uids} />
      <Button size="xs" variant="default" onClick={clear}>{t('archive.clear')}</Button>
    </Group>
  );
}
