/*
 * The frame of every page: where one is, how fresh it is, the way elsewhere.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { ActionIcon, Button, Drawer, Group, Menu, Text, Tooltip, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Me } from '@/shared/api/types';
import { chooseLanguage } from '@/shared/i18n';
import { tellHoursOf } from '@/shared/format/dates';
import { colon } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';
import { RingingCall } from '@/shared/room/RingingCall';
import { RoomDock } from '@/shared/room/RoomDock';
import { Icon } from '@/shared/ui/Icon';
import { LinkBadge, LiveLink, OfflineBand } from './live';
import { homeOf, OWN_PLACES, placesOf } from './navigation';
import { useSession } from './session';
import { ShortcutsSheet, useShortcuts } from './shortcuts';
import { TopNav } from './TopNav';

/* On a telephone: four places, and a sheet with all of them. */
const ON_PHONE = 4;
function BottomNav({ me }: { me: Me }) {
  const { t } = useTranslation();
  const [opened, sheet] = useDisclosure(false);
  const here = useRouterState({ select: (state) => state.location.pathname });
  const places = placesOf(me.roles);
  const few = places.length <= ON_PHONE + 1;
  const first = few ? places : places.slice(0, ON_PHONE);
  const elsewhere = !few && places.slice(ON_PHONE).some((place) => here.startsWith(place.to));
  return (
    <>
      <nav className="nav bottom-nav" aria-label={t('shell.nav')}>
        {first.map((place) => (
          <Link key={place.to} to={place.to} activeOptions={{ exact: place.exact ?? false }}><Icon name={place.icon} size={18} /> <span>{t(place.short ?? place.text)}</span></Link>
        ))}
        {!few && (
          <UnstyledButton className="bottom-more" data-status={elsewhere ? 'active' : undefined} aria-haspopup="dialog" aria-expanded={opened} onClick={sheet.open}>
            <Icon name="menu" size={18} /> <span>{t('nav.more')}</span>
          </UnstyledButton>
        )}
      </nav>
      <Drawer opened={opened} onClose={sheet.close} position="bottom" size="auto" title={t('nav.moreTitle')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <nav className="sheet-nav" aria-label={t('nav.moreTitle')}>
          {places.map((place) => (
            <Link key={place.to} to={place.to} activeOptions={{ exact: place.exact ?? false }} onClick={sheet.close}><Icon name={place.icon} size={18} /> <span>{t(place.text)}</span></Link>
          ))}
        </nav>
      </Drawer>
    </>
  );
}

function AccountMenu({ me, leave, onKeys }: { me: Me; leave: () => Promise<void>; onKeys: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  return (
    <Menu position="bottom-end" width={300} withinPortal>
      <Menu.Target>
        <Button variant="subtle" color="gray" size="sm" px={8} aria-label={t('shell.accountMenu', { name: me.person.name })} className="account-button"
          leftSection={<Icon name="person" />} rightSection={<Icon name="chevron" size={14} />}>
          <span className="account-name">{me.person.name}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <div className="menu-who">
          <Text fw={600} size="sm">{me.person.name}</Text>
          {me.memberships.map((one) => (
            <Text key={one.organisation.id} size="xs" c="dimmed">
              {one.organisation.name}{colon()}{one.roles.map((role) => text('role', role)).join(', ')}
            </Text>
          ))}
        </div>
        <Menu.Divider />
        <Menu.Item component={Link} to="/account" leftSection={<Icon name="key" size={16} />}>{t('shell.account')}</Menu.Item>
        {OWN_PLACES.filter((one) => one.roles.some((role) => me.roles.includes(role as never))).map((one) => (
          <Menu.Item key={one.to} component={Link} to={one.to} leftSection={<Icon name={one.icon} size={16} />}>{t(one.text)}</Menu.Item>
        ))}
        {me.permissions.includes('view') && <Menu.Item component={Link} to="/hangings" leftSection={<Icon name="images" size={16} />}>{t('hanging.page.title')}</Menu.Item>}
        {me.permissions.includes('own-file') && <Menu.Item component={Link} to="/display" leftSection={<Icon name="screen" size={16} />}>{t('display.title')}</Menu.Item>}
        <Menu.Item leftSection={<Icon name="keyboard" size={16} />} onClick={onKeys}>{t('shell.shortcuts')}</Menu.Item>
        <Menu.Item leftSection={<Icon name="arrow" size={16} />} onClick={() => void leave()}>{t('shell.signOut')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export function Shell() {
  const { t, i18n } = useTranslation();
  const { me, leave } = useSession();
  const { colorScheme, toggleColorScheme } = useMantineColorScheme();
  const [keys, keysDo] = useDisclosure(false);
  const onAct = useRouterState({ select: (state) => state.location.pathname.startsWith('/acts/') });
  if (!onAct) tellHoursOf(me.memberships[0]?.organisation.time_zone); // a page of an act tells those of its site
  const reading = useRouterState({ select: (state) => /\/read$|\/priors\/|^\/archive\/.*\/view$/.test(state.location.pathname) });
  const alone = useRouterState({ select: (state) => state.location.pathname.endsWith('/screen') }); // a second window: images and nothing else
  const light = colorScheme === 'light';
  useShortcuts({ roles: me.roles, onHelp: keysDo.open, onTheme: toggleColorScheme });

  const themeText = t(light ? 'shell.toDark' : 'shell.toLight');
  return (
    <LiveLink me={me}>
      <div className="shell">
        <a className="skip" href="#content">{t('shell.skip')}</a>
        <header className="shell-head">
          {me.mode === 'demonstration' && <div className="demo">{t('shell.demo')}</div>}
          <OfflineBand />
          {!alone && <div className="shell-bar">
            <Link to={homeOf(me.roles)} className="brand" aria-label="Béclère"><Brand /> <span>Béclère</span></Link>
            <TopNav me={me} />
            <div className="shell-right">
              <LinkBadge />
              <UnstyledButton className="lang" aria-label={t('shell.languageLabel')} lang={i18n.language === 'fr' ? 'en' : 'fr'}
                onClick={() => void chooseLanguage(i18n.language === 'fr' ? 'en' : 'fr')}>{t('shell.language')}</UnstyledButton>
              <Tooltip label={themeText}>
                <ActionIcon variant="subtle" color="gray" size="lg" aria-label={themeText} onClick={() => toggleColorScheme()}>
                  <Icon name={light ? 'moon' : 'sun'} />
                </ActionIcon>
              </Tooltip>
              <AccountMenu me={me} leave={leave} onKeys={keysDo.open} />
            </div>
          </div>}
        </header>
        <main id="content" tabIndex={-1} className={reading || alone ? 'shell-main wide' : 'shell-main'}><Outlet /></main>
        {!alone && (
          <>
            <BottomNav me={me} />
            <RoomDock />
            <RingingCall me={me} />
          </>
        )}
        <ShortcutsSheet opened={keys} onClose={keysDo.close} />
      </div>
    </LiveLink>
  );
}

export function Brand({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" stroke="currentColor" strokeWidth="2.2" aria-hidden="true">
      <circle cx="16" cy="16" r="12" />
      <path d="M4 16h7l2.500-6 4 12 2.500-6h8" strokeLinejoin="round" strokeLinecap="round" />
    </svg>
  );
}

export function Nowhere() {
  const { t } = useTranslation();
  const { me } = useSession();
  return (
    <Group justify="center" py={60}>
      <div>
        <Text fw={600}>{t('common.notFound.title')}</Text>
        <Text c="dimmed" size="sm">{t('common.notFound.text')}</Text>
        <Button mt="md" component={Link} to={homeOf(me.roles)} variant="default">{t('keys.list')}</Button>
      </div>
    </Group>
  );
}
