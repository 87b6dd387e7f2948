/*
 * The reading ledger of this page: how long each frame was shown, whole or still refined, told to the server in batches.
 *
 * Time counts while the page is in sight; a frame that only flashed by counts for what it was.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { api, sendLast } from '@/shared/api/client';
import { setTellNow } from '@/shared/api/requests/viewing';
import type { Frame } from './dicom';

export interface Shown { sop: string; frame: number; full_ms: number; partial_ms: number }
/* What was computed from a series is no display of its images: it is told apart. 'partial': of a reduced preview. */
export interface Made { series: string; made: 'planes' | 'body'; full_ms: number; partial_ms: number }
export interface Looked { series: string; made: Made['made']; whole: boolean }
interface Watched { current: () => { shown: number | null; full: boolean }; frameAt: (index: number | null) => Frame | null; subscribe: (listener: () => void) => () => void }

const EVERY_MS = 5000, COUNT_MS = 1000, BATCH = 1000, LONGEST_MS = 10 * 60_000;
const studyOf = (frame: Frame) => /\/studies\/([\d.]+)\//.exec(frame.imageId)?.[1] ?? '';

export class Ledger {
  private readonly open = new Map<string, Map<string, Shown>>(); // by study, then by frame
  private readonly watched = new Map<Watched, { frame: Frame | null; full: boolean; since: number }>();
  private readonly made = new Map<string, Map<string, Made>>();
  private readonly looked = new Set<{ study: string; list: readonly Looked[]; since: number }>();
  private telling: Promise<void> = Promise.resolve();
  /* The other window of the exam tells what it has seen as well. */
  also: () => Promise<void> = () => Promise.resolve();

  constructor(private readonly now: () => number = () => performance.now(), private readonly inSight: () => boolean = () => document.visibilityState === 'visible') {}

  watch(pane: Watched): () => void {
    this.watched.set(pane, { frame: null, full: false, since: this.now() });
    const off = pane.subscribe(() => this.count(pane));
    this.count(pane);
    return () => {
      this.count(pane);
      off();
      this.watched.delete(pane);
    };
  }

  /* Adds the time since the last look to what was shown then. */
  count(pane: Watched) {
    const was = this.watched.get(pane);
    if (!was) return;
    const now = this.now();
    if (was.frame && this.inSight()) this.add(was.frame, was.full, now - was.since);
    const { shown, full } = pane.current();
    this.watched.set(pane, { frame: pane.frameAt(shown), full, since: now });
  }
  countAll = () => {
    [...this.watched.keys()].forEach((pane) => this.count(pane));
    this.looked.forEach((one) => this.countMade(one));
  };

  /* These reconstructions are on the screen until what is answered is called. */
  look(study: string, list: readonly Looked[]): () => void {
    const one = { study, list, since: this.now() };
    this.looked.add(one);
    return () => {
      this.countMade(one);
      this.looked.delete(one);
    };
  }
  private countMade(one: { study: string; list: readonly Looked[]; since: number }) {
    const now = this.now(), ms = Math.max(0, Math.min(now - one.since, LONGEST_MS));
    one.since = now;
    if (!this.inSight()) return;
    for (const { series, made, whole } of one.list) this.addMade(one.study, { series, made, full_ms: whole ? ms : 0, partial_ms: whole ? 0 : ms });
  }
  private addMade(study: string, more: Made) {
    const list = this.made.get(study) ?? new Map<string, Made>();
    this.made.set(study, list);
    const key = `${more.series}/${more.made}`, known = list.get(key);
    list.set(key, known ? { ...known, full_ms: known.full_ms + more.full_ms, partial_ms: known.partial_ms + more.partial_ms } : more);
  }

  private add(frame: Frame, full: boolean, ms: number) {
    const study = studyOf(frame);
    const list = this.open.get(study) ?? new Map<string, Shown>();
    this.open.set(study, list);
    const key = `${frame.sop}/${frame.frame}`;
    const one = list.get(key) ?? { sop: frame.sop, frame: frame.frame, full_ms: 0, partial_ms: 0 };
    list.set(key, one);
    one[full ? 'full_ms' : 'partial_ms'] += Math.max(0, Math.min(ms, LONGEST_MS));
  }

  /* Takes what is to be told, in whole milliseconds; a frame that was shown at all counts at least one. */
  take(): { study: string; images: (Shown | Made)[] }[] {
    const studies = [...new Set([...this.open.keys(), ...this.made.keys()])];
    const batches = studies.flatMap((study) => {
      const all: (Shown | Made)[] = [...(this.open.get(study)?.values() ?? []), ...(this.made.get(study)?.values() ?? [])];
      const images = all.map((one) => ({ ...one, full_ms: Math.min(LONGEST_MS, Math.ceil(one.full_ms)), partial_ms: Math.min(LONGEST_MS, Math.ceil(one.partial_ms)) })).filter((one) => one.full_ms + one.partial_ms > 0);
      return Array.from({ length: Math.ceil(images.length / BATCH) }, (_, i) => ({ study, images: images.slice(i * BATCH, (i + 1) * BATCH) }));
    });
    this.open.clear();
    this.made.clear();
    return batches;
  }
  private giveBack(study: string, images: (Shown | Made)[]) {
    const list = this.open.get(study) ?? new Map<string, Shown>();
    this.open.set(study, list);
    for (const one of images) {
      if ('made' in one) {
        this.addMade(study, one);
        continue;
      }
      const known = list.get(`${one.sop}/${one.frame}`);
      list.set(`${one.sop}/${one.frame}`, known ? { ...known, full_ms: known.full_ms + one.full_ms, partial_ms: known.partial_ms + one.partial_ms } : one);
    }
  }

  tell = (): Promise<void> => {
    this.telling = this.telling.then(async () => {
      this.countAll();
      for (const { study, images } of this.take())
        await api.post(`/api/studies/${study}/ledger`, { images }).catch(() => this.giveBack(study, images));
    });
    return this.telling;
  };

  /* Counts and tells until the viewer closes. */
  run(): () => void {
    const counting = setInterval(this.countAll, COUNT_MS), telling = setInterval(() => void this.tell(), EVERY_MS);
    const last = () => {
      this.countAll();
      for (const { study, images } of this.take()) sendLast('POST', `/api/studies/${study}/ledger`, { images });
    };
    addEventListener('pagehide', last);
    setTellNow(async () => void (await Promise.all([this.tell(), this.also()])));
    return () => {
      clearInterval(counting);
      clearInterval(telling);
      removeEventListener('pagehide', last);
      setTellNow(null);
      last();
    };
  }
}
