/*
 * What the browser counted of one link, as the room reports it and as the ladder reads it. Pure on the rows of getStats.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
export interface MediaCount { audio: number; video: number; frames: number }
export interface LinkSample {
  sent: MediaCount;
  got: MediaCount;
  relay: boolean;
  rttMs: number | null;
  lossPermille: number | null; // of what we send, as the other end counted it
  outKbps: number | null; // that the browser believes the line can take
}
export type StatRow = Record<string, unknown> & { id: string; type: string };

const n = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
const of = (rows: StatRow[], type: string, kind: string) => rows.filter((row) => row.type === type && row.kind === kind);
const sum = (rows: StatRow[], key: string) => rows.reduce((total, row) => total + n(row[key]), 0);

/* 'cameraOnly' names the inbound and outbound streams that count as picture of a person: a shared screen proves nobody. */
export function sampleOf(rows: StatRow[], camera: { sentMid: string | null; gotMid: string | null }): LinkSample {
  const out = of(rows, 'outbound-rtp', 'video').filter((row) => row.mid === camera.sentMid);
  const inn = of(rows, 'inbound-rtp', 'video').filter((row) => row.mid === camera.gotMid);
  const remote = rows.filter((row) => row.type === 'remote-inbound-rtp');
  const transport = rows.find((row) => row.type === 'transport' && row.selectedCandidatePairId);
  const pair = rows.find((row) => row.id === transport?.selectedCandidatePairId);
  const ends = rows.filter((row) => row.id === pair?.localCandidateId || row.id === pair?.remoteCandidateId);
  const rtt = n(pair?.currentRoundTripTime);
  return {
    sent: { audio: sum(of(rows, 'outbound-rtp', 'audio'), 'bytesSent'), video: sum(out, 'bytesSent'), frames: sum(out, 'framesEncoded') },
    got: { audio: sum(of(rows, 'inbound-rtp', 'audio'), 'bytesReceived'), video: sum(inn, 'bytesReceived'), frames: sum(inn, 'framesDecoded') },
    relay: ends.some((row) => row.candidateType === 'relay'),
    rttMs: pair ? Math.round(rtt * 1000) : null,
    lossPermille: remote.length ? Math.round(Math.max(...remote.map((row) => n(row.fractionLost))) * 1000) : null,
    outKbps: pair && typeof pair.availableOutgoingBitrate === 'number' ? Math.round(pair.availableOutgoingBitrate / 1000) : null,
  };
}
