/*
 * A telephone number as it is read aloud, two figures at a time, and called by a touch.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Anchor } from '@mantine/core';
import { phoneText } from '../format/people';
import { Icon } from './Icon';

export function Phone({ number, size = 'sm' }: { number: string; size?: 'xs' | 'sm' }) {
  return (
    <Anchor size={size} className="nowrap" href={`tel:${number.replace(/[^\d+]/g, '')}`}>
      <Icon name="phone" size={14} /> <span className="num">{phoneText(number)}</span>
    </Anchor>
  );
}
