/*
 * The viewer's bar: tools, windows, what the pane can do, layout, keys. Every button says its key.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { ActionIcon, Button, Kbd, Modal, Table, Text, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Command, KEY_LINES, PRESETS, type Tool, TOOLS } from './presets';

/* Signs of the bar, on a 20-unit grid. */
const SIGNS = {
  window: 'M10 2a8 8 0 100 16 8 8 0 000-16zM10 2v16a8 8 0 000-16z',
  pan: 'M10 2v16M2 10h16M10 2L8 4M10 2l2 2M10 18l-2-2M10 18l2-2M2 10l2-2M2 10l2 2M18 10l-2-2M18 10l-2 2',
  zoom: 'M9 15a6 6 0 100-12 6 6 0 000 12zM13.500 13.500L18 18M9 6.500v5M6.500 9h5',
  scroll: 'M4 4h9v9H4zM7 7h9v9H7',
  length: 'M3 17L17 3M3 17v-4M3 17h4M17 3h-4M17 3v4',
  erase: 'M4 12l7-7 5 5-7 7H6zM9 17h8',
  invert: 'M3 3h14v14H3zM3 17L17 3',
  fit: 'M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4',
  reset: 'M4 10a6 6 0 106-6 6 6 0 00-5 2.500M4 3v4h4',
  play: 'M6 4l10 6-10 6z',
  pause: 'M6 4v12M14 4v12',
  one: 'M3 4h14v12H3z',
  two: 'M3 4h14v12H3zM10 4v12',
  list: 'M3 3h5v4H3zM3 9h5v4H3zM11 5h6M11 11h6',
  keys: 'M2 5h16v10H2zM5 8h.01M8 8h.01M11 8h.01M14 8h.01M6 12h8',
} as const;
type Sign = keyof typeof SIGNS;

function Drawn({ sign }: { sign: Sign }) {
  return (
    <svg width="18" height="18" viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d={SIGNS[sign]} />
    </svg>
  );
}

function Do({ sign, label, keys, onPress, pressed, disabled }: { sign: Sign; label: string; keys: string; onPress: () => void; pressed?: boolean; disabled?: boolean }) {
  return (
    <Tooltip label={<>{label} <Kbd size="xs">{keys}</Kbd></>}>
      <ActionIcon variant={pressed ? 'filled' : 'subtle'} color={pressed ? 'cyan' : 'gray'} size={28} aria-label={`${label} (${keys})`} aria-pressed={pressed}
        disabled={disabled} onClick={onPress}>
        <Drawn sign={sign} />
      </ActionIcon>
    </Tooltip>
  );
}

export function Bar({ tool, hounsfield, several, playing, two, list, run, onList }: {
  tool: Tool; hounsfield: boolean; several: boolean; playing: boolean; two: boolean; list: boolean; run: (command: Command) => void; onList: () => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="bar" role="toolbar" aria-label={t('viewer.bar')}>
      <ActionIcon variant="subtle" color="gray" size={28} aria-label={t('viewer.seriesList')} aria-pressed={list} onClick={onList}><Drawn sign="list" /></ActionIcon>
      <span className="bar-line" />
      {TOOLS.map((one) => (
        <Do key={one.tool} sign={one.tool} label={t(`viewer.tool.${one.tool}`)} keys={one.key.toUpperCase()} pressed={tool === one.tool} onPress={() => run({ do: 'tool', tool: one.tool })} />
      ))}
      <Do sign="erase" label={t('viewer.erase')} keys="⌫" onPress={() => run({ do: 'erase' })} />
      <span className="bar-line" />
      {PRESETS.filter((one) => hounsfield || !one.window).map((one) => (
        <Tooltip key={one.name} label={one.window ? t('viewer.window', { center: one.window.center, width: one.window.width }) : t('viewer.preset.ownHint')}>
          <Button size="compact-sm" variant="subtle" color="gray" className="bar-preset" onClick={() => run({ do: 'preset', name: one.name })}>
            {t(`viewer.preset.${one.name}`)}<span className="bar-key" aria-hidden="true">{one.key}</span>
          </Button>
        </Tooltip>
      ))}
      <span className="bar-line" />
      <Do sign="invert" label={t('viewer.invert')} keys="I" onPress={() => run({ do: 'invert' })} />
      <Do sign="fit" label={t('viewer.fit')} keys="F" onPress={() => run({ do: 'fit' })} />
      <Do sign="reset" label={t('viewer.reset')} keys="X" onPress={() => run({ do: 'reset' })} />
      <Do sign={playing ? 'pause' : 'play'} label={t(playing ? 'viewer.cineStop' : 'viewer.cine')} keys={t('viewer.space')} disabled={!several} onPress={() => run({ do: 'cine' })} />
      <span className="bar-line" />
      <Do sign={two ? 'one' : 'two'} label={t(two ? 'viewer.layoutOne' : 'viewer.layout')} keys="V" onPress={() => run({ do: 'layout' })} />
      <Do sign="keys" label={t('viewer.keys')} keys="H" onPress={() => run({ do: 'keys' })} />
    </div>
  );
}

export function KeySheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t('viewer.keys')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Table>
        <Table.Tbody>
          {KEY_LINES.map(([keys, text]) => (
            <Table.Tr key={text}>
              <Table.Th scope="row" w={170}>{keys.map((key) => <Kbd key={key} mr={4}>{key === 'Space' ? t('viewer.space') : key}</Kbd>)}</Table.Th>
              <Table.Td>{t(text)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="sm" c="dimmed" mt="sm">{t('viewer.mouse')}</Text>
      <Text size="sm" c="dimmed" mt="xs">{t('viewer.lengthsNote')}</Text>
    </Modal>
  );
}
