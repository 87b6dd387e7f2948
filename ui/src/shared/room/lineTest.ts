/*
 * A test of the line to the platform: round trips over the socket, rates over HTTPS both ways, loss and jitter through the relay. O4.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { RelayAccess } from './session';

export interface LineResult { rtt_ms: number; jitter_ms: number; loss_permille: number; down_kbps: number; up_kbps: number }

const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));
export const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/* RFC 3550 §6.4.1, smoothed over the round trips in the order they came. */
export function jitterOf(rtts: number[]): number {
  let jitter = 0;
  let before = rtts[0] ?? 0;
  for (const one of rtts) {
    jitter += (Math.abs(one - before) - jitter) / 16;
    before = one;
  }
  return jitter;
}

/* Two ends in this page, both through the relay: 100 packets at the rhythm of speech; what does not come back is lost. */
export async function throughRelay(relay: RelayAccess, packets = 100, everyMs = 20): Promise<{ rtts: number[]; lost: number }> {
  const config: RTCConfiguration = { iceServers: [{ urls: relay.urls, username: relay.username, credential: relay.credential }], iceTransportPolicy: 'relay' };
  const [a, b] = [new RTCPeerConnection(config), new RTCPeerConnection(config)];
  a.onicecandidate = (e) => e.candidate && void b.addIceCandidate(e.candidate).catch(() => undefined);
  b.onicecandidate = (e) => e.candidate && void a.addIceCandidate(e.candidate).catch(() => undefined);
  const out = a.createDataChannel('line', { negotiated: true, id: 0, ordered: false, maxRetransmits: 0 });
  const back = b.createDataChannel('line', { negotiated: true, id: 0, ordered: false, maxRetransmits: 0 });
  const sentAt: number[] = [], rtts: number[] = [];
  back.onmessage = (m: MessageEvent<string>) => back.send(m.data);
  out.onmessage = (m: MessageEvent<string>) => void rtts.push(performance.now() - (sentAt[Number.parseInt(m.data, 10)] ?? performance.now()));
  try {
    await a.setLocalDescription();
    await b.setRemoteDescription(a.localDescription!);
    await b.setLocalDescription();
    await a.setRemoteDescription(b.localDescription!);
    for (let waited = 0; out.readyState !== 'open'; waited += 50) {
      if (waited > 8000) throw new Error('relay');
      await sleep(50);
    }
    const filler = 'x'.repeat(140); // a packet of speech
    for (let i = 0; i < packets; i++) {
      sentAt[i] = performance.now();
      out.send(`${i} ${filler}`);
      await sleep(everyMs);
    }
    await sleep(1000);
    return { rtts: rtts.map((one) => one / 2), lost: packets - rtts.length }; // there and back: twice through the line
  } finally {
    a.close();
    b.close();
  }
}

/* Bytes a second while they flow, the first fifth left out (a connection has to find its rate). */
export async function download(forMs = 3000): Promise<number> {
  const began = performance.now();
  const stop = new AbortController();
  let counted = 0, since = 0;
  for (;;) {
    const answer = await fetch('/api/line-test?bytes=4194304', { cache: 'no-store', signal: stop.signal });
    if (!answer.ok) throw new Error('download');
    const reader = answer.body!.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      const now = performance.now();
      if (since) counted += value?.length ?? 0;
      else if (now - began > forMs / 5) since = now;
      if (since && now - began > forMs) {
        stop.abort();
        return counted / ((now - since) / 1000);
      }
      if (done) break;
    }
  }
}

export async function upload(csrf: string, forMs = 3000): Promise<number> {
  const began = performance.now();
  let bytes = 0;
  for (let size = 64 << 10; performance.now() - began < forMs; size = Math.min(size * 2, 1 << 20)) {
    const a = await fetch('/api/line-test', { method: 'POST', headers: { 'Content-Type': 'application/octet-stream', 'X-CSRF': csrf }, body: new Uint8Array(size) });
    if (!a.ok) throw new Error('upload');
    bytes += size;
  }
  return bytes / ((performance.now() - began) / 1000);
}
