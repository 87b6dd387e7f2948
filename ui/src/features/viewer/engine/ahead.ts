/*
 * What is fetched before it is asked for: nearest first, few at a time on a thin line, none while somebody waits for an image.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
const FEWEST = 2; // one is decoded while the next comes
const MOST = 8;
const SLOW_MS = 800; // a frame that takes longer shares the line with too many
const QUICK_MS = 250;

export class Ahead {
  private readonly lists = new Map<string, string[]>(); // what is left, by pane
  private readonly waiting = new Set<string>(); // panes where an image is waited for
  private readonly under = new Set<string>();
  private most = 4;
  private usual = (SLOW_MS + QUICK_MS) / 2; // how long a frame takes, smoothed
  private turn = 0;

  /* 'load' fetches one image and keeps it; 'have' tells that it is kept already. */
  constructor(private readonly load: (imageId: string) => Promise<unknown>, private readonly have: (imageId: string) => boolean, private readonly now = () => performance.now()) {}

  /* This is what the pane may want next, the likeliest first; takes the place of what was said before. */
  order(pane: string, imageIds: string[]) {
    this.lists.set(pane, imageIds);
    this.go();
  }
  /* Somebody waits for an image of this pane, or has it now: the line is theirs until then. */
  wait(pane: string, on: boolean) {
    if (on) this.waiting.add(pane);
    else if (this.waiting.delete(pane)) this.go();
  }
  drop(pane: string) {
    this.lists.delete(pane);
    this.wait(pane, false);
  }

  private go() {
    while (!this.waiting.size && this.under.size < this.most) {
      const next = this.next();
      if (!next) return;
      this.start(next);
    }
  }

  /* The panes take turns. */
  private next(): string | undefined {
    const lists = [...this.lists.values()];
    for (let i = 0; i < lists.length; i++) {
      const list = lists[(this.turn + i) % lists.length]!;
      for (let one = list.shift(); one; one = list.shift()) {
        if (this.have(one) || this.under.has(one)) continue;
        this.turn = (this.turn + i + 1) % lists.length;
        return one;
      }
    }
    return undefined;
  }

  private start(imageId: string) {
    const from = this.now();
    this.under.add(imageId);
    void this.load(imageId).then(() => this.learn(this.now() - from), () => undefined).then(() => {
      this.under.delete(imageId);
      this.go();
    });
  }

  private learn(ms: number) {
    this.usual += (ms - this.usual) * 0.3;
    if (this.usual > SLOW_MS) this.most = Math.max(FEWEST, this.most - 1);
    else if (this.usual < QUICK_MS) this.most = Math.min(MOST, this.most + 1);
  }
}

/* Places of a stack around one, nearest first; those in the way somebody moves (1, -1, 0: standing) come before those behind. */
export function nearest(count: number, from: number, way: number): number[] {
  const cost = (index: number) => Math.abs(index - from) * (way && Math.sign(index - from) !== way ? 3 : 1);
  return Array.from({ length: count }, (_, index) => index).filter((index) => index !== from).sort((a, b) => cost(a) - cost(b) || (b - a) * (way || 1));
}
