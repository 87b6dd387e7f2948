/*
 * How the images of a study are hung: when it applies, how many panes, what each shows. The server keeps and checks it (docs/decisions/0115). Pure. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Grid, Hanging, HangingContent, PaneRule, When } from '@/shared/api/requests/hangings';

export type { Grid, Hanging, HangingContent, PaneRule, When };
export type Owner = 'own' | 'shared' | 'house';
/* One that may be chosen; the viewer's own set has a negative number. */
export interface Rule { id: number; owner: Owner; organisation?: string | null; name: string; content: HangingContent; hanging?: Hanging; offered?: boolean /* only when asked for */ }

export const REGIONS = ['head', 'neck', 'chest', 'heart', 'breast', 'abdomen', 'pelvis', 'spine', 'upper-limb', 'lower-limb', 'whole-body'] as const;
export const ANY: When = { modality: '', region: '', side: '', series_min: 0, series_max: 0, prior: 'any', age_min: 0, age_max: 0 };
export const PANE: PaneRule = { exam: 0, modality: '', words: '', without: '', plane: '', contrast: '', weight: '', view: '', side: '', nth: 1, window: '', fit: 'fit', link: 1, flip: '' };

/* As it is used here: what an older one does not say is what is meant when nothing is said. */
const whole = ({ second, ...one }: HangingContent): HangingContent => ({
  ...one, begin: one.begin ?? 'alone', when: { ...ANY, ...one.when }, panes: one.panes.map((pane) => ({ ...PANE, ...pane })),
  ...(second ? { second: { ...second, panes: second.panes.map((pane) => ({ ...PANE, ...pane })) } } : {}),
});
export const ruleOf = (one: Hanging): Rule =>
  ({ id: one.id, owner: one.shared ? 'shared' : 'own', organisation: one.organisation, name: one.name, content: whole(one.content), hanging: one, offered: one.content.begin === 'offered' });
/* All its panes: those of the first monitor, then those of the second. */
export const allPanes = (content: HangingContent): PaneRule[] => [...content.panes, ...(content.second?.panes ?? [])];
