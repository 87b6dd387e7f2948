/* The archive: studies found, one study with all that is known of it. SPDX-License-Identifier: Apache-2.0 */
export { ArchivePage } from './Archive';
export { ArchiveStudyPage } from './Study';
