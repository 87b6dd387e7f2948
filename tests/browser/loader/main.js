// Cornerstone's WADO-RS loader alone, as a viewer of somebody else uses it: window.load says what it made of one frame. Built by viewers.test.mjs.
// SPDX-License-Identifier: Apache-2.0
import { imageLoader, init, metaData } from '@cornerstonejs/core';
import loader from '@cornerstonejs/dicom-image-loader';

const MODULES = ['generalSeriesModule', 'imagePlaneModule', 'imagePixelModule', 'voiLutModule', 'modalityLutModule', 'sopCommonModule', 'transferSyntax', 'patientModule', 'generalStudyModule'];

window.load = async (address, metadata, frame) => {
  const imageId = `wadors:${location.origin}${address}/frames/${frame}`;
  loader.wadors.metaDataManager.add(imageId, metadata);
  const image = await imageLoader.loadAndCacheImage(imageId, { preScale: { enabled: false } });
  const pixels = Int32Array.from(image.voxelManager.getScalarData());
  let text = '';
  for (let at = 0, bytes = new Uint8Array(pixels.buffer); at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return { rows: image.rows, columns: image.columns, colour: image.color, samples: btoa(text), modules: JSON.parse(JSON.stringify(Object.fromEntries(MODULES.map((m) => [m, metaData.get(m, imageId) ?? null])))) };
};
await init();
loader.init({ maxWebWorkers: 2, beforeSend: () => (window.accept ? { Accept: window.accept } : {}) });
window.ready = true;
