/*
 * The names that a template or phrase may write between {{ }}, for the act to fill. E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
export const FIELD_NAMES = ['modalite', 'region', 'technique', 'contraste', 'dose', 'comparaison', 'indication', 'question', 'date_examen', 'site', 'age', 'sexe'] as const;
export type FieldName = (typeof FIELD_NAMES)[number];
