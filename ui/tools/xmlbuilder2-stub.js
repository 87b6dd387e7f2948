/* Stands in for xmlbuilder2, which the page never calls. SPDX-License-Identifier: Apache-2.0 */
export const create = () => {
  throw new Error('xmlbuilder2 is not part of the page');
};
