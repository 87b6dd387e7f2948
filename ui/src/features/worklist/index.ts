/* The lists of acts, one per side. SPDX-License-Identifier: Apache-2.0 */
export { ImagingPage, RequestsPage, SitePage } from './Pages';
