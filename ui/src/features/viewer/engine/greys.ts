/*
 * Images through their tables of grey levels: that of the modality before anybody sees the values, one of the view as an image of its own beside the values. E25
 *
 * An image under a table of the view is named 'grey:N:' and the image; its pixels are greys of the screen, its values stay those of the image.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Enums, imageLoader, metaData, type Types, utilities } from '@cornerstonejs/core';
import { type DicomJson, type Frame, items, number, ofFrame, TAG, text } from '../dicom';
import { type Choice, isApart, isUnder, modalityItem, readTable, SEQUENCE, type Table, tableShown, throughModality, throughView, type Under } from '../grey/tables';
import { bulkOf } from '../requests';
import { changesGreys } from './known';

const NAME = /^(?:grey:(\d+)|state:([^:]+):([01])):(.*)$/s;
export const plainId = (imageId: string): string => NAME.exec(imageId)?.[4] ?? imageId;
export const tableOfId = (imageId: string): number | null => {
  const table = NAME.exec(imageId)?.[1];
  return table === undefined ? null : Number(table);
};
export const underOfId = (imageId: string): Under | null => {
  const [, , key, subtracted] = NAME.exec(imageId) ?? [];
  return key === undefined ? null : { key, subtracted: subtracted === '1' };
};

/* The frame as it is drawn under this choice. */
export function shownAs(frame: Frame, choice: Choice): Frame {
  const table = tableShown(frame, choice), plain = plainId(frame.imageId), changes = isUnder(choice) && changesGreys(choice.key, frame);
  const imageId = changes ? `state:${choice.key}:${Number(choice.subtracted)}:${plain}` : table === null ? plain : `grey:${table}:${plain}`;
  return imageId === frame.imageId ? frame : { ...frame, imageId };
}

const tables = new Map<string, Promise<Table | null>>(); // by object, sequence and item
const known = new Map<string, Table | null>(); // those that came; null: contradicts itself
const nameOf = (frame: Frame, sequence: string, index: number) => `${frame.sop}/${sequence}/${index + 1}/00283006`;

function tableOf(frame: Frame, sequence: string, index: number): Promise<Table | null> {
  const item = items(frame.instance, sequence)[index];
  return item ? tableAt(frame, item, `${sequence}/${index + 1}/00283006`) : Promise.resolve(null);
}
/* The table of an item; 'path' is where its entries stand as bulk data of the object. */
export function tableAt(of: Pick<Frame, 'sop' | 'instance'>, item: DicomJson, path: string): Promise<Table | null> {
  const name = `${of.sop}/${path}`, before = tables.get(name);
  if (before) return before;
  const read = async () => {
    const apart = isApart(item) ? await bulkOf(text(of.instance, TAG.study), text(of.instance, TAG.series), of.sop, path) : null;
    const table = readTable(item, apart);
    known.set(name, table);
    return table;
  };
  const asked = read();
  tables.set(name, asked);
  asked.catch(() => tables.delete(name)); // the next image asks again
  return asked;
}

/* The table that this image is shown under, when it is here. */
export function tableHere(frame: Frame): Table | null {
  const index = tableOfId(frame.imageId);
  return index === null ? null : known.get(nameOf(frame, SEQUENCE.voi, index)) ?? null;
}
const rescaled = ({ instance, frame }: Frame) => number(ofFrame(instance, frame, TAG.slope), TAG.slope) !== null;
/* One of its tables cannot be applied: it contradicts itself, or stands beside a rescale that says otherwise. */
export function unapplied(frame: Frame): boolean {
  const index = tableOfId(frame.imageId);
  return (!!modalityItem(frame) && (rescaled(frame) || known.get(nameOf(frame, SEQUENCE.modality, 0)) === null)) || (index !== null && known.get(nameOf(frame, SEQUENCE.voi, index)) === null);
}

export function forgetTables() {
  tables.clear();
  known.clear();
}

