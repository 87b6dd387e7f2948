/*
 * How images of a modality are read: a PET dark on light, all else as it is stored.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
export const readsDark = (modality: string) => modality === 'PT';
