import {
  createBrowserHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  type RouterHistory,
} from '@tanstack/react-router';
import { readEntrySearch } from './evidence/entry-filter.js';
import { readDeniedQuestion } from './requests/denied-question.js';
import { AppFrame } from './shell/app-frame.js';
import { NotFound } from './shell/not-found.js';
import { RouteError } from './shell/route-error.js';
import { Renewed } from './shell/renewed.js';

const root = createRootRoute({ component: AppFrame, notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/requests', replace: true });
  },
});

const requests = createRoute({
  getParentRoute: () => root,
  path: '/requests',
  validateSearch: readRequestSearch,
  component: lazyRouteComponent(() => import('./requests/routes.js'), 'InboxRoute'),
});

const newRequest = createRoute({
  getParentRoute: () => root,
  path: '/requests/new',
  validateSearch: readDeniedQuestion,
  component: lazyRouteComponent(() => import('./requests/routes.js'), 'NewRequestRoute'),
});

const request = createRoute({
  getParentRoute: () => root,
  path: '/requests/$id',
  validateSearch: readRequestSearch,
  component: lazyRouteComponent(() => import('./requests/routes.js'), 'RequestRoute'),
});

const grants = createRoute({
  getParentRoute: () => root,
  path: '/grants',
  validateSearch: (search): { readonly tab?: 'ended' } =>
    search['tab'] === 'ended' ? { tab: 'ended' } : {},
  component: lazyRouteComponent(() => import('./grants/grant-list.js'), 'GrantList'),
});

const evidence = createRoute({
  getParentRoute: () => root,
  path: '/evidence',
  validateSearch: readEntrySearch,
  component: lazyRouteComponent(() => import('./evidence/routes.js'), 'LogScreen'),
});

const entry = createRoute({
  getParentRoute: () => root,
  path: '/evidence/$id',
  component: lazyRouteComponent(() => import('./evidence/routes.js'), 'EntryRoute'),
});

const me = createRoute({
  getParentRoute: () => root,
  path: '/me',
  component: lazyRouteComponent(() => import('./context/my-context.js'), 'MyContextScreen'),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/settings-screen.js'), 'SettingsScreen'),
});

const renewed = createRoute({ getParentRoute: () => root, path: '/signed-in', component: Renewed });

const tree = root.addChildren([
  home,
  newRequest,
  request,
  requests,
  grants,
  entry,
  evidence,
  me,
  settings,
  renewed,
]);

/** The addresses of the console. Search parameters are plain texts: `?tab=mine`, never quoted JSON. */
export function createAppRouter(history: RouterHistory = createBrowserHistory()) {
  return createRouter({
    routeTree: tree,
    history,
    defaultPreload: 'intent',
    defaultErrorComponent: RouteError,
    scrollRestoration: true,
    parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
    stringifySearch: (search) => {
      const texts = Object.entries(search).filter(
        (pair): pair is [string, string] => typeof pair[1] === 'string',
      );
      return texts.length === 0 ? '' : `?${new URLSearchParams(texts).toString()}`;
    },
  });
}

export type AppRouter = ReturnType<typeof createAppRouter>;

declare module '@tanstack/react-router' {
  interface Register {
    router: AppRouter;
  }
}

interface RequestSearch {
  readonly tab?: string;
  /** An answer chosen by key in the list: the form opens with it. */
  readonly review?: 'approve' | 'deny';
}

function readRequestSearch(search: Readonly<Record<string, unknown>>): RequestSearch {
  const { tab, review } = search;
  return {
    ...(typeof tab === 'string' && { tab }),
    ...((review === 'approve' || review === 'deny') && { review }),
  };
}
