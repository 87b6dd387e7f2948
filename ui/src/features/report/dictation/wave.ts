/*
 * A recording as the speech service takes it: WAVE, one channel, 16 bits, 16 kHz (docs/dictation.md). E29
 *
 * SPDX-License-Identifier: Apache-2.0
 */
export const RATE = 16000;

/* Samples of −1 to 1 at 16 kHz. */
export function wave(samples: Float32Array): Blob {
  const bytes = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const word = (at: number, text: string) => [...text].forEach((letter, i) => bytes.setUint8(at + i, letter.charCodeAt(0)));
  word(0, 'RIFF');
  bytes.setUint32(4, bytes.byteLength - 8, true);
  word(8, 'WAVEfmt ');
  bytes.setUint32(16, 16, true);
  bytes.setUint16(20, 1, true);
  bytes.setUint16(22, 1, true);
  bytes.setUint32(24, RATE, true);
  bytes.setUint32(28, RATE * 2, true);
  bytes.setUint16(32, 2, true);
  bytes.setUint16(34, 16, true);
  word(36, 'data');
  bytes.setUint32(40, samples.length * 2, true);
  samples.forEach((value, i) => bytes.setInt16(44 + i * 2, Math.round(Math.max(-1, Math.min(1, value)) * 32767), true));
  return new Blob([bytes.buffer], { type: 'audio/wav' });
}

/* What the browser recorded, whatever its codec, as such a WAVE. */
export async function toWave(recorded: Blob): Promise<Blob> {
  const context = new OfflineAudioContext(1, 1, RATE); // decodes at its own rate
  const sound = await context.decodeAudioData(await recorded.arrayBuffer());
  const mixed = new OfflineAudioContext(1, Math.max(1, sound.length), RATE), source = mixed.createBufferSource();
  source.buffer = sound;
  source.connect(mixed.destination);
  source.start();
  return wave((await mixed.startRendering()).getChannelData(0));
}