export interface Remade { values: Uint8Array | Uint16Array | Float32Array; min: number; max: number; center: number; width: number }
export function remade(image: Types.IImage, imageId: string, { values, min, max, center, width }: Remade, numberOfComponents = 1): Types.IImage {
  const voxelManager = utilities.VoxelManager.createImageVoxelManager({ scalarData: values, width: image.columns, height: image.rows, numberOfComponents });
  return { ...image, imageId, numberOfComponents, voxelManager, getPixelData: () => values, dataType: values.constructor.name, sizeInBytes: values.byteLength, minPixelValue: min, maxPixelValue: max, slope: 1, intercept: 0,
    windowCenter: center, windowWidth: width, voiLUTFunction: undefined, preScale: undefined } as unknown as Types.IImage;
}

const raws = new WeakMap<object, ArrayLike<number>>(); // stored values behind those of a table
/* The values as they are stored; where the loader rescaled them, that is taken back. */
export function rawOf(image: Types.IImage): { at: (i: number) => number; length: number } {
  const values = image.getPixelData(), raw = raws.get(values), by = image.preScale?.scaled ? image.preScale.scalingParameters : undefined;
  const [slope, intercept] = [by?.rescaleSlope || 1, by?.rescaleIntercept ?? 0];
  return { length: values.length, at: raw ? (i) => raw[i]! : by ? (i) => Math.round((values[i]! - intercept) / slope) : (i) => values[i]! };
}

export const throughTable = (frame: Frame): boolean => !!modalityItem(frame) && !rescaled(frame);
/* The values after the table of the modality (PS3.3 C.11.1); those stored where it contradicts itself. 'window': the frame says none. */
export async function modalityApplied(frame: Frame, image: Types.IImage, unsaid: boolean): Promise<Types.IImage> {
  const table = await tableOf(frame, SEQUENCE.modality, 0);
  if (!table || image.color) return image;
  const mapped = throughModality(table, image.getPixelData());
  raws.set(mapped.values, image.getPixelData());
  const window = unsaid ? { center: (mapped.max + mapped.min + 1) / 2, width: mapped.max - mapped.min + 1 } : { center: image.windowCenter as number, width: image.windowWidth as number };
  return { ...remade(image, image.imageId, { ...mapped, ...window }), voiLUTFunction: image.voiLUTFunction };
}

/* What an image under a table of the view measures. */
const values = new WeakMap<object, Types.IImage>();
export const setValues = (made: Types.IImage, of: Types.IImage) => void values.set(made.voxelManager as object, of);
export const valuesOf = (image: Types.IImage): Types.IImage => values.get(image.voxelManager as object) ?? image;

async function viewed(frame: Frame, imageId: string, index: number): Promise<Types.IImage> {
  const [image, table] = await Promise.all([imageLoader.loadAndCacheImage(frame.imageId, { priority: 5, requestType: Enums.RequestType.Interaction }), tableOf(frame, SEQUENCE.voi, index)]);
  if (!table || image.color) return { ...image, imageId };
  const [slope, intercept] = image.preScale?.scaled ? [1, 0] : [image.slope, image.intercept];
  const made = remade(image, imageId, { values: throughView(table, image.getPixelData(), slope, intercept), min: 0, max: 255, center: 128, width: 256 });
  setValues(made, image);
  return made;
}

/* Makes images under tables known to the engine; 'frameOf' by the plain name. */
export function registerGreys(frameOf: (imageId: string) => Frame | undefined) {
  metaData.addProvider((type: string, ...asked: unknown[]) => {
    const [imageId] = asked;
    return typeof imageId === 'string' && tableOfId(imageId) !== null ? metaData.get(type, plainId(imageId)) : undefined;
  }, 20_000);
  const load = (imageId: string) => {
    const frame = frameOf(plainId(imageId)), index = tableOfId(imageId);
    return { promise: frame && index !== null ? viewed(frame, imageId, index) : Promise.reject(new Error('no such image')) };
  };
  imageLoader.registerImageLoader('grey', load as unknown as Parameters<typeof imageLoader.registerImageLoader>[1]);
}
