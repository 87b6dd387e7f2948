/*
 * A one-time password, shown once. X1
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Code, CopyButton, Modal, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export function OneTime({ password, onClose }: { password: string | null; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={password !== null} onClose={onClose} title={t('people.passwordTitle')} closeOnClickOutside={false} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Stack>
        <Text size="sm">{t('people.passwordText')}</Text>
        <Code block className="one-time">{password}</Code>
        <CopyButton value={password ?? ''}>{({ copied, copy }) => <Button variant="default" onClick={copy}>{t(copied ? 'common.copied' : 'common.copy')}</Button>}</CopyButton>
      </Stack>
    </Modal>
  );
}
