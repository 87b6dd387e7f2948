/*
 * Recovery codes, shown once: copy, print, and say that they are kept before going on.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Checkbox, CopyButton, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../ui/Icon';

export function RecoveryCodes({ codes, doneText, onDone }: { codes: string[]; doneText: string; onDone: () => void }) {
  const { t } = useTranslation();
  const [kept, setKept] = useState(false);
  return (
    <Stack gap="sm">
      <Text fw={600}>{t('enrol.codesTitle')}</Text>
      <Text size="sm">{t('enrol.codesText')}</Text>
      <ul className="codes">{codes.map((code) => <li key={code}>{code}</li>)}</ul>
      <Group>
        <CopyButton value={codes.join('\n')}>
          {({ copied, copy }) => <Button variant="default" size="xs" leftSection={<Icon name="copy" size={15} />} onClick={copy}>{t(copied ? 'common.copied' : 'common.copy')}</Button>}
        </CopyButton>
        <Button variant="default" size="xs" leftSection={<Icon name="print" size={15} />} onClick={() => window.print()}>{t('common.print')}</Button>
      </Group>
      <Checkbox label={t('enrol.codesKept')} checked={kept} onChange={(e) => setKept(e.currentTarget.checked)} />
      <Button disabled={!kept} onClick={onDone}>{doneText}</Button>
    </Stack>
  );
}
