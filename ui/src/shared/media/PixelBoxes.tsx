/*
 * Boxes that are made black in the images that leave: typed, or drawn over one of the images as it is shown.
 *
 * A box belongs to the size of image it was drawn on; images of another size at risk are left out.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Checkbox, Group, NumberInput, Select, Stack, Text } from '@mantine/core';
import { type PointerEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type FoundInstance, instancePath, useInstancesOfSeries, useSeriesOfStudy } from '../api/requests/archive';
import { Icon } from '../ui/Icon';
import './pixel-boxes.css';

export interface PixelBox { rows: number; columns: number; left: number; top: number; width: number; height: number }
export interface CleanPixels { boxes: PixelBox[]; outside_regions: boolean }

const BOXES_MAX = 256;
const SHOWN = 200;
const HIGH = 420; // pixels of the page

export function PixelBoxes({ studies, clean, setClean }: { studies: string[]; clean: CleanPixels; setClean: (clean: CleanPixels) => void }) {
  const { t } = useTranslation();
  const [study, setStudy] = useState(studies[0] ?? '');
  const series = useSeriesOfStudy(study);
  const [chosen, setChosen] = useState<string | null>(null);
  const uid = chosen ?? series.data?.find((one) => one.instances > 0)?.uid ?? null;
  const change = (at: number, part: Partial<PixelBox>) => setClean({ ...clean, boxes: clean.boxes.map((one, n) => (n === at ? { ...one, ...part } : one)) });
  return (
    <Stack gap="sm">
      <Checkbox label={t('pixels.regions')} checked={clean.outside_regions} onChange={(e) => setClean({ ...clean, outside_regions: e.currentTarget.checked })} />
      {studies.length > 1 && (
        <Select size="xs" label={t('pixels.study')} data={studies.map((one, n) => ({ value: one, label: t('pixels.studyOf', { n: n + 1, total: studies.length }) }))} value={study}
          onChange={(value) => { setStudy(value ?? study); setChosen(null); }} allowDeselect={false} comboboxProps={{ withinPortal: true }} />
      )}
      <Select size="xs" label={t('pixels.series')} data={(series.data ?? []).map((one) => ({ value: one.uid, label: `${one.number ?? '—'}. ${one.description || one.modality} (${one.instances})` }))}
        value={uid} onChange={setChosen} allowDeselect={false} comboboxProps={{ withinPortal: true }} />
      {uid && <Sizes key={uid} study={study} series={uid} boxes={clean.boxes} add={(box) => clean.boxes.length < BOXES_MAX && setClean({ ...clean, boxes: [...clean.boxes, box] })} />}
      {clean.boxes.length > 0 && (
        <ul className="pixel-boxes" aria-label={t('pixels.boxes')}>
          {clean.boxes.map((box, n) => (
            <li key={n}>
              <Text size="sm">{t('pixels.box', { n: n + 1, columns: box.columns, rows: box.rows })}</Text>
              <Group gap={6} align="flex-end">
                <Side label={t('pixels.left')} value={box.left} min={0} max={box.columns - box.width} set={(left) => change(n, { left })} />
                <Side label={t('pixels.top')} value={box.top} min={0} max={box.rows - box.height} set={(top) => change(n, { top })} />
                <Side label={t('pixels.width')} value={box.width} min={1} max={box.columns - box.left} set={(width) => change(n, { width })} />
                <Side label={t('pixels.height')} value={box.height} min={1} max={box.rows - box.top} set={(height) => change(n, { height })} />
                <Button size="xs" variant="default" aria-label={t('pixels.remove', { n: n + 1 })} onClick={() => setClean({ ...clean, boxes: clean.boxes.filter((_, k) => k !== n) })}><Icon name="cross" size={14} /></Button>
              </Group>
            </li>
          ))}
        </ul>
      )}
    </Stack>
  );
}

function Side({ label, value, min, max, set }: { label: string; value: number; min: number; max: number; set: (value: number) => void }) {
  return <NumberInput size="xs" w={92} label={label} value={value} min={min} max={max} allowDecimal={false} clampBehavior="strict" onChange={(v) => typeof v === 'number' && set(v)} />;
}

/* One image of each size in the series: that is what a box is drawn on. */
function Sizes({ study, series, boxes, add }: { study: string; series: string; boxes: PixelBox[]; add: (box: PixelBox) => void }) {
  const { t } = useTranslation();
  const instances = useInstancesOfSeries(study, series, 0, SHOWN);
  const sizes = new Map<string, FoundInstance>();
  for (const one of instances.data ?? []) if (one.rows > 0 && !sizes.has(`${one.columns} × ${one.rows}`)) sizes.set(`${one.columns} × ${one.rows}`, one);
  const [size, setSize] = useState<string | null>(null);
  const at = size ?? [...sizes.keys()][0];
  const image = at ? sizes.get(at) : undefined;
  if (!image) return <Text size="sm" c="dimmed">{t('pixels.noImage')}</Text>;
  return (
    <Stack gap={6}>
      {sizes.size > 1 && <Select size="xs" label={t('pixels.size')} data={[...sizes.keys()]} value={at ?? null} onChange={setSize} allowDeselect={false} comboboxProps={{ withinPortal: true }} />}
      <Drawing src={`${instancePath(study, series, image.uid)}/frames/1/rendered?accept=image/jpeg`} rows={image.rows} columns={image.columns}
        boxes={boxes.filter((one) => one.rows === image.rows && one.columns === image.columns)} add={add} />
      <Group>
        <Button size="xs" variant="default" leftSection={<Icon name="plus" size={14} />}
          onClick={() => add({ rows: image.rows, columns: image.columns, left: 0, top: 0, width: image.columns, height: Math.max(1, Math.round(image.rows / 10)) })}>{t('pixels.add')}</Button>
      </Group>
    </Stack>
  );
}

