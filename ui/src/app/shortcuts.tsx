/*
 * Keyboard first: single letters, never while typing, and a sheet that lists them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Kbd, Modal, Table } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Role } from '@/shared/api/types';
import { homeOf } from './navigation';

/* Lists and the act page listen to j, k, o, /, r and m themselves. */
const KEYS: [key: string, text: string][] = [
  ['?', 'keys.help'], ['g', 'keys.list'], ['n', 'keys.new'], ['/', 'keys.search'], ['j', 'keys.down'], ['k', 'keys.up'], ['↵', 'keys.open'],
  ['r', 'keys.read'], ['m', 'keys.message'], ['h', 'keys.timeline'], ['t', 'keys.theme'], ['Alt + X', 'keys.notice'],
];

export function useShortcuts({ roles, onHelp, onTheme }: { roles: Role[]; onHelp: () => void; onTheme: () => void }) {
  const navigate = useNavigate();
  useHotkeys([
    ['shift+?', onHelp],
    ['?', onHelp],
    ['g', () => void navigate({ to: homeOf(roles) })],
    ['n', () => void (roles.includes('requester') && navigate({ to: '/requests/new' }))],
    ['t', onTheme],
  ]);
}

export function ShortcutsSheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t('keys.title')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Table>
        <Table.Tbody>
          {KEYS.map(([key, text]) => (
            <Table.Tr key={key}>
              <Table.Th scope="row" w={80}><Kbd>{key}</Kbd></Table.Th>
              <Table.Td>{t(text)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
