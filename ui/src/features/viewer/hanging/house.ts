/*
 * The hangings every house has, by modality. Somebody's own or their organisation's come first. E25.
 *
 * Names are keys of texts. Source of the mammography order: IHE Mammography Image, ACR practice: right beside left as one faces the patient,
 * chest walls to the middle, the axilla up.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { ANY, type HangingContent, PANE, type PaneRule, type Rule, type When } from './model';

const pane = (change: Partial<PaneRule>): PaneRule => ({ ...PANE, ...change });
const content = (when: Partial<When>, rows: number, columns: number, panes: Partial<PaneRule>[], as: HangingContent['as'] = 'panes'): HangingContent =>
  ({ as, begin: 'alone', when: { ...ANY, ...when }, rows, columns, panes: Array.from({ length: rows * columns }, (_, n) => pane(panes[n] ?? { nth: n + 1 })) });

const breast = (side: 'R' | 'L', view: 'CC' | 'MLO', exam = 0): Partial<PaneRule> => ({ modality: 'MG', side, view, exam, fit: 'wall', link: 0 });
const FOUR = [breast('R', 'CC'), breast('L', 'CC'), breast('R', 'MLO'), breast('L', 'MLO')];

const SET: [name: string, content: HangingContent][] = [
  ['ctPrior', content({ modality: 'CT', prior: 'with' }, 1, 2, [{ modality: 'CT' }, { exam: 1 }])],
  ['ct', content({ modality: 'CT' }, 1, 1, [{ modality: 'CT' }])],
  ['ctLungSoft', content({ modality: 'CT', region: 'chest' }, 1, 2, [{ modality: 'CT', window: 'lung' }, { modality: 'CT', window: 'mediastinum' }])],
  ['mrPrior', content({ modality: 'MR', prior: 'with' }, 2, 2, [{ modality: 'MR' }, { modality: 'MR', nth: 2 }, { exam: 1 }, { exam: 1 }])],
  ['mr4', content({ modality: 'MR', series_min: 3 }, 2, 2, [1, 2, 3, 4].map((nth) => ({ modality: 'MR', nth })))],
  ['mr2', content({ modality: 'MR', series_min: 2 }, 1, 2, [1, 2].map((nth) => ({ modality: 'MR', nth })))],
  ['xrayPrior', content({ modality: 'DX', prior: 'with' }, 1, 2, [{ modality: 'DX', link: 0 }, { exam: 1, link: 0 }])],
  ['xray2', content({ modality: 'DX', series_min: 2 }, 1, 2, [{ modality: 'DX', link: 0 }, { modality: 'DX', nth: 2, link: 0 }])],
  ['xrayFaceSide', content({ modality: 'DX', region: 'chest' }, 1, 2, [{ modality: 'DX', view: 'PA', link: 0 }, { modality: 'DX', view: 'LAT', link: 0 }])],
  ['mg4', content({ modality: 'MG' }, 2, 2, FOUR)],
  ['mg4Prior', content({ modality: 'MG', prior: 'with' }, 2, 4, [
    breast('R', 'CC'), breast('L', 'CC'), breast('R', 'CC', 1), breast('L', 'CC', 1), breast('R', 'MLO'), breast('L', 'MLO'), breast('R', 'MLO', 1), breast('L', 'MLO', 1)])],
  ['mgCC', content({ modality: 'MG' }, 1, 2, FOUR.slice(0, 2))],
  ['mgMLO', content({ modality: 'MG' }, 1, 2, FOUR.slice(2))],
  ['us4', content({ modality: 'US', series_min: 2 }, 2, 2, [1, 2, 3, 4].map((nth) => ({ modality: 'US', nth, link: 0 })))],
  ['petct', content({ modality: 'PT/CT' }, 1, 2, [{ modality: 'CT' }, { modality: 'PT' }])],
  ['petctFusion', content({ modality: 'PT/CT' }, 1, 1, [{ modality: 'CT' }], 'fusion')],
  ['angio2', content({ modality: 'XA', series_min: 2 }, 1, 2, [1, 2].map((nth) => ({ modality: 'XA', nth, link: 0 })))],
  ['nm2', content({ modality: 'NM', series_min: 2 }, 1, 2, [1, 2].map((nth) => ({ modality: 'NM', nth, link: 0 })))],
  ['ctPlanes', content({ modality: 'CT' }, 1, 1, [{ modality: 'CT' }], 'planes')],
];

/* Offered by one key, not begun with: an exam opens as one image but for the breast, whose four views are one; who wants more keeps a layout of their own. */
const OFFERED = new Set(SET.map(([name]) => name).filter((name) => name !== 'mg4'));
export const HOUSE: Rule[] = SET.map(([name, one], n) => ({ id: -1 - n, owner: 'house', name: `hanging.house.${name}`, content: one, offered: OFFERED.has(name) }));
