/*
 * How the images of a study are hung: when it applies, how many panes, what each shows. The server keeps and checks it (docs/decisions/0115). Pure. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Hanging, HangingContent, PaneRule, When } from '@/shared/api/requests/hangings';

export type { Hanging, HangingContent, PaneRule, When };
export type Owner = 'own' | 'shared' | 'house';
/* One that may be chosen; the viewer's own set has a negative number. */
export interface Rule { id: number; owner: Owner; organisation?: string | null; name: string; content: HangingContent; hanging?: Hanging; offered?: boolean /* only when asked for */ }

export const REGIONS = ['head', 'neck', 'chest', 'heart', 'breast', 'abdomen', 'pelvis', 'spine', 'upper-limb', 'lower-limb', 'whole-body'] as const;
export const ANY: When = { modality: '', region: '', side: '', series_min: 0, series_max: 0, prior: 'any' };
export const PANE: PaneRule = { exam: 0, modality: '', words: '', without: '', plane: '', contrast: '', weight: '', view: '', side: '', nth: 1, window: '', fit: 'fit', link: 1 };

export const ruleOf = (one: Hanging): Rule => ({ id: one.id, owner: one.shared ? 'shared' : 'own', organisation: one.organisation, name: one.name, content: one.content, hanging: one });
