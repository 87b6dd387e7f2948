// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { sampleOf, type LinkSample, type StatRow } from './counts';
import { firstRung, nextRung, worst } from './ladder';

const line = (more: Partial<LinkSample>): LinkSample => ({ sent: { audio: 0, video: 0, frames: 0 }, got: { audio: 0, video: 0, frames: 0 }, relay: false, rttMs: 40, lossPermille: 0, outKbps: 2000, ...more });
const walk = (samples: LinkSample[]) => samples.reduce((rung, sample) => nextRung(rung, sample), firstRung).level;

describe('E14 the ladder of the line', () => {
  it('stays high on a good line, and through one bad moment', () => {
    expect(walk(Array(20).fill(line({})))).toBe('high');
    expect(walk([line({ lossPermille: 300 }), line({}), line({ lossPermille: 300 }), line({})])).toBe('high');
  });
  it('goes down one rung after two bad looks, and to the voice on a line that carries no picture', () => {
    expect(walk(Array(2).fill(line({ outKbps: 200 })))).toBe('low');
    expect(walk(Array(4).fill(line({ outKbps: 60 })))).toBe('voice');
    expect(walk(Array(40).fill(line({ outKbps: 200 })))).toBe('low');
  });
  it('comes up again only after twenty seconds of a line that would hold it', () => {
    const down = Array(4).fill(line({ outKbps: 60 }));
    expect(walk([...down, ...Array(9).fill(line({}))])).toBe('voice');
    expect(walk([...down, ...Array(10).fill(line({}))])).toBe('low');
    expect(walk([...down, ...Array(20).fill(line({}))])).toBe('high');
    expect(walk([...down, ...Array(40).fill(line({ outKbps: 120 }))])).toBe('voice'); // above the floor, not enough above
  });
  it('keeps 512 kbit/s, 200 ms and 5 % of loss on a picture', () => {
    expect(walk(Array(60).fill(line({ outKbps: 480, rttMs: 200, lossPermille: 50 })))).toBe('high');
  });
  it('tells the worst of several links, and none where nobody is', () => {
    expect(worst(['high', 'voice', 'low'])).toBe('voice');
    expect(worst([])).toBe('none');
  });
});

describe('E14 what the browser counted', () => {
  const rows: StatRow[] = [
    { id: 'a', type: 'outbound-rtp', kind: 'audio', mid: '0', bytesSent: 900 },
    { id: 'b', type: 'outbound-rtp', kind: 'video', mid: '1', bytesSent: 5000, framesEncoded: 40 },
    { id: 'c', type: 'outbound-rtp', kind: 'video', mid: '2', bytesSent: 99999, framesEncoded: 99 },
    { id: 'd', type: 'inbound-rtp', kind: 'audio', mid: '0', bytesReceived: 800 },
    { id: 'e', type: 'inbound-rtp', kind: 'video', mid: '1', bytesReceived: 4000, framesDecoded: 33 },
    { id: 'f', type: 'inbound-rtp', kind: 'video', mid: '2', bytesReceived: 77777, framesDecoded: 77 },
    { id: 'r1', type: 'remote-inbound-rtp', kind: 'audio', fractionLost: 0.01 },
    { id: 'r2', type: 'remote-inbound-rtp', kind: 'video', fractionLost: 0.05 },
    { id: 't', type: 'transport', selectedCandidatePairId: 'p' },
    { id: 'p', type: 'candidate-pair', localCandidateId: 'l', remoteCandidateId: 'm', currentRoundTripTime: 0.123, availableOutgoingBitrate: 640000 },
    { id: 'l', type: 'local-candidate', candidateType: 'host' },
    { id: 'm', type: 'remote-candidate', candidateType: 'relay' },
  ];
  it('takes sound, the camera and not the shared screen, and knows a relay at either end', () => {
    expect(sampleOf(rows, { sentMid: '1', gotMid: '1' })).toEqual({ sent: { audio: 900, video: 5000, frames: 40 }, got: { audio: 800, video: 4000, frames: 33 }, relay: true, rttMs: 123, lossPermille: 50, outKbps: 640 });
  });
  it('counts nothing of what is not there', () => {
    expect(sampleOf([], { sentMid: null, gotMid: null })).toEqual({ sent: { audio: 0, video: 0, frames: 0 }, got: { audio: 0, video: 0, frames: 0 }, relay: false, rttMs: null, lossPermille: null, outKbps: null });
  });
});
