/*
 * The pace of a cine: each image has its own moment, so that slow drawing does not add up; what really came is told.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
export class Cine {
  private timer: ReturnType<typeof setTimeout> | null = null;
  private runs = false;

  constructor(private readonly next: () => Promise<void>, private readonly told: (now: { playing: boolean; rate: number | null }) => void) {}

  play(perSecond: number) {
    this.stop();
    this.runs = true;
    this.told({ playing: true, rate: null });
    const every = 1000 / perSecond;
    const came: number[] = [];
    let due = performance.now();
    const beat = async () => {
      await this.next();
      if (!this.runs) return;
      const now = performance.now();
      came.push(now);
      if (came.length > 20) came.shift();
      if (came.length > 4) this.told({ playing: true, rate: Math.round(((came.length - 1) * 10_000) / (now - came[0]!)) / 10 });
      due = now - due > 4 * every ? now : due + every; // far behind: go on from here
      this.timer = setTimeout(() => void beat(), Math.max(0, due - performance.now()));
    };
    void beat();
  }
  stop() {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.runs) this.told({ playing: false, rate: null });
    this.runs = false;
  }
}
