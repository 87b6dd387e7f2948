/* What follows the reports. SPDX-License-Identifier: Apache-2.0 */
export { DutiesPage } from './DutiesPage';
export { HandedReportPage } from './HandedReportPage';
