/* A text in French and in English. SPDX-License-Identifier: Apache-2.0 */
export type Texts = Record<string, readonly [french: string, english: string]>;
