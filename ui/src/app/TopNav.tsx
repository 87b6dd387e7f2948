/*
 * The places of a person in one row of the header. Those that do not fit stand in a menu at its end, in the same order: a row never breaks in two.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Menu, UnstyledButton } from '@mantine/core';
import { Link, useRouterState } from '@tanstack/react-router';
import { useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Me } from '@/shared/api/types';
import { Icon } from '@/shared/ui/Icon';
import { fitting, type Place, placesOf } from './navigation';

function Words({ place }: { place: Place }) {
  const { t } = useTranslation();
  return <><Icon name={place.icon} size={16} /> <span>{t(place.text)}</span></>;
}

/* How many of the places fit, measured on a row of the same words that nobody sees; again when the row or its words change their width. */
function useFitting(count: number) {
  const row = useRef<HTMLElement>(null), measure = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useState(count);
  useLayoutEffect(() => {
    const [outer, inner] = [row.current, measure.current];
    if (!outer || !inner) return;
    const look = () => {
      const widths = [...inner.children].map((one) => one.getBoundingClientRect().width);
      const more = widths.pop() ?? 0;
      if (outer.clientWidth) setShown(fitting(widths, more, outer.clientWidth)); // on a telephone the row is not there
    };
    look();
    const watch = new ResizeObserver(look);
    watch.observe(outer);
    watch.observe(inner);
    return () => watch.disconnect();
  }, [count]);
  return { row, measure, shown: Math.min(shown, count) };
}

export function TopNav({ me }: { me: Me }) {
  const { t } = useTranslation();
  const places = placesOf(me.roles);
  const { row, measure, shown } = useFitting(places.length);
  const here = useRouterState({ select: (state) => state.location.pathname });
  const rest = places.slice(shown);
  const within = rest.some((place) => here === place.to || here.startsWith(`${place.to}/`));
  return (
    <nav className="nav" aria-label={t('shell.nav')} ref={row}>
      {places.slice(0, shown).map((place) => (
        <Link key={place.to} to={place.to} activeOptions={{ exact: place.exact ?? false }}><Words place={place} /></Link>
      ))}
      {rest.length > 0 && (
        <Menu position="bottom-start" width={240} withinPortal>
          <Menu.Target>
            <UnstyledButton className="nav-more" data-status={within ? 'active' : undefined}><span>{t('nav.more')}</span> <Icon name="chevron" size={14} /></UnstyledButton>
          </Menu.Target>
          <Menu.Dropdown aria-label={t('nav.moreTitle')}>
            {rest.map((place) => (
              <Menu.Item key={place.to} component={Link} to={place.to} leftSection={<Icon name={place.icon} size={16} />}>{t(place.text)}</Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      <div className="nav-measure" aria-hidden="true" ref={measure}>
        {places.map((place) => <a key={place.to}><Words place={place} /></a>)}
        <span className="nav-more"><span>{t('nav.more')}</span> <Icon name="chevron" size={14} /></span>
      </div>
    </nav>
  );
}
