/*
 * The few signs the page uses, drawn on a 20-unit grid. Decoration only: the text beside them carries the meaning.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
const PATHS = {
  camera: 'M2 6h10v8H2zM12 9l6-3v8l-6-3',
  cameraOff: 'M2 6h10v8H2zM12 9l6-3v8l-6-3M2 2l16 16',
  mic: 'M10 12a3 3 0 003-3V5a3 3 0 00-6 0v4a3 3 0 003 3zM5 9a5 5 0 0010 0M10 14v4',
  micOff: 'M10 12a3 3 0 003-3V5a3 3 0 00-6 0v4a3 3 0 003 3zM5 9a5 5 0 0010 0M10 14v4M2 2l16 16',
  screen: 'M2 3h16v11H2zM7 18h6M10 14v4',
  settings: 'M3 6h8M15 6h2M13 4v4M3 14h2M9 14h8M7 12v4',
  check: 'M4 10.5l4 4 8-9',
  cross: 'M5 5l10 10M15 5L5 15',
  clock: 'M10 5v5l3 2M10 18a8 8 0 100-16 8 8 0 000 16z',
  warning: 'M10 3l8 14H2L10 3zM10 8v4M10 14.5v.01',
  info: 'M10 18a8 8 0 100-16 8 8 0 000 16zM10 9v5M10 6.2v.01',
  people: 'M7 9a3 3 0 100-6 3 3 0 000 6zM2 17c0-3 2-5 5-5s5 2 5 5M13 9a2.5 2.5 0 100-5M14 12c2.500 .3 4 2.200 4 5',
  person: 'M10 10a4 4 0 100-8 4 4 0 000 8zM3 18c0-4 3-6 7-6s7 2 7 6',
  phone: 'M4 3h3l1.500 4-2 1.500a10 10 0 005 5l1.500-2 4 1.500v3c0 1-1 1.500-2 1.500A13 13 0 013 5c0-1 .5-2 1-2z',
  lock: 'M5 9h10v8H5zM7 9V6a3 3 0 016 0v3',
  unlock: 'M5 9h10v8H5zM7 9V6a3 3 0 015.800-1',
  list: 'M7 5h10M7 10h10M7 15h10M3 5h.01M3 10h.01M3 15h.01',
  plus: 'M10 4v12M4 10h12',
  calendar: 'M3 5h14v12H3zM3 9h14M7 3v4M13 3v4',
  images: 'M3 6h11v11H3zM6 6V3h11v11h-3M5 14l3-3 2 2 2-3 2 4',
  message: 'M3 4h14v9H9l-4 4v-4H3z',
  history: 'M4 10a6 6 0 106-6 6 6 0 00-5 2.500M4 3v4h4M10 7v3l2 2',
  document: 'M5 2h7l4 4v12H5zM12 2v4h4M8 10h5M8 13h5',
  sun: 'M10 14a4 4 0 100-8 4 4 0 000 8zM10 1v2M10 17v2M1 10h2M17 10h2M4 4l1 1M15 15l1 1M16 4l-1 1M5 15l-1 1',
  moon: 'M16 12A7 7 0 018 4a7 7 0 108 8z',
  keyboard: 'M2 5h16v10H2zM5 8h.01M8 8h.01M11 8h.01M14 8h.01M6 12h8',
  arrow: 'M4 10h11M11 6l4 4-4 4',
  chevron: 'M6 8l4 4 4-4',
  key: 'M7 13a4 4 0 110-6 4 4 0 011 2h9v3h-2v-2M12 12v-2',
  shield: 'M10 2l7 3v5c0 4-3 7-7 8-4-1-7-4-7-8V5z',
  building: 'M4 18V3h12v15M8 7h1M11 7h1M8 11h1M11 11h1M8 18v-3h4v3',
  copy: 'M7 7h10v10H7zM3 13V3h10',
  print: 'M6 8V2h8v6M6 14H3V8h14v6h-3M6 12h8v6H6z',
  search: 'M9 15a6 6 0 100-12 6 6 0 000 12zM13.500 13.500L18 18',
  edit: 'M3 17l1-4 9-9 3 3-9 9z',
  menu: 'M3 6h14M3 10h14M3 14h14',
  bell: 'M5 14V9a5 5 0 0110 0v5l1 1H4zM8 17h4',
  wifi: 'M2 8a12 12 0 0116 0M5 11a8 8 0 0110 0M8 14a4 4 0 014 0M10 17v.01',
  eye: 'M1 10c3-5 6-6 9-6s6 1 9 6c-3 5-6 6-9 6s-6-1-9-6zM10 13a3 3 0 100-6 3 3 0 000 6z',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round"
      strokeLinejoin="round" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
