/*
 * Below this, moments without a place of their own are read on the wall of this zone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { type ReactNode, useEffect, useState } from 'react';
import { setWall, wallZone } from './dates';

export function WallZone({ zone, children }: { zone: string | undefined; children: ReactNode }) {
  const [before] = useState(wallZone);
  setWall(zone); // while drawing: what stands below is drawn after
  useEffect(() => {
    setWall(zone);
    return () => setWall(before);
  }, [zone, before]);
  return <>{children}</>;
}
