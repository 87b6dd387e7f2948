/*
 * What others did to let this person in again: said until it was read; one that was not asked for is stopped. X1
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Button, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type OwnRecovery, useAnswerOwnRecovery, useOwnRecoveries } from '../api/requests/recoveries';
import { dayAndTime } from '../format/dates';
import { Refusal } from '../ui/Blocks';
import { Icon } from '../ui/Icon';

export function OwnRecoveries() {
  const own = useOwnRecoveries();
  return <>{(own.data ?? []).map((one) => <One key={one.id} one={one} />)}</>;
}

function One({ one }: { one: OwnRecovery }) {
  const { t } = useTranslation();
  const answer = useAnswerOwnRecovery();
  const open = one.state === 'open';
  return (
    <Alert className="failed" mb="sm" icon={<Icon name="key" />} role="status" title={t(open ? 'recovery.ownOpen' : 'recovery.ownDone')}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{t(open ? 'recovery.ownOpenText' : 'recovery.ownDoneText', { opened: one.opened_by, ended: one.ended_by, when: dayAndTime(one.at_ms), verified: one.verified })}</Text>
        <Refusal error={answer.error} />
        <Button size="xs" variant="default" loading={answer.isPending} onClick={() => answer.mutate({ id: one.id, answer: open ? 'cancel' : 'seen' })}>{t(open ? 'recovery.ownStop' : 'recovery.ownSeen')}</Button>
      </Stack>
    </Alert>
  );
}
