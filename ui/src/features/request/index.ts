/* A request: finding the patient, writing it, sending it. SPDX-License-Identifier: Apache-2.0 */
export { NewRequestPage } from './NewRequest';
export { RequestFormPage } from './RequestForm';
