/* What stands behind the '?' of the page's address: typed by anybody. SPDX-License-Identifier: Apache-2.0 */
import { useLocation } from '@tanstack/react-router';

export const useAddress = () => useLocation().search as Record<string, unknown>;
