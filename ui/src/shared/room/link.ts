/*
 * One link to one other seat: the connection, its tracks, its channels, its rung of the ladder. No React.
 *
 * Who came later calls: it makes the offer, and restarts the path when it breaks. Media lines are always the same three, in this order:
 * sound, camera, shared screen. docs/decisions/0108-live-room.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { sampleOf, type LinkSample, type StatRow } from './counts';
import { firstRung, nextRung, RUNGS, type Rung } from './ladder';

export interface Tracks { audio: MediaStreamTrack | null; camera: MediaStreamTrack | null; screen: MediaStreamTrack | null }
export type Said = { description?: RTCSessionDescriptionInit; candidate?: RTCIceCandidateInit; restart?: true; has?: { camera: boolean; screen: boolean } };
export interface LinkHost {
  say(said: Said): void;
  heard(channel: 'state' | 'point', data: unknown): void;
  changed(): void;
}

const RESTART_AFTER_MS = 4000;
export const SHARED_MOST = 32 << 10; // characters of a message, as the server takes of a page by its socket
const WAITING_MOST = { state: 64 << 10, point: 4096 }; // bytes on their way; the next one is newer
const LINES = { audio: 0, camera: 1, screen: 2 } as const;

export class Link {
  readonly pc: RTCPeerConnection;
  readonly stream = new MediaStream(); // their sound and camera
  readonly screen = new MediaStream();
  sample: LinkSample | null = null;
  rung: Rung = firstRung;
  theirs = { camera: false, screen: false }; // as they say: a line without a track is not always muted at this end
  private readonly state: RTCDataChannel;
  private readonly point: RTCDataChannel;
  private waiting: RTCIceCandidateInit[] = [];
  private broken: ReturnType<typeof setTimeout> | null = null;
  private closed = false;
  private told = '';

  constructor(config: RTCConfiguration, private readonly caller: boolean, private tracks: Tracks, private readonly host: LinkHost) {
    this.pc = new RTCPeerConnection(config);
    this.state = this.pc.createDataChannel('state', { negotiated: true, id: 0 });
    this.point = this.pc.createDataChannel('point', { negotiated: true, id: 1, ordered: false, maxRetransmits: 0 });
    for (const [name, channel] of [['state', this.state], ['point', this.point]] as const)
      channel.onmessage = (m: MessageEvent<string>) => {
        if (typeof m.data !== 'string' || m.data.length > SHARED_MOST) return;
        try { this.host.heard(name, JSON.parse(m.data)); } catch { /* not ours */ }
      };
    this.pc.onicecandidate = (e) => e.candidate && this.host.say({ candidate: e.candidate.toJSON() });
    this.pc.ontrack = (e) => {
      const line = this.pc.getTransceivers().indexOf(e.transceiver);
      const into = line === LINES.screen ? this.screen : this.stream;
      into.addTrack(e.track);
      this.host.changed();
    };
    this.pc.onconnectionstatechange = () => this.watch();
    if (caller) {
      for (const kind of ['audio', 'video', 'video'] as const) this.pc.addTransceiver(kind, { direction: 'sendrecv' });
      void this.fit().then(() => this.offer());
    }
  }

  get connected() { return this.pc.connectionState === 'connected'; }
  get channelOpen() { return this.state.readyState === 'open'; }

  async hear(said: Said) {
    if (this.closed) return;
    if (said.has) {
      this.theirs = said.has;
      this.host.changed();
      return;
    }
    if (said.restart) { if (this.caller) void this.offer(true); return; }
    if (said.candidate) {
      if (!this.pc.remoteDescription) this.waiting.push(said.candidate);
      else await this.pc.addIceCandidate(said.candidate).catch(() => undefined);
      return;
    }
    if (!said.description) return;
    await this.pc.setRemoteDescription(said.description);
    for (const one of this.waiting.splice(0)) await this.pc.addIceCandidate(one).catch(() => undefined);
    if (said.description.type !== 'offer') return;
    for (const one of this.pc.getTransceivers()) one.direction = 'sendrecv';
    await this.fit();
    await this.pc.setLocalDescription();
    if (this.pc.localDescription) this.host.say({ description: this.pc.localDescription.toJSON() as RTCSessionDescriptionInit });
  }

  async use(tracks: Tracks) {
    this.tracks = tracks;
    await this.fit();
  }

  /* False: no channel is open, the socket must carry it. */
  send(channel: 'state' | 'point', data: unknown): boolean {
    const to = channel === 'state' ? this.state : this.point;
    if (to.readyState !== 'open') return false;
    if (to.bufferedAmount > WAITING_MOST[channel]) return true;
    to.send(JSON.stringify(data));
    return true;
  }

  async look(): Promise<LinkSample> {
    const rows: StatRow[] = [];
    (await this.pc.getStats()).forEach((row: StatRow) => rows.push(row));
    const mid = this.pc.getTransceivers()[LINES.camera]?.mid ?? null;
    this.sample = sampleOf(rows, { sentMid: mid, gotMid: mid });
    const next = nextRung(this.rung, this.sample);
    const moved = next.level !== this.rung.level;
    this.rung = next;
    if (moved) await this.fit();
    return this.sample;
  }

  close() {
    this.closed = true;
    if (this.broken) clearTimeout(this.broken);
    this.pc.close();
  }

  private async offer(iceRestart = false) {
    if (this.closed || this.pc.signalingState !== 'stable') return;
    await this.pc.setLocalDescription(await this.pc.createOffer({ iceRestart }));
    if (this.pc.localDescription) this.host.say({ description: this.pc.localDescription.toJSON() as RTCSessionDescriptionInit });
  }

  /* Our tracks on the three lines, at the rate of the rung; the screen is dropped with the picture. */
  private async fit() {
    const [audio, camera, screen] = this.pc.getTransceivers().map((one) => one.sender);
    if (!audio || !camera || !screen || this.closed) return;
    const rung = RUNGS[this.rung.level];
    const picture = rung.maxKbps > 0;
    await audio.replaceTrack(this.tracks.audio);
    await camera.replaceTrack(picture ? this.tracks.camera : null);
    await screen.replaceTrack(this.rung.level === 'high' ? this.tracks.screen : null);
    const has = JSON.stringify({ camera: picture && !!this.tracks.camera, screen: this.rung.level === 'high' && !!this.tracks.screen });
    if (has !== this.told) {
      this.told = has;
      this.host.say({ has: JSON.parse(has) as Said['has'] });
    }
    if (!picture) return;
    const parameters = camera.getParameters();
    const encoding = parameters.encodings?.[0];
    if (!encoding) return;
    Object.assign(encoding, { maxBitrate: rung.maxKbps * 1000, scaleResolutionDownBy: rung.scaleDown, maxFramerate: rung.framesPerS });
    await camera.setParameters(parameters).catch(() => undefined);
  }

  private watch() {
    if (this.broken) clearTimeout(this.broken);
    this.broken = null;
    if (this.pc.connectionState === 'failed') this.again();
    if (this.pc.connectionState === 'disconnected') this.broken = setTimeout(() => this.again(), RESTART_AFTER_MS);
    this.host.changed();
  }

  private again() {
    if (this.caller) void this.offer(true);
    else this.host.say({ restart: true });
  }
}
