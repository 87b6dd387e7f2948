/*
 * Adding a passkey: a name for the device, then the browser's own dialog.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Button, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAddPasskey } from '../api/requests/myPasskeys';
import { Refusal } from '../ui/Blocks';
import { Icon } from '../ui/Icon';

export function PasskeyForm({ onAdded }: { onAdded: (recoveryCodes: string[]) => void }) {
  const { t } = useTranslation();
  const add = useAddPasskey();
  const [label, setLabel] = useState('');
  return (
    <form onSubmit={(event) => {
      event.preventDefault();
      add.mutate(label.trim(), { onSuccess: (answer) => { setLabel(''); onAdded(answer.recovery_codes ?? []); } });
    }}>
      <Stack gap="sm">
        <TextInput label={t('account.label')} placeholder={t('account.labelExample')} value={label} onChange={(e) => setLabel(e.currentTarget.value)} required
          withAsterisk={false} maxLength={60} />
        {add.error instanceof DOMException
          ? <Alert className="refusal" icon={<Icon name="warning" />} p="xs" role="alert">{t('signIn.noPasskey')}</Alert>
          : <Refusal error={add.error} />}
        <Button type="submit" leftSection={<Icon name="key" />} loading={add.isPending} disabled={!label.trim()}>{t('account.addPasskey')}</Button>
      </Stack>
    </form>
  );
}
