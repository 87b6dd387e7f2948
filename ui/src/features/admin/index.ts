/* People and their roles, organisations, the trace. SPDX-License-Identifier: Apache-2.0 */
export { AuditPage } from './Audit';
export { CorrectionsPage } from './Corrections';
export { OrganisationsPage } from './Organisations';
export { PeersPage } from './Peers';
export { PeoplePage } from './People';
export { QuarantinePage } from './Quarantine';
export { RetentionPage } from './Retention';
export { RightsPage } from './Rights';
export { SecurityPage } from './Security';
export { StoragePage } from './Storage';
