/*
 * The viewer's bar: tools, windows, what the pane can do, layout, keys. Every button says its key.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { ActionIcon, Button, Kbd, Menu, Modal, Table, Text, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { colon } from '@/shared/format/typography';
import type { Grey } from './grey/tables';
import { greyName } from './grey/words';
import { type Command, isMeasure, KEY_LINES, keyOf, type Layout, LAYOUTS, layoutName, MEASURES, PRESETS, type Tool, TOOLS } from './presets';

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
  layout: 'M3 4h14v12H3zM10 4v12M3 10h14',
  magnify: 'M3 3h9v9H3zM12 12l5 5M6 6h3v3H6z',
  cursor: 'M10 2v5M10 13v5M2 10h5M13 10h5M10 10h.01',
  bidirectional: 'M3 17L17 3M6 6l8 8',
  angle: 'M3 17L14 4M3 17h14M9 17a6 6 0 00-2-4.500',
  cobb: 'M3 5l14 2M3 15l14-3M10 6v7.500',
  ellipse: 'M10 5c4.500 0 8 2.200 8 5s-3.500 5-8 5-8-2.200-8-5 3.500-5 8-5z',
  rectangle: 'M3 5h14v10H3z',
  freehand: 'M4 12c-2-5 3-9 7-7 5 0 8 4 5 8-3 4-10 5-12-1z',
  probe: 'M10 3v4M10 13v4M3 10h4M13 10h4M10 9.500h.01v1H10z',
  arrow: 'M16 4L5 15M5 15v-5M5 15h5',
  text: 'M4 4h12M10 4v13M7 17h6',
  rotate: 'M16 10a6 6 0 11-2-4.500M16 3v4h-4',
  flip: 'M10 2v16M7 6L2 14h5zM13 6l5 8h-5z',
  tumble: 'M2 10h16M6 7l8-5v5zM6 13l8 5v-5z',
  link: 'M8 12l4-4M7 9l-2 2a3 3 0 004 4l2-2M13 11l2-2a3 3 0 00-4-4L9 7',
  star: 'M10 2.500l2.300 5 5.200.5-4 3.600 1.200 5.400L10 14.200 5.300 17l1.200-5.400-4-3.600 5.200-.5z',
  marks: 'M3 4h8M3 9h8M3 14h8M14 4l3 3M17 4l-3 3M14 12h4',
  volume: 'M10 2l7 4v8l-7 4-7-4V6zM3 6l7 4 7-4M10 10v8',
  screens: 'M2 4h9v8H2zM5 15h3M13 6h5v8h-6',
  more: 'M6 8l4 4 4-4',
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

export function Bar({ tool, hounsfield, greys, several, playing, layout, linked, list, marks, volume, second, run, onList }: {
  second: boolean | null; // a second window is there; null: there is none to be had
  tool: Tool; hounsfield: boolean; greys: readonly Grey[]; several: boolean; playing: boolean; layout: Layout; linked: boolean; list: boolean; marks: boolean; volume: boolean; run: (command: Command) => void; onList: () => void;
}) {
  const { t } = useTranslation();
  const measure = isMeasure(tool) ? tool : 'length';
  return (
    <div className="bar" role="toolbar" aria-label={t('viewer.bar')}>
      <ActionIcon variant="subtle" color="gray" size={28} aria-label={t('viewer.seriesList')} aria-pressed={list} onClick={onList}><Drawn sign="list" /></ActionIcon>
      <span className="bar-line" />
      {TOOLS.map((one) => (
        <Do key={one.tool} sign={one.tool as Sign} label={t(`viewer.tool.${one.tool}`)} keys={keyOf(one.tool)} pressed={tool === one.tool} disabled={volume && one.tool === 'magnify'} onPress={() => run({ do: 'tool', tool: one.tool })} />
      ))}
      <span className="bar-line" />
      <Do sign={measure} label={t(`viewer.tool.${measure}`)} keys={keyOf(measure)} pressed={isMeasure(tool)} onPress={() => run({ do: 'tool', tool: measure })} />
      <Menu position="bottom-start">
        <Menu.Target><ActionIcon variant="subtle" color="gray" size={28} w={24} miw={24} aria-label={t('viewer.measures')}><Drawn sign="more" /></ActionIcon></Menu.Target>
        <Menu.Dropdown>
          {MEASURES.map((one) => (
            <Menu.Item key={one.tool} leftSection={<Drawn sign={one.tool as Sign} />} rightSection={<Kbd size="xs">{keyOf(one.tool)}</Kbd>} onClick={() => run({ do: 'tool', tool: one.tool })}>{t(`viewer.tool.${one.tool}`)}</Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Do sign="erase" label={t('viewer.erase')} keys="⌫" onPress={() => run({ do: 'erase' })} />
      <Do sign="star" label={t('viewer.keyImage')} keys="K" disabled={volume} onPress={() => run({ do: 'key-image' })} />
      <Do sign="marks" label={t('viewer.marks')} keys="Q" pressed={marks} disabled={volume} onPress={() => run({ do: 'marks' })} />
      <span className="bar-line" />
      <Presets hounsfield={hounsfield} greys={greys} run={run} />
      <span className="bar-line" />
      <Do sign="invert" label={t('viewer.invert')} keys="I" onPress={() => run({ do: 'invert' })} />
      <Do sign="rotate" label={t('viewer.rotate')} keys="R" disabled={volume} onPress={() => run({ do: 'rotate', by: 90 })} />
      <Do sign="flip" label={t('viewer.flip')} keys="M" disabled={volume} onPress={() => run({ do: 'flip', upsideDown: false })} />
      <Do sign="tumble" label={t('viewer.tumble')} keys="⇧ M" disabled={volume} onPress={() => run({ do: 'flip', upsideDown: true })} />
      <Do sign="fit" label={t('viewer.fit')} keys="F" onPress={() => run({ do: 'fit' })} />
      <Do sign="reset" label={t('viewer.reset')} keys="X" onPress={() => run({ do: 'reset' })} />
      <Do sign={playing ? 'pause' : 'play'} label={t(playing ? 'viewer.cineStop' : 'viewer.cine')} keys={t('viewer.space')} disabled={!several || volume} onPress={() => run({ do: 'cine' })} />
      <span className="bar-line" />
      <Do sign="volume" label={t('volume.open')} keys="⇧ V" pressed={volume} onPress={() => run({ do: 'volume' })} />
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="compact-sm" disabled={volume} variant="subtle" color="gray" className="bar-preset" leftSection={<Drawn sign="layout" />} aria-label={`${t('viewer.layout')}${colon()}${layoutName(layout)} (V)`}>{layoutName(layout)}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {LAYOUTS.map((one) => <Menu.Item key={layoutName(one)} onClick={() => run({ do: 'layout', to: one })}>{t('viewer.layoutOf', { rows: one.rows, columns: one.columns })}</Menu.Item>)}
        </Menu.Dropdown>
      </Menu>
      <Do sign="link" label={t('viewer.link')} keys="Y" pressed={linked && !volume} disabled={volume} onPress={() => run({ do: 'link' })} />
      {second !== null && <Do sign="screens" label={t(second ? 'screens.show' : 'screens.open')} keys="O" pressed={second} onPress={() => run({ do: 'second' })} />}
      <Do sign="keys" label={t('viewer.keys')} keys="?" onPress={() => run({ do: 'keys' })} />
    </div>
  );
}

const IN_SIGHT = 5; // presets on the bar; the others are in the menu and on their keys

function Presets({ hounsfield, greys, run }: { hounsfield: boolean; greys: readonly Grey[]; run: (command: Command) => void }) {
  const { t } = useTranslation();
  const all = PRESETS.filter((one) => hounsfield || !one.window);
  const own = all.at(-1)!, windows = all.slice(0, -1);
  const offered = greys.length > 1 || greys.some((one) => 'index' in one) ? greys : []; // beside the presets, where there are some
  const hint = (one: (typeof PRESETS)[number]) => (one.window ? t('viewer.window', { center: one.window.center, width: one.window.width }) : t('viewer.preset.ownHint'));
  return (
    <>
      {[...windows.slice(0, IN_SIGHT), own].map((one) => (
        <Tooltip key={one.name} label={hint(one)}>
          <Button size="compact-sm" variant="subtle" color="gray" className="bar-preset" onClick={() => run({ do: 'preset', name: one.name })}>
            {t(`viewer.preset.${one.name}`)}<span className="bar-key" aria-hidden="true">{one.key}</span>
          </Button>
        </Tooltip>
      ))}
      {windows.length > IN_SIGHT && (
        <Menu>
          <Menu.Target><ActionIcon variant="subtle" color="gray" size={28} w={24} miw={24} aria-label={t('viewer.presets')}><Drawn sign="more" /></ActionIcon></Menu.Target>
          <Menu.Dropdown>
            {offered.map((one, n) => <Menu.Item key={`own-${n}`} onClick={() => run({ do: 'grey', by: n })}>{greyName(t, one, greys)}</Menu.Item>)}
            {windows.slice(IN_SIGHT).map((one) => <Menu.Item key={one.name} rightSection={<Kbd size="xs">{one.key}</Kbd>} onClick={() => run({ do: 'preset', name: one.name })}>{t(`viewer.preset.${one.name}`)} · {hint(one)}</Menu.Item>)}
          </Menu.Dropdown>
        </Menu>
      )}
      {!hounsfield && offered.length > 0 && (
        <Menu>
          <Menu.Target><Button size="compact-sm" variant="subtle" color="gray" className="bar-preset">{t('viewer.greys')}</Button></Menu.Target>
          <Menu.Dropdown>
            {greys.map((one, n) => (
              <Menu.Item key={'index' in one ? `table-${one.index}` : `window-${n}`} rightSection={n < 8 ? <Kbd size="xs">{n + 1}</Kbd> : null} onClick={() => run({ do: 'grey', by: n })}>{greyName(t, one, greys)}</Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}

export type KeyLines = [keys: string[], text: string][];

/* 'more': the keys of what is open now, first. */
export function KeySheet({ opened, more, onClose }: { opened: boolean; more?: { title: string; lines: KeyLines }; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t('viewer.keys')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      {more && <><Text fw={600}>{more.title}</Text><Lines lines={more.lines} /></>}
      <Lines lines={KEY_LINES} />
      <Text size="sm" c="dimmed" mt="sm">{t('viewer.mouse')}</Text>
      <Text size="sm" c="dimmed" mt="xs">{t('viewer.lengthsNote')}</Text>
    </Modal>
  );
}

function Lines({ lines }: { lines: KeyLines }) {
  const { t } = useTranslation();
  return (
    <Table mb={8}>
      <Table.Tbody>
        {lines.map(([keys, text]) => (
          <Table.Tr key={text}>
            <Table.Th scope="row" w={170}>{keys.map((key) => <Kbd key={key} mr={4}>{key === 'Space' ? t('viewer.space') : key}</Kbd>)}</Table.Th>
            <Table.Td>{t(text)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
