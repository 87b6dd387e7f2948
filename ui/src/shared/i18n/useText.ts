/*
 * A code of the server as words; a code this page does not know yet is shown as it came, never hidden.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

export function useText() {
  const { t } = useTranslation();
  return useCallback((group: string, code: string | null | undefined) => (code ? t(`${group}.${code}`, { defaultValue: code }) : ''), [t]);
}
