/*
 * Images through their tables of grey levels: that of the modality before anybody sees the values, one of the view as an image of its own beside the values. E25
 *
 * An image under a table of the view is named 'grey:N:' and the image; its pixels are greys of the screen, its values stay those of the image.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Enums, imageLoader, metaData, type Types, utilities } from '@cornerstonejs/core';
import { type Frame, items, number, ofFrame, TAG, text } from '../dicom';
import { type Choice, isApart, modalityItem, readTable, SEQUENCE, type Table, tableShown, throughModality, throughView } from '../grey/tables';
import { bulkOf } from '../requests';

const NAME = /^grey:(\d+):(.*)$/s;
export const plainId = (imageId: string): string => NAME.exec(imageId)?.[2] ?? imageId;
export const tableOfId = (imageId: string): number | null => (NAME.test(imageId) ? Number(NAME.exec(imageId)![1]) : null);

/* The frame as it is drawn under this choice. */
export function shownAs(frame: Frame, choice: Choice): Frame {
  const table = tableShown(frame, choice), imageId = table === null ? plainId(frame.imageId) : `grey:${table}:${plainId(frame.imageId)}`;
  return imageId === frame.imageId ? frame : { ...frame, imageId };
}

const tables = new Map<string, Promise<Table | null>>(); // by object, sequence and item
const known = new Map<string, Table | null>(); // those that came; null: contradicts itself
const nameOf = (frame: Frame, sequence: string, index: number) => `${frame.sop}/${sequence}/${index}`;

function tableOf(frame: Frame, sequence: string, index: number): Promise<Table | null> {
  const name = nameOf(frame, sequence, index), before = tables.get(name), item = items(frame.instance, sequence)[index];
  if (before || !item) return before ?? Promise.resolve(null);
  const read = async () => {
    const apart = isApart(item) ? await bulkOf(text(frame.instance, TAG.study), text(frame.instance, TAG.series), frame.sop, `${sequence}/${index + 1}/00283006`) : null;
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

interface Remade { values: Uint8Array | Uint16Array; min: number; max: number; center: number; width: number }
function remade(image: Types.IImage, imageId: string, { values, min, max, center, width }: Remade): Types.IImage {
  const voxelManager = utilities.VoxelManager.createImageVoxelManager({ scalarData: values, width: image.columns, height: image.rows, numberOfComponents: 1 });
  return { ...image, imageId, voxelManager, getPixelData: () => values, dataType: values.constructor.name, sizeInBytes: values.byteLength, minPixelValue: min, maxPixelValue: max, slope: 1, intercept: 0,
    windowCenter: center, windowWidth: width, voiLUTFunction: undefined, preScale: undefined } as unknown as Types.IImage;
}

export const throughTable = (frame: Frame): boolean => !!modalityItem(frame) && !rescaled(frame);
/* The values after the table of the modality (PS3.3 C.11.1); those stored where it contradicts itself. 'window': the frame says none. */
export async function modalityApplied(frame: Frame, image: Types.IImage, unsaid: boolean): Promise<Types.IImage> {
  const table = await tableOf(frame, SEQUENCE.modality, 0);
  if (!table || image.color) return image;
  const mapped = throughModality(table, image.getPixelData());
  const window = unsaid ? { center: (mapped.max + mapped.min + 1) / 2, width: mapped.max - mapped.min + 1 } : { center: image.windowCenter as number, width: image.windowWidth as number };
  return { ...remade(image, image.imageId, { ...mapped, ...window }), voiLUTFunction: image.voiLUTFunction };
}

/* What an image under a table of the view measures. */
const values = new WeakMap<object, Types.IImage>();
export const valuesOf = (image: Types.IImage): Types.IImage => values.get(image.voxelManager as object) ?? image;

async function viewed(frame: Frame, imageId: string, index: number): Promise<Types.IImage> {
  const [image, table] = await Promise.all([imageLoader.loadAndCacheImage(frame.imageId, { priority: 5, requestType: Enums.RequestType.Interaction }), tableOf(frame, SEQUENCE.voi, index)]);
  if (!table || image.color) return { ...image, imageId };
  const [slope, intercept] = image.preScale?.scaled ? [1, 0] : [image.slope, image.intercept];
  const made = remade(image, imageId, { values: throughView(table, image.getPixelData(), slope, intercept), min: 0, max: 255, center: 128, width: 256 });
  values.set(made.voxelManager as object, image);
  return made;
}

/* Makes images under tables known to the engine; 'frameOf' by the plain name. */
export function registerGreys(frameOf: (imageId: string) => Frame | undefined) {
  metaData.addProvider((type: string, ...asked: unknown[]) => {
    const [imageId] = asked;
    return typeof imageId === 'string' && NAME.test(imageId) ? metaData.get(type, plainId(imageId)) : undefined;
  }, 20_000);
  const load = (imageId: string) => {
    const frame = frameOf(plainId(imageId)), index = tableOfId(imageId);
    return { promise: frame && index !== null ? viewed(frame, imageId, index) : Promise.reject(new Error('no such image')) };
  };
  imageLoader.registerImageLoader('grey', load as unknown as Parameters<typeof imageLoader.registerImageLoader>[1]);
}
