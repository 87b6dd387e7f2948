/*
 * Images under a presentation state: stored values through its modality, its mask, its window or tables; of a window alone values that a hand may window on. E25
 *
 * Such an image is an image of its own to the engine ('state:KEY:1:' and its name); its values to measure stay those of the image. The same greys as server/formats/image/render.c makes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Enums, imageLoader, metaData, type Types } from '@cornerstonejs/core';
import { type DicomJson, type Frame, number, TAG } from '../dicom';
import { entryOf, type Table, type Under } from '../grey/tables';
import { bulkOf } from '../requests';
import { type Plan, type Plane, takeAway } from '../state/mask';
import { type Palette, paletteOf } from '../state/palette';
import { type Rules, rulesOf, type State, type TableRef } from '../state/read';
import { toGreys } from '../state/greys';
import { plainId, rawOf, remade, setValues, tableAt, underOfId } from './greys';
import { known } from './known';

const KEPT_MASKS = 4;
const masks = new Map<string, Promise<Plane>>(); // the last ones, averaged

const loaded = (imageId: string) => imageLoader.loadAndCacheImage(imageId, { priority: 5, requestType: Enums.RequestType.Interaction });
const table = (state: State, ref: TableRef | null): Promise<Table | null> => (ref ? tableAt(state, ref.item, ref.path) : Promise.resolve(null));
const frameId = (imageId: string, frame: number) => imageId.replace(/\/frames\/\d+$/, `/frames/${frame}`);

interface Modality { slope: number; intercept: number; table: Table | null }
function valuesOf(image: Types.IImage, { slope, intercept, table: by }: Modality): Float64Array {
  const raw = rawOf(image);
  return Float64Array.from({ length: raw.length }, (_, i) => (by ? entryOf(by, raw.at(i)) : raw.at(i) * slope + intercept));
}

async function meanOf(imageId: string, list: readonly number[], modality: Modality): Promise<Plane> {
  let sum: Float64Array | null = null, size = { columns: 0, rows: 0 };
  for (const one of list) {
    const image = await loaded(frameId(imageId, one)), values = valuesOf(image, modality);
    size = { columns: image.columns, rows: image.rows };
    if (!sum) sum = values;
    else for (let i = 0; i < values.length; i++) sum[i]! += values[i]!;
  }
  if (!sum) throw new Error('no frame');
  if (list.length > 1) for (let i = 0; i < sum.length; i++) sum[i]! /= list.length;
  return { ...size, values: sum };
}
function maskOf(key: string, imageId: string, plan: Plan, modality: Modality): Promise<Plane> {
  const name = `${key}/${frameId(imageId, 0)}/${plan.mask.join()}`, before = masks.get(name);
  if (before) return before;
  const made = meanOf(imageId, plan.mask, modality);
  masks.set(name, made);
  made.catch(() => masks.delete(name));
  for (const old of masks.keys()) if (masks.size > KEPT_MASKS) masks.delete(old);
  return made;
}

async function read(state: State, rules: Rules) {
  const [modality, toLog, voi, lut, palette] = await Promise.all([table(state, rules.modality), table(state, rules.toLog), table(state, rules.voi), table(state, rules.lut), rules.palette ? paletteOf(state.instance, (tag) => bulk(state, tag)) : null]);
  if ((rules.modality && !modality) || (rules.toLog && !toLog) || (rules.voi && !voi) || (rules.lut && !lut) || (rules.palette && !palette)) throw new Error('a table contradicts itself');
  return { modality: { slope: rules.slope, intercept: rules.intercept, table: toLog ?? modality }, voi, lut, palette };
}
const bulk = (state: State, tag: string) => bulkOf(String(state.instance[TAG.study]?.Value?.[0]), String(state.instance[TAG.series]?.Value?.[0]), state.sop, tag);

/* All that values can be after the modality: what is shown without a window; of a difference both signs of it. */
function whole(instance: DicomJson, { modality }: Awaited<ReturnType<typeof read>>, differs: boolean): [number, number] {
  const count = 2 ** (number(instance, '00280101') ?? 16), least = number(instance, '00280103') === 1 ? -count / 2 : 0;
  const ends = modality.table ? [0, 2 ** modality.table.bits - 1] : [least, least + count - 1].map((one) => one * modality.slope + modality.intercept);
  const [from, to] = [Math.min(...ends), Math.max(...ends)];
  return differs ? [from - to, to - from] : [from, to];
}