interface Point { x: number; y: number }

function Drawing({ src, rows, columns, boxes, add }: { src: string; rows: number; columns: number; boxes: PixelBox[]; add: (box: PixelBox) => void }) {
  const { t } = useTranslation();
  const [from, setFrom] = useState<Point | null>(null);
  const [to, setTo] = useState<Point | null>(null);
  const point = (e: PointerEvent<SVGSVGElement>): Point => {
    const place = e.currentTarget.getBoundingClientRect();
    const within = (value: number, most: number) => Math.min(most, Math.max(0, Math.round(value)));
    return { x: within(((e.clientX - place.left) / place.width) * columns, columns), y: within(((e.clientY - place.top) / place.height) * rows, rows) };
  };
  const drawn = from && to ? { rows, columns, left: Math.min(from.x, to.x), top: Math.min(from.y, to.y), width: Math.abs(from.x - to.x), height: Math.abs(from.y - to.y) } : null;
  const end = () => {
    if (drawn && drawn.width > 0 && drawn.height > 0) add(drawn);
    setFrom(null);
    setTo(null);
  };
  return (
    <div className="pixel-drawing" style={{ aspectRatio: `${columns} / ${rows}`, maxWidth: (HIGH * columns) / rows }}>
      <img src={src} alt="" />
      <svg viewBox={`0 0 ${columns} ${rows}`} preserveAspectRatio="none" role="img" aria-label={t('pixels.drawing', { columns, rows, count: boxes.length })}
        onPointerDown={(e) => { e.currentTarget.setPointerCapture(e.pointerId); setFrom(point(e)); setTo(point(e)); }} onPointerMove={(e) => from && setTo(point(e))} onPointerUp={end} onPointerCancel={() => { setFrom(null); setTo(null); }}>
        {[...boxes, ...(drawn ? [drawn] : [])].map((one, n) => <rect key={n} x={one.left} y={one.top} width={one.width} height={one.height} />)}
      </svg>
    </div>
  );
}
