/*
 * The addresses of the page, and what stands there.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { lazy, Suspense } from 'react';
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Navigate } from '@tanstack/react-router';
import { Waiting } from '@/shared/ui/Blocks';
import { Stopped } from '@/shared/ui/Boundary';
import { ActPage } from '@/features/act';
import { AccountPage } from '@/features/account';
import { ConventionsPage } from '@/features/conventions';
import { IndicatorsPage } from '@/features/indicators';
import { RosterPage } from '@/features/roster';
import { ElsewherePage } from '@/features/elsewhere';
import { EmergencyPage } from '@/features/emergency';
import { HomePage } from '@/features/home';
import { DutiesPage } from '@/features/after';
import { IdentitiesPage, IdentityPage } from '@/features/identity';
import { ImportPage } from '@/features/import';
import { NewRequestPage, RequestFormPage } from '@/features/request';
import { PlanningPage } from '@/features/site';
import { ImagingPage, RequestsPage, SitePage } from '@/features/worklist';
import { ArchiveViewPage } from './archive';
import { homeOf, listsOf } from './navigation';
import { PriorPage } from './prior';
import { ReadPage } from './read';
import { ActScreenPage, ArchiveScreenPage } from './screen';
import { useSession } from './session';
import { Nowhere, Shell } from './shell';

const root = createRootRoute({ component: Shell, notFoundComponent: Nowhere, errorComponent: ({ error, reset }) => <Stopped error={error} reset={reset} /> });
const admin = () => import('@/features/admin');

function Start() {
  return <Navigate to={homeOf(useSession().me.roles)} replace />;
}

/* The number in an address; what is not a number leads nowhere. */
const idOf = (text: string) => (/^\d{1,15}$/.test(text) ? Number(text) : 0);

const actRoute = createRoute({
  getParentRoute: () => root,
  path: '/acts/$id',
  component: function ActRoute() {
    const id = idOf(actRoute.useParams().id);
    return <ActPage key={id} id={id} me={useSession().me} />;
  },
});
const requestFormRoute = createRoute({
  getParentRoute: () => root,
  path: '/acts/$id/request',
  component: function RequestRoute() {
    const id = idOf(requestFormRoute.useParams().id);
    return <RequestFormPage key={id} id={id} me={useSession().me} />;
  },
});
const importRoute = createRoute({
  getParentRoute: () => root,
  path: '/acts/$id/import',
  component: function ImportRoute() {
    const id = idOf(importRoute.useParams().id);
    return <ImportPage key={id} actId={id} />;
  },
});
const elsewhereRoute = createRoute({
  getParentRoute: () => root,
  path: '/acts/$id/elsewhere',
  component: function ElsewhereRoute() {
    const id = idOf(elsewhereRoute.useParams().id);
    return <ElsewherePage key={id} actId={id} />;
  },
});
const priorRoute = createRoute({
  getParentRoute: () => root,
  path: '/acts/$id/priors/$uid',
  component: function PriorRoute() {
    const { id, uid } = priorRoute.useParams();
    return <PriorPage key={uid} id={idOf(id)} study={/^[0-9.]{1,64}$/.test(uid) ? uid : ''} />;
  },
});
const ProtocolPage = lazy(() => import('@/features/protocols').then((page) => ({ default: page.ProtocolPage })));
const protocolRoute = createRoute({
  getParentRoute: () => root,
  path: '/protocols/$id',
  component: function ProtocolRoute() {
    const id = idOf(protocolRoute.useParams().id);
    return <Suspense fallback={<Waiting rows={6} />}><ProtocolPage key={id} id={id} /></Suspense>;
  },
});
const SheetPage = lazy(() => import('@/features/protocols').then((page) => ({ default: page.SheetPage })));
const sheetRoute = createRoute({
  getParentRoute: () => root,
  path: '/preparations/$id',
  component: function SheetRoute() {
    const id = idOf(sheetRoute.useParams().id);
    return <Suspense fallback={<Waiting rows={6} />}><SheetPage key={id} id={id} /></Suspense>;
  },
});
const readRoute = createRoute({
  getParentRoute: () => root,
  path: '/acts/$id/read',
  component: function ReadRoute() {
    const id = idOf(readRoute.useParams().id);
    return <ReadPage key={id} id={id} />;
  },
});

const identityRoute = createRoute({
  getParentRoute: () => root,
  path: '/identities/$id',
  component: function IdentityRoute() {
    const id = idOf(identityRoute.useParams().id);
    return <IdentityPage key={id} id={id} />;
  },
});

const archive = () => import('@/features/archive');
const staff = () => import('@/features/staff');
const display = () => import('@/features/display');
const protocols = () => import('@/features/protocols');
const aids = () => import('@/features/aids');
const hangings = () => import('@/features/viewer/hanging/edit/Page');
const archiveViewRoute = createRoute({
  getParentRoute: () => root,
  path: '/archive/$uid/view',
  component: function ArchiveViewRoute() {
    const { uid } = archiveViewRoute.useParams();
    return <ArchiveViewPage key={uid} study={/^[0-9.]{1,64}$/.test(uid) ? uid : ''} />;
  },
});

