/* Signing in: the page, the dialog over the page, the first sign-in. SPDX-License-Identifier: Apache-2.0 */
export { SignInForm } from './SignInForm';
export { CardReturnPage } from './CardReturnPage';
export { PscReturnPage } from './PscReturnPage';
export { EnrolPage } from './EnrolPage';
export { SignInDialog, SignInPage } from './SignInPage';
