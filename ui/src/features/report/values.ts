/*
 * What the act and its images give to the fields of a template, in French whatever the page speaks. Pure. E29.
 *
 * A value that is not known is empty: its field then stays to be written, and the report is not complete before.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Act } from '@/shared/api/types';
import { ageAt, dayOf, timeOf } from '@/shared/format/dates';
import type { Dose } from './content';
import type { FieldName } from '@/shared/report/fieldNames';

export interface OpenedPrior { date: string; modalities: string; description: string }

const number = (value: number) => value.toLocaleString('fr-FR', { maximumFractionDigits: 2 }).replace(/[\u00a0\u202f]/g, ' ');
const small = (word: string) => (/^\p{Lu}{2}/u.test(word) ? word : word.toLocaleLowerCase('fr')); // IRM stays
const day = (date: string) => date.replace(/^(\d{4})-?(\d{2})-?(\d{2}).*$/, '$3/$2/$1');

export function doseText(dose: Dose | null | undefined): string {
  if (!dose) return '';
  const ctdi = (dose.ctdi ?? []).filter((one) => one.mgy != null).map((one) => `CTDIvol ${number(one.mgy!)} mGy${one.phantom_cm ? ` (fantôme ${one.phantom_cm} cm)` : ''}`);
  return [...ctdi, dose.dlp_mgycm != null && `PDL ${number(dose.dlp_mgycm)} mGy·cm`, dose.dap_mgycm2 != null && `PDS ${number(dose.dap_mgycm2)} mGy·cm²`].filter(Boolean).join(', ');
}

/* What was given, as it was recorded; what the protocol says when nothing was to be given. */
export function contrastText(act: Act): string {
  const given = (act.facts.drugs ?? []).filter((one) => one.kind === 'contrast' && !one.replaced_by);
  if (given.length) return `injection de produit de contraste (${given.map((one) => [one.product, one.dose != null && `${number(one.dose)} ${one.unit ?? ''}`.trim()].filter(Boolean).join(', ')).join(' ; ')})`;
  const { protocol } = act.facts;
  return protocol?.contrast?.kind === 'none' || protocol?.injection === 'none' ? 'sans injection de produit de contraste' : '';
}

export function comparisonText(priors: readonly OpenedPrior[], modality: (code: string) => string): string {
  const said = priors.map((one) => [`${small(modality(one.modalities.split(/[\\, ]/)[0] ?? ''))} du ${day(one.date)}`, one.description && `(${one.description})`].filter(Boolean).join(' '));
  return said.length ? `Examen comparé à : ${said.join(' ; ')}.` : '';
}

export function valuesOf(act: Act, dose: Dose | null | undefined, priors: readonly OpenedPrior[], t: (key: string) => string): Record<FieldName, string> {
  const { request, protocol, acquisition } = act.facts;
  const modality = (code: string) => {
    const said = t(`modality.${code}`);
    return said === `modality.${code}` ? code : said;
  };
  const at = acquisition?.started_at_ms ?? act.images.last_at_ms;
  const age = ageAt(act.patient.birth_date, at ?? Date.now());
  const contrast = contrastText(act);
  const protocolText = [protocol?.name, protocol?.phases?.split('\n').filter(Boolean).join(', ')].filter(Boolean).join(' : ');
  return {
    modalite: modality(act.modality), region: act.region, contraste: contrast, dose: doseText(dose), comparaison: comparisonText(priors, modality),
    technique: [protocolText, contrast].filter(Boolean).join(', '), indication: request?.reason ?? '', question: request?.question ?? '',
    date_examen: at ? dayOf(at) : '', site: act.site.name, age: age ? (age.years >= 2 ? `${age.years} ans` : `${age.months} mois`) : '',
    sexe: act.patient.sex === 'F' ? 'femme' : act.patient.sex === 'M' ? 'homme' : '',
  };
}

/* What the act noted of incidents and of what was given, as sentences to start from: the report tells of them. */
export function recordedOf(act: Act, t: (key: string) => string): { incidents: string; prescriptions: string } {
  const { incidents = [], drugs = [] } = act.facts;
  const stop = (said: string) => (/[.!?…]$/.test(said.trim()) ? said.trim() : `${said.trim()}.`);
  const told = incidents.map((one) => [`${t(`incident.${one.kind}`)} à ${timeOf(one.at_ms)}\u00a0: ${stop(one.text)}`, one.care && `Soins\u00a0: ${stop(one.care.text)} Issue\u00a0: ${stop(one.care.outcome)}`].filter(Boolean).join(' '));
  const given = drugs.filter((one) => !one.replaced_by).map((one) => stop([one.product, one.activity_mbq ? `${one.radionuclide ?? ''} ${number(one.activity_mbq)} MBq`.trim() : one.dose != null && `${number(one.dose)} ${t(`unit.${one.unit}`)}`,
    `voie ${small(t(`route.${one.route}`))}`, `lot ${one.batch}`, `prescription ${one.prescriber.name}`].filter(Boolean).join(', ')));
  return { incidents: told.join('\n'), prescriptions: given.join('\n') };
}
