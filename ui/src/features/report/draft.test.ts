/*
 * Nothing typed is lost, nothing of somebody else is overwritten.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '@/shared/api/client';
import type { Content, Report } from './content';
import { Draft, type Kept, type Keeper, PAUSE_MS } from './draft';

const report = (revision: number, content: Content = {}): Report => ({ revision, status: revision ? 'draft' : 'none', content, sha256: 'f'.repeat(64), missing: [], signed: null, kind: 'final', version: 0, last_revision: revision, sha256_preliminary: '', before: null, versions: [] });

/* A server that keeps versions as ours does. */
function server(start: Report) {
  const now = { report: start, saves: 0, down: false };
  const save = vi.fn(async (revision: number, content: Content) => {
    await Promise.resolve();
    if (now.down) throw new ApiError(0, 'unreachable', 'silence');
    if (revision !== now.report.revision) throw new ApiError(409, 'conflict', 'saved in between', [], { error: {}, ...now.report });
    now.saves++;
    return (now.report = report(revision + 1, content));
  });
  return { now, save };
}
function keeper(kept: Kept | null = null): Keeper & { kept: () => Kept | null } {
  let held = kept;
  return { read: () => held, write: (next) => void (held = next), clear: () => void (held = null), kept: () => held };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const pause = (ms = PAUSE_MS) => vi.advanceTimersByTimeAsync(ms);

describe('a draft', () => {
  it('is saved once, a moment after the last key', async () => {
    const { now, save } = server(report(0));
    const tab = keeper();
    const draft = new Draft(now.report, save, tab);
    for (const results of ['N', 'No', 'Nor']) {
      draft.set('results', results);
      await pause(300);
    }
    expect(save).not.toHaveBeenCalled();
    expect(tab.kept()?.content.results).toBe('Nor');
    await pause();
    expect(now.report).toMatchObject({ revision: 1, content: { results: 'Nor' } });
    expect(now.saves).toBe(1);
    expect(draft.current().state).toBe('saved');
    expect(tab.kept()).toBeNull();
  });
  it('saves what was typed while it was being saved', async () => {
    const { now, save } = server(report(0));
    const draft = new Draft(now.report, save, keeper());
    draft.set('results', 'one');
    const first = draft.flush();
    draft.set('results', 'one two');
    await first;
    expect(draft.current().state).toBe('waiting');
    await pause();
    expect(now.report).toMatchObject({ revision: 2, content: { results: 'one two' } });
  });
  it('waits while the server is silent, keeps the words in the tab, and sends them again', async () => {
    const { now, save } = server(report(3));
    const tab = keeper();
    const draft = new Draft(now.report, save, tab);
    now.down = true;
    draft.set('conclusion', 'kept');
    await pause();
    expect(draft.current().state).toBe('failed');
    expect(tab.kept()).toMatchObject({ revision: 3, content: { conclusion: 'kept' } });
    now.down = false;
    await pause(6000);
    expect(now.report.content.conclusion).toBe('kept');
    expect(draft.current().state).toBe('saved');
  });
  it('a refusal that is no conflict waits for the person, and is not sent again by itself', async () => {
    const { now, save } = server(report(1));
    save.mockRejectedValue(new ApiError(409, 'conflict', 'not at that stage', [], { error: {}, ...now.report }));
    const draft = new Draft(now.report, save, keeper());
    draft.set('results', 'x');
    await pause();
    expect(draft.current().state).toBe('failed');
    await pause(60_000);
    expect(save).toHaveBeenCalledTimes(1);
  });
});

describe('two versions', () => {
  async function conflict() {
    const { now, save } = server(report(1, { results: 'start' }));
    const tab = keeper();
    const draft = new Draft(now.report, save, tab);
    now.report = report(2, { results: 'theirs' });
    draft.set('results', 'mine');
    await pause();
    return { now, save, draft, tab };
  }
  it('nothing is overwritten, mine stays on the page and in the tab', async () => {
    const { now, draft, tab } = await conflict();
    expect(draft.current()).toMatchObject({ state: 'conflict', content: { results: 'mine' }, theirs: { revision: 2, content: { results: 'theirs' } } });
    expect(now.report.content.results).toBe('theirs');
    draft.set('results', 'mine, and more');
    await pause(10_000);
    expect(now.report.content.results).toBe('theirs');
    expect(tab.kept()?.content.results).toBe('mine, and more');
    expect(await draft.flush()).toBe(false);
  });
  it('taking theirs gives theirs', async () => {
    const { draft, tab } = await conflict();
    draft.takeTheirs();
    expect(draft.current()).toMatchObject({ state: 'saved', content: { results: 'theirs' }, theirs: null });
    expect(tab.kept()).toBeNull();
  });
  it('keeping mine saves on top of theirs, as a version of its own', async () => {
    const { now, draft } = await conflict();
    draft.takeMine();
    await pause();
    expect(now.report).toMatchObject({ revision: 3, content: { results: 'mine' } });
  });
  it('a version read meanwhile is taken when nothing was typed, and asked about when something was', async () => {
    const { now, save } = server(report(1));
    const draft = new Draft(now.report, save, keeper());
    draft.learn(report(2, { results: 'theirs' }));
    expect(draft.current()).toMatchObject({ state: 'saved', content: { results: 'theirs' } });
    draft.set('results', 'mine');
    draft.learn(report(3, { results: 'later' }));
    expect(draft.current()).toMatchObject({ state: 'conflict', content: { results: 'mine' }, theirs: { revision: 3 } });
  });
  it('an answer older than ours changes nothing', () => {
    const { save } = server(report(5));
    const draft = new Draft(report(5, { results: 'five' }), save, keeper());
    draft.learn(report(4, { results: 'four' }));
    expect(draft.current().content.results).toBe('five');
  });
});

describe('what the tab kept', () => {
  it('comes back and is saved when the server still has the version it began with', async () => {
    const { now, save } = server(report(2, { results: 'saved' }));
    const draft = new Draft(now.report, save, keeper({ revision: 2, content: { results: 'typed before the power cut' } }));
    expect(draft.current()).toMatchObject({ restored: true, content: { results: 'typed before the power cut' } });
    await pause();
    expect(now.report.content.results).toBe('typed before the power cut');
  });
  it('stands beside a newer version instead of replacing it', async () => {
    const { now, save } = server(report(3, { results: 'newer' }));
    const draft = new Draft(now.report, save, keeper({ revision: 2, content: { results: 'mine' } }));
    await pause(10_000);
    expect(draft.current()).toMatchObject({ state: 'conflict', content: { results: 'mine' }, theirs: { revision: 3 } });
    expect(now.report.content.results).toBe('newer');
  });
  it('is forgotten when the server has it already', () => {
    const tab = keeper({ revision: 1, content: { results: 'same', urgent: false } });
    const draft = new Draft(report(2, { results: 'same' }), vi.fn(), tab);
    expect(draft.current().state).toBe('saved');
    expect(tab.kept()).toBeNull();
  });
  it('is sent when the panel closes', async () => {
    const { now, save } = server(report(0));
    const draft = new Draft(now.report, save, keeper());
    draft.set('results', 'last words');
    draft.close();
    await pause(0);
    expect(now.report.content.results).toBe('last words');
  });
});
