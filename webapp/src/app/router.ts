import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { address, isApart } from '@/api/client'
import { routeOf, SECTIONS } from '@/features/administration'
import { titled } from '@/ui/brand'
import { loadAnewWhatIsLost } from './lost'
import { queries } from './queries'

declare module 'vue-router' {
  interface RouteMeta {
    /** Stands in the breadcrumb and the window's title. */
    title?: string
    /** Shown without the frame, to people who are not signed in. */
    open?: boolean
  }
}

const items = (name: string) => ({ component: () => import('@/features/items/ItemsPage.vue'), props: { name } })

const routes: RouteRecordRaw[] = [
  { path: '/', name: 'start', component: () => import('@/features/start/StartPage.vue'), meta: { title: 'Start' } },
  { path: '/samples', name: 'samples', ...items('samples'), meta: { title: 'Samples' } },
  { path: '/starting-materials', name: 'inventory', ...items('inventory'), meta: { title: 'Inventory' } },
  { path: '/equipment', name: 'equipment', ...items('equipment'), meta: { title: 'Equipment' } },
  {
    path: '/items/:refcode', name: 'item', component: () => import('@/features/items/ItemPage.vue'), props: true,
  },
  {
    path: '/collections', name: 'collections', component: () => import('@/features/collections/CollectionsPage.vue'),
    meta: { title: 'Collections' },
  },
  {
    path: '/collections/:collectionId', name: 'collection', props: true,
    component: () => import('@/features/collections/CollectionPage.vue'),
  },
  {
    path: '/graph', name: 'graph', component: () => import('@/features/relationships/GraphPage.vue'),
    meta: { title: 'Graph' },
  },
  { path: '/search', name: 'search', component: () => import('@/features/search/SearchPage.vue'), meta: { title: 'Search' } },
  {
    path: '/administration', name: 'administration', component: () => import('@/features/administration/AdministrationPage.vue'),
    redirect: { name: routeOf(SECTIONS[0]!) },
    children: SECTIONS.map((one) => ({ path: one.id, name: routeOf(one), component: one.page })),
  },
  { path: '/account', name: 'account', component: () => import('@/features/people/AccountPage.vue'), meta: { title: 'Account' } },
  {
    path: '/sign-in', name: 'sign-in', component: () => import('@/features/people/SignInPage.vue'),
    meta: { title: 'Sign in', open: true },
  },
  {
    path: '/welcome', name: 'welcome', component: () => import('@/features/people/WelcomePage.vue'),
    meta: { title: 'Welcome', open: true },
  },
  {
    // Links in letters name the page; the session that they open is the server's.
    path: '/sign-in/:way(link|first-run)', component: () => import('./NowherePage.vue'),
    beforeEnter: ({ fullPath }) => {
      if (isApart) window.location.replace(address(fullPath))
      return !isApart
    },
  },
  { path: '/:path(.*)*', name: 'nowhere', component: () => import('./NowherePage.vue'), meta: { title: 'Not found' } },
]

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (_to, _from, kept) => kept ?? { top: 0 },
})

router.afterEach(({ meta }) => {
  if (meta.title) document.title = titled(meta.title)
})

loadAnewWhatIsLost(router)

/** Forgets what was read as somebody, and asks who is there; comes back to where one was. */
export async function goToSignIn(): Promise<void> {
  const here = router.currentRoute.value
  if (here.name === 'sign-in') return
  queries.clear()
  await router.push({ name: 'sign-in', query: here.fullPath === '/' ? {} : { next: here.fullPath } })
}
