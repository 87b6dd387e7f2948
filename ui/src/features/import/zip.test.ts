/*
 * Archives are read as others write them: stored and deflated entries, names in UTF-8; nonsense is refused.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import { zipEntries } from './zip';

const le = (value: number, bytes: number) => Array.from({ length: bytes }, (_, i) => (value >>> (8 * i)) & 255);
const raw = async (bytes: Uint8Array<ArrayBuffer>) => new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw'))).arrayBuffer());

async function archive(files: { path: string; text: string; deflate?: boolean }[]): Promise<Blob> {
  const out: number[] = [];
  const directory: number[] = [];
  for (const { path, text, deflate } of files) {
    const name = [...new TextEncoder().encode(path)];
    const plain = new TextEncoder().encode(text);
    const data = deflate ? await raw(plain) : plain;
    const shared = [...le(20, 2), ...le(0x800, 2), ...le(deflate ? 8 : 0, 2), ...le(0, 4), ...le(0, 4), ...le(data.length, 4), ...le(plain.length, 4), ...le(name.length, 2), ...le(0, 2)];
    directory.push(...le(0x02014b50, 4), ...le(20, 2), ...shared, ...le(0, 2), ...le(0, 2), ...le(0, 2), ...le(0, 4), ...le(out.length, 4), ...name);
    out.push(...le(0x04034b50, 4), ...shared, ...name, ...data);
  }
  const end = [...le(0x06054b50, 4), ...le(0, 4), ...le(files.length, 2), ...le(files.length, 2), ...le(directory.length, 4), ...le(out.length, 4), ...le(0, 2)];
  return new Blob([new Uint8Array([...out, ...directory, ...end])]);
}

describe('zip', () => {
  it('reads stored and deflated entries', async () => {
    const list = await zipEntries(await archive([{ path: 'CD/DICOMDIR', text: 'abc' }, { path: 'CD/été/IM1', text: 'x'.repeat(5000), deflate: true }, { path: 'CD/', text: '' }]));
    expect(list.map((one) => one.path)).toEqual(['CD/DICOMDIR', 'CD/été/IM1']);
    expect(await (await list[0]!.open()).text()).toBe('abc');
    expect(await (await list[1]!.open()).text()).toBe('x'.repeat(5000));
  });
  it('refuses what is none, and what is cut short', async () => {
    await expect(zipEntries(new Blob(['not a zip']))).rejects.toThrow();
    const whole = await archive([{ path: 'A', text: 'abc' }]);
    await expect(zipEntries(whole.slice(0, whole.size - 8))).rejects.toThrow();
    await expect(zipEntries(whole.slice(10))).rejects.toThrow();
  });
});
