/*
 * The microphone while one dictates: pieces of at most 50 s that follow each other without a gap, and how loud it is. E29
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { audioWanted, chosenDevices } from '@/shared/room/session';

const PIECE_MS = 50_000; // the server takes 55 s

export class Recorder {
  private stream: MediaStream | null = null;
  private recorder: MediaRecorder | null = null;
  private next = 0;
  private context: AudioContext | null = null;
  private analyser: AnalyserNode | null = null;

  /* 'piece': one is ready, in the order of speaking. Fails as getUserMedia does. */
  async start(piece: (recorded: Blob) => void): Promise<void> {
    this.stream = await navigator.mediaDevices.getUserMedia({ audio: audioWanted(chosenDevices().microphone) });
    this.context = new AudioContext();
    this.analyser = this.context.createAnalyser();
    this.context.createMediaStreamSource(this.stream).connect(this.analyser);
    const begin = () => {
      const { stream } = this;
      if (!stream) return;
      const recorder = new MediaRecorder(stream, { audioBitsPerSecond: 64_000 }), parts: Blob[] = [];
      recorder.ondataavailable = (event) => void (event.data.size && parts.push(event.data));
      recorder.onstop = () => void (parts.length && piece(new Blob(parts, { type: recorder.mimeType })));
      recorder.start();
      const before = this.recorder;
      this.recorder = recorder;
      before?.stop();
      this.next = window.setTimeout(begin, PIECE_MS);
    };
    begin();
  }
  /* 0 to 1. */
  level(): number {
    if (!this.analyser) return 0;
    const samples = new Float32Array(this.analyser.fftSize);
    this.analyser.getFloatTimeDomainData(samples);
    return Math.min(1, Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length) * 6);
  }
  /* The last piece comes after; thrown away: none does. */
  stop(thrownAway = false): void {
    clearTimeout(this.next);
    if (thrownAway && this.recorder) this.recorder.onstop = null;
    if (this.recorder?.state === 'recording') this.recorder.stop();
    this.stream?.getTracks().forEach((track) => track.stop());
    void this.context?.close().catch(() => undefined);
    [this.stream, this.recorder, this.context, this.analyser] = [null, null, null, null];
  }
}
