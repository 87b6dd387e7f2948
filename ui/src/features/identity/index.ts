/* Identities: found, seen with what they are worth, checked, corrected. SPDX-License-Identifier: Apache-2.0 */
export { IdentitiesPage, IdentityPage } from './IdentityPage';