const actScreenRoute = createRoute({
  getParentRoute: () => root,
  path: '/acts/$id/screen',
  component: function ActScreenRoute() {
    const id = idOf(actScreenRoute.useParams().id);
    return <ActScreenPage key={id} id={id} />;
  },
});
const archiveScreenRoute = createRoute({
  getParentRoute: () => root,
  path: '/archive/$uid/screen',
  component: function ArchiveScreenRoute() {
    const { uid } = archiveScreenRoute.useParams();
    return <ArchiveScreenPage key={uid} study={/^[0-9.]{1,64}$/.test(uid) ? uid : ''} />;
  },
});

const page = (path: string, component: () => React.ReactNode) => createRoute({ getParentRoute: () => root, path, component });

const tree = root.addChildren([
  page('/', Start),
  page('/home', () => {
    const { me } = useSession();
    return <HomePage me={me} lists={listsOf(me.roles)} />;
  }),
  page('/requests', () => <RequestsPage />),
  page('/requests/new', () => <NewRequestPage me={useSession().me} />),
  page('/imaging', () => <ImagingPage />),
  page('/site', () => <SitePage me={useSession().me} />),
  page('/site/planning', () => <PlanningPage me={useSession().me} />),
  page('/duties', () => <DutiesPage />),
  page('/conventions', () => <ConventionsPage me={useSession().me} />),
  page('/emergency', () => <EmergencyPage me={useSession().me} />),
  page('/indicators', () => <IndicatorsPage />),
  page('/roster', () => <RosterPage me={useSession().me} />),
  page('/account', () => <AccountPage me={useSession().me} />),
  createRoute({ getParentRoute: () => root, path: '/admin/people', component: lazyRouteComponent(admin, 'PeoplePage') }),
  createRoute({ getParentRoute: () => root, path: '/admin/organisations', component: lazyRouteComponent(admin, 'OrganisationsPage') }),
  createRoute({ getParentRoute: () => root, path: '/admin/peers', component: lazyRouteComponent(admin, 'PeersPage') }),
  createRoute({ getParentRoute: () => root, path: '/admin/audit', component: lazyRouteComponent(admin, 'AuditPage') }),
  createRoute({ getParentRoute: () => root, path: '/admin/rights', component: lazyRouteComponent(admin, 'RightsPage') }),
  createRoute({ getParentRoute: () => root, path: '/admin/security', component: lazyRouteComponent(admin, 'SecurityPage') }),
  createRoute({ getParentRoute: () => root, path: '/admin/quarantine', component: lazyRouteComponent(admin, 'QuarantinePage') }),
  createRoute({ getParentRoute: () => root, path: '/admin/corrections', component: lazyRouteComponent(admin, 'CorrectionsPage') }),
  createRoute({ getParentRoute: () => root, path: '/admin/storage', component: lazyRouteComponent(admin, 'StoragePage') }),
  createRoute({ getParentRoute: () => root, path: '/admin/retention', component: lazyRouteComponent(admin, 'RetentionPage') }),
  createRoute({ getParentRoute: () => root, path: '/archive', component: lazyRouteComponent(archive, 'ArchivePage') }),
  createRoute({ getParentRoute: () => root, path: '/archive/$uid', component: lazyRouteComponent(archive, 'ArchiveStudyPage') }),
  createRoute({ getParentRoute: () => root, path: '/protocols', component: lazyRouteComponent(protocols, 'ProtocolsPage') }),
  createRoute({ getParentRoute: () => root, path: '/preparations', component: lazyRouteComponent(protocols, 'SheetsPage') }),
  createRoute({ getParentRoute: () => root, path: '/report-aids', component: lazyRouteComponent(aids, 'AidsPage') }),
  createRoute({ getParentRoute: () => root, path: '/hangings', component: lazyRouteComponent(hangings, 'HangingsPage') }),
  createRoute({ getParentRoute: () => root, path: '/display', component: lazyRouteComponent(display, 'DisplayPage') }),
  createRoute({ getParentRoute: () => root, path: '/staff', component: lazyRouteComponent(staff, 'StaffHome') }),
  createRoute({ getParentRoute: () => root, path: '/staff/me', component: lazyRouteComponent(staff, 'MyFilePage') }),
  createRoute({ getParentRoute: () => root, path: '/staff/people', component: lazyRouteComponent(staff, 'PeoplePage') }),
  createRoute({ getParentRoute: () => root, path: '/staff/people/$id', component: lazyRouteComponent(staff, 'PersonFilePage') }),
  createRoute({ getParentRoute: () => root, path: '/staff/procedures', component: lazyRouteComponent(staff, 'ProceduresPage') }),
  createRoute({ getParentRoute: () => root, path: '/staff/register', component: lazyRouteComponent(staff, 'RegisterPage') }),
  createRoute({ getParentRoute: () => root, path: '/staff/meetings', component: lazyRouteComponent(staff, 'MeetingsPage') }),
  createRoute({ getParentRoute: () => root, path: '/staff/skills', component: lazyRouteComponent(staff, 'SkillsPage') }),
  createRoute({ getParentRoute: () => root, path: '/staff/rules', component: lazyRouteComponent(staff, 'RulesPage') }),
  page('/identities', () => <IdentitiesPage me={useSession().me} />),
  protocolRoute, sheetRoute, archiveViewRoute, actScreenRoute, archiveScreenRoute, identityRoute, actRoute, requestFormRoute, importRoute, elsewhereRoute, priorRoute, readRoute,
]);

/* Routes are built by a helper, so addresses are plain strings for links; a wrong one shows the 'nowhere' page. */
export const router = createRouter({ routeTree: tree, defaultPreload: false, scrollRestoration: true });
