/*
 * The pattern on a canvas whose pixels are those of the screen: one to one, whatever the size of the window. O4
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { refusalOf } from '@/shared/api/client';
import { type DisplayAsked, pictureOf } from '@/shared/api/requests/display';
import { Failed, Waiting } from '@/shared/ui/Blocks';
import { drawPattern, type Picture, roomFor } from './pattern';

async function load(asked: DisplayAsked): Promise<Picture> {
  const answer = await fetch(pictureOf(asked.id), { credentials: 'same-origin' });
  if (!answer.ok) throw await refusalOf(answer);
  return { bitmap: await createImageBitmap(await answer.blob(), { colorSpaceConversion: 'none' }), width: asked.width, height: asked.height };
}

export function Pattern({ asked }: { asked: DisplayAsked }) {
  const picture = useQuery({ queryKey: ['display', 'picture', asked.id], queryFn: () => load(asked), staleTime: Infinity, gcTime: 0, retry: false });
  if (picture.data) return <Canvas picture={picture.data} />;
  return picture.isError ? <Failed error={picture.error} retry={() => void picture.refetch()} /> : <Waiting rows={1} height={620} />;
}

function Canvas({ picture }: { picture: Picture }) {
  const { t } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [ratio, setRatio] = useState(devicePixelRatio);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const watch = new ResizeObserver((entries) => {
      setRatio(devicePixelRatio);
      const exact = entries[0]?.devicePixelContentBoxSize?.[0];
      const width = exact?.inlineSize ?? Math.round(element.clientWidth * devicePixelRatio), height = exact?.blockSize ?? Math.round(element.clientHeight * devicePixelRatio);
      if (!width || !height) return;
      element.width = width;
      element.height = height;
      const ctx = element.getContext('2d', { alpha: false });
      if (ctx) drawPattern(ctx, width, height, picture);
    });
    try {
      watch.observe(element, { box: 'device-pixel-content-box' });
    } catch {
      watch.observe(element);
    }
    return () => watch.disconnect();
  }, [picture]);
  const room = roomFor(picture);
  return (
    <div className="display-scroll" tabIndex={0} role="group" aria-label={t('display.patternLabel')}>
      <canvas ref={canvas} className="display-canvas" role="img" aria-label={t('display.patternAlt')} data-testid="pattern" style={{ minWidth: room.width / ratio, minHeight: room.height / ratio }} />
    </div>
  );
}