async function underState(frame: Frame, imageId: string, { key, subtracted }: Under): Promise<Types.IImage> {
  const state = known.get(key), image = await loaded(frame.imageId);
  if (!state || image.color) throw new Error('no such state');
  const rules = rulesOf(state, frame, subtracted), says = await read(state, rules), { mask: plan } = rules;
  const shown = plan ? takeAway(plan, await meanOf(frame.imageId, plan.contrast, says.modality), await maskOf(key, frame.imageId, plan, says.modality)).values : valuesOf(image, says.modality);
  const range = whole(frame.instance, says, !!plan), window = rules.window ?? { center: (range[0] + range[1]) / 2, width: range[1] - range[0] || 1, shape: 'LINEAR_EXACT' as const };
  const plain = !says.lut && !says.palette && (!!rules.window || !says.voi);
  const made = plain ? windowed(image, imageId, shown, window) : baked(image, imageId, toGreys(shown, { window: rules.window || !says.voi ? window : null, voi: says.voi, lut: says.lut, inverse: rules.inverse && !says.palette }), says.palette);
  setValues(made, image);
  return { ...made, imageFrame: { ...(image as unknown as { imageFrame: object }).imageFrame, photometricInterpretation: photometric(imageId) } } as unknown as Types.IImage;
}

function windowed(image: Types.IImage, imageId: string, shown: Float64Array, { center, width, shape }: NonNullable<Rules['window']>): Types.IImage {
  const values = Float32Array.from(shown);
  let min = Infinity, max = -Infinity;
  for (const one of values) {
    if (one < min) min = one;
    if (one > max) max = one;
  }
  return { ...remade(image, imageId, { values, min, max, center, width }), voiLUTFunction: shape } as unknown as Types.IImage;
}
function baked(image: Types.IImage, imageId: string, greys: Uint8Array, palette: Palette | null): Types.IImage {
  const made = remade(image, imageId, { values: palette ? palette.colours(greys) : greys, min: 0, max: 255, center: 128, width: 256 }, palette ? 3 : 1);
  return palette ? ({ ...made, color: true, rgba: false } as Types.IImage) : made;
}

/* What the engine is told of an image under a state: its polarity is the state's. */
function photometric(imageId: string): string {
  const under = underOfId(imageId), state = under && known.get(under.key);
  if (state?.kind === 'pseudo') return 'RGB';
  if (!state || String(state.instance['20500010']?.Value?.length ?? 0) !== '0') return 'MONOCHROME2';
  return state.kind === 'own' ? String(state.instance[TAG.photometric]?.Value?.[0] ?? 'MONOCHROME2') : state.instance['20500020']?.Value?.[0] === 'INVERSE' ? 'MONOCHROME1' : 'MONOCHROME2';
}

export function registerStates(frameOf: (imageId: string) => Frame | undefined) {
  metaData.addProvider((type: string, ...asked: unknown[]) => {
    const [imageId] = asked;
    if (typeof imageId !== 'string' || !underOfId(imageId)) return undefined;
    const told = metaData.get(type, plainId(imageId)) as object | undefined;
    return type === 'imagePixelModule' && told ? { ...told, photometricInterpretation: photometric(imageId), ...(photometric(imageId) === 'RGB' ? { samplesPerPixel: 3, bitsAllocated: 8, bitsStored: 8, highBit: 7, pixelRepresentation: 0 } : {}) } : told;
  }, 20_001);
  const load = (imageId: string) => {
    const frame = frameOf(plainId(imageId)), under = underOfId(imageId);
    return { promise: frame && under ? underState(frame, imageId, under) : Promise.reject(new Error('no such image')) };
  };
  imageLoader.registerImageLoader('state', load as unknown as Parameters<typeof imageLoader.registerImageLoader>[1]);
}
