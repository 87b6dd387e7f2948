/*
 * What was dropped or chosen, as one flat list: folders walked, archives opened, what is plainly no image set aside.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { zipEntries } from './zip';

export interface Brought { path: string; bytes: number; open: () => Promise<Blob> }

const ofFile = (file: File, path: string): Brought => ({ path, bytes: file.size, open: () => Promise.resolve(file) });

async function walk(entry: FileSystemEntry, found: Brought[]): Promise<void> {
  const path = entry.fullPath.replace(/^\//, '');
  if (entry.isFile) {
    const file = await new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail));
    found.push(ofFile(file, path));
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) { // a reader gives a hundred at a time
    const some = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
    if (!some.length) return;
    for (const one of some) await walk(one, found);
  }
}

/* The list must be read before the event ends; walking comes after. */
export function dropped(items: DataTransferItemList): () => Promise<Brought[]> {
  const entries = [...items].map((one) => one.webkitGetAsEntry()).filter((one) => one !== null);
  return async () => {
    const found: Brought[] = [];
    for (const one of entries) await walk(one, found);
    return opened(found);
  };
}

export const chosen = (files: FileList) => opened([...files].map((file) => ofFile(file, file.webkitRelativePath || file.name)));

/* Archives become what they hold, one level deep. */
async function opened(list: Brought[]): Promise<Brought[]> {
  const all: Brought[] = [];
  for (const one of list) {
    const inside = /\.zip$/i.test(one.path) ? await zipEntries(await one.open()).catch(() => null) : null;
    if (!inside) all.push(one);
    else for (const entry of inside) all.push({ path: `${one.path.replace(/\.zip$/i, '')}/${entry.path}`, bytes: entry.bytes, open: entry.open });
  }
  return all;
}

const isDirectory = (path: string) => /(^|\/)DICOMDIR(;1)?$/i.test(path);

/* Directories first: they say what there should be. */
export const inOrder = (list: Brought[]) => [...list].sort((a, b) => Number(isDirectory(b.path)) - Number(isDirectory(a.path)));

const OTHERS = [[0x4d, 0x5a], [0x50, 0x4b, 3, 4], [0x25, 0x50, 0x44, 0x46], [0xff, 0xd8, 0xff], [0x89, 0x50, 0x4e, 0x47], [0x47, 0x49, 0x46, 0x38], [0x3c], [0x7f, 0x45, 0x4c, 0x46], [0xef, 0xbb, 0xbf]];
const NAMED = /\.(exe|dll|txt|html?|css|js|xml|json|inf|ini|ico|pdf|jpe?g|png|gif|bmp|zip|cab|msi|jar|class|db|log|md|app|plist|dylib|so)$/i;

/* Does it look like an image file? The rest is the server's to judge. */
export async function mayBeImage(one: Brought): Promise<boolean> {
  if (isDirectory(one.path)) return true;
  const head = new Uint8Array(await (await one.open()).slice(0, 132).arrayBuffer());
  if (head.length === 132 && String.fromCharCode(...head.slice(128)) === 'DICM') return true;
  return head.length >= 132 && !NAMED.test(one.path) && !OTHERS.some((mark) => mark.every((byte, i) => head[i] === byte));
}
