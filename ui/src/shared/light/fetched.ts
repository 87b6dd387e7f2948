/*
 * Pictures as they come: the one that is looked at, and its neighbours ahead, few at a time and the nearest first.
 *
 * The browser keeps the bytes; here the last pictures stay decoded, so that going back shows them at once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useEffect, useRef, useState } from 'react';
import { ApiError, refusalOf } from '../api/client';

const KEPT = 24; // of at most 4 MB each once decoded
const AT_ONCE = 2;

class Fetched {
  private kept = new Map<string, HTMLImageElement>();
  private waiting: string[] = [];
  private running = 0;

  has(address: string) {
    const image = this.kept.get(address);
    return !!image?.complete && image.naturalWidth > 0;
  }
  keep(address: string, image: HTMLImageElement) {
    this.kept.delete(address);
    this.kept.set(address, image);
    for (const old of this.kept.keys()) {
      if (this.kept.size <= KEPT) break;
      this.kept.delete(old);
    }
  }
  /* These and no others: what was asked before and has not begun is not wanted any more. */
  ahead(addresses: string[]) {
    this.waiting = addresses.filter((one) => !this.kept.has(one));
    this.go();
  }
  private go() {
    while (this.running < AT_ONCE && this.waiting.length) {
      const address = this.waiting.shift()!;
      const image = new Image();
      const end = () => {
        this.running--;
        if (image.naturalWidth) this.keep(address, image);
        this.go();
      };
      image.onload = end;
      image.onerror = end;
      this.running++;
      image.src = address;
    }
  }
}

export interface Picture {
  /* What can be shown: the picture asked for, or the one before while it comes; null: none yet. */
  address: string | null;
  waiting: boolean;
  error: unknown;
  retry: () => void;
}

/* Why a picture did not come, in the server's words. */
async function whyOf(address: string): Promise<unknown> {
  try {
    const answer = await fetch(address, { credentials: 'same-origin', cache: 'no-store', headers: { Accept: 'image/jpeg' } });
    return answer.ok ? null : await refusalOf(answer);
  } catch {
    return new ApiError(0, 'unreachable', '');
  }
}

/* 'address' null: nothing to show. 'near' are fetched once it is there. */
export function usePicture(address: string | null, near: string[]): Picture {
  const fetched = useRef<Fetched>(undefined);
  fetched.current ??= new Fetched();
  const [shown, setShown] = useState<string | null>(null);
  const [failed, setFailed] = useState<{ address: string; error: unknown } | null>(null);
  const [tries, setTries] = useState(0);
  const key = near.join(' ');
  useEffect(() => {
    if (!address) return;
    const store = fetched.current!;
    let over = false;
    const there = () => {
      setShown(address);
      setFailed(null);
      store.ahead(key ? key.split(' ') : []);
    };
    if (store.has(address)) {
      there();
      return;
    }
    const image = new Image();
    image.onload = () => {
      store.keep(address, image);
      if (!over) there();
    };
    image.onerror = () => void whyOf(address).then((error) => {
      if (over) return;
      if (error === null) setTries((known) => known + (known < 1 ? 1 : 0)); // it comes after all
      setFailed({ address, error: error ?? new ApiError(0, 'unreachable', '') });
    });
    image.src = address;
    return () => {
      over = true;
    };
  }, [address, key, tries]);
  const failedHere = failed && failed.address === address ? failed : null;
  return { address: address && shown, waiting: !!address && shown !== address && !failedHere, error: failedHere?.error ?? null, retry: () => { setFailed(null); setTries((known) => known + 1); } };
}
