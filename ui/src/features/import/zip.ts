/*
 * Reading a zip archive from disk without unpacking it whole: its directory at the end, then each entry when its turn comes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
export interface ZipEntry { path: string; bytes: number; open: () => Promise<Blob> }

const END = 0x06054b50;
const END_64 = 0x06064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const ENTRIES_MAX = 200_000;
const DIRECTORY_MAX = 256 * 1024 * 1024;
const RATIO_MAX = 1100; // more than deflate can do: a bomb, or nonsense

async function view(file: Blob, from: number, length: number) {
  if (from < 0 || length < 0 || from + length > file.size) throw new Error('zip');
  return new DataView(await file.slice(from, from + length).arrayBuffer());
}

/* Where the directory is, how long, how many; in 64 bits when the short record says so. */
async function directoryOf(file: Blob) {
  const tail = Math.min(file.size, 65_557);
  const end = await view(file, file.size - tail, tail);
  let at = tail - 22;
  while (at >= 0 && end.getUint32(at, true) !== END) at--;
  if (at < 0) throw new Error('zip');
  const short = { count: end.getUint16(at + 10, true), bytes: end.getUint32(at + 12, true), from: end.getUint32(at + 16, true) };
  if (short.count !== 0xffff && short.bytes !== 0xffffffff && short.from !== 0xffffffff) return short;
  const locator = await view(file, file.size - tail + at - 20, 20);
  const long = await view(file, Number(locator.getBigUint64(8, true)), 56);
  if (long.getUint32(0, true) !== END_64) throw new Error('zip');
  return { count: Number(long.getBigUint64(32, true)), bytes: Number(long.getBigUint64(40, true)), from: Number(long.getBigUint64(48, true)) };
}

/* Sizes and place beyond 32 bits stand in an extra field, in this order, each only when its short form is full. */
function wide(d: DataView, at: number, end: number, short: number[]): number[] {
  const values = [...short];
  while (at + 4 <= end) {
    const id = d.getUint16(at, true);
    const length = d.getUint16(at + 2, true);
    let place = at + 4;
    if (id === 1)
      for (let i = 0; i < values.length; i++)
        if (values[i] === 0xffffffff && place + 8 <= at + 4 + length) {
          values[i] = Number(d.getBigUint64(place, true));
          place += 8;
        }
    at += 4 + length;
  }
  return values;
}

export async function zipEntries(file: Blob): Promise<ZipEntry[]> {
  const where = await directoryOf(file);
  if (where.count > ENTRIES_MAX || where.bytes > DIRECTORY_MAX) throw new Error('zip');
  const d = await view(file, where.from, where.bytes);
  const entries: ZipEntry[] = [];
  for (let at = 0, n = 0; n < where.count; n++) {
    if (at + 46 > d.byteLength || d.getUint32(at, true) !== CENTRAL) throw new Error('zip');
    const flags = d.getUint16(at + 8, true);
    const method = d.getUint16(at + 10, true);
    const [nameLength, extra, comment] = [d.getUint16(at + 28, true), d.getUint16(at + 30, true), d.getUint16(at + 32, true)];
    const end = at + 46 + nameLength + extra;
    if (end > d.byteLength) throw new Error('zip');
    const name = new TextDecoder(flags & 0x800 ? 'utf-8' : 'latin1').decode(new Uint8Array(d.buffer, d.byteOffset + at + 46, nameLength));
    const [bytes = 0, packed = 0, from = 0] = wide(d, at + 46 + nameLength, end, [d.getUint32(at + 24, true), d.getUint32(at + 20, true), d.getUint32(at + 42, true)]);
    at = end + comment;
    if (name.endsWith('/') || flags & 1 || (method !== 0 && method !== 8) || bytes > packed * RATIO_MAX + 1024) continue;
    entries.push({ path: name.replaceAll('\\', '/'), bytes, open: () => entryOf(file, from, packed, method) });
  }
  return entries;
}

async function entryOf(file: Blob, from: number, packed: number, method: number): Promise<Blob> {
  const local = await view(file, from, 30);
  if (local.getUint32(0, true) !== LOCAL) throw new Error('zip');
  const start = from + 30 + local.getUint16(26, true) + local.getUint16(28, true);
  const data = file.slice(start, start + packed);
  return method === 0 ? data : new Response(data.stream().pipeThrough(new DecompressionStream('deflate-raw'))).blob();
}
