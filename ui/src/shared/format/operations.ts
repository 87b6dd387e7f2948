/*
 * An operation of the past as a line: what, and when as far as it is known. E5
 *
 * SPDX-License-Identifier: Apache-2.0
 */
export const operationText = ({ what, when }: { what: string; when: string }) => (when ? `${what} (${when.split('-').reverse().join('/')})` : what);
