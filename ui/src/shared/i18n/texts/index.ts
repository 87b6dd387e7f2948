/* All texts in one table; the parts are cut by subject. SPDX-License-Identifier: Apache-2.0 */
import { act } from './act';
import { after } from './after';
import { aids } from './aids';
import { archive } from './archive';
import { before } from './before';
import { care } from './care';
import { codes } from './codes';
import { common } from './common';
import { dictation } from './dictation';
import { display } from './display';
import { elsewhere } from './elsewhere';
import { emergency } from './emergency';
import { hanging } from './hanging';
import { home } from './home';
import { indicators } from './indicators';
import { identity } from './identity';
import { light } from './light';
import { media } from './media';
import { network } from './network';
import { opinion } from './opinion';
import { patient } from './patient';
import { peers } from './peers';
import { planning } from './planning';
import { report } from './report';
import { protocols } from './protocols';
import { rest } from './rest';
import { room } from './room';
import { security } from './security';
import { staff } from './staff';
import { steps } from './steps';
import { trace } from './trace';
import { viewer } from './viewer';
import { volume } from './volume';
import type { Texts } from './types';

export const PARTS: Texts[] = [
  common,
  network,
  before,
  codes,
  act,
  rest,
  steps,
  viewer,
  hanging,
  volume,
  light,
  report,
  media,
  peers,
  care,
  elsewhere,
  emergency, security,
  identity,
  archive,
  staff,
  opinion,
  after,
  home,
  indicators,
  patient,
  planning,
  protocols,
  aids,
  trace,
  room,
  dictation,
  display,
];

export const TEXTS: Texts = Object.assign({}, ...PARTS);
