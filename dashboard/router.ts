import { createRouter } from 'sv-router'

/** The pages, each loaded when it is first shown. */
// eslint-disable-next-line @typescript-eslint/unbound-method -- none of them takes a `this`
export const { p, navigate, isActive, route } = createRouter({
  '/': () => import('./routes/Overview.svelte'),
  '/models/:model': () => import('./routes/Model.svelte'),
  '/models/:model/columns/:column': () => import('./routes/Column.svelte'),
  '/alerts': () => import('./routes/Alerts.svelte'),
  '/alerts/:alert': () => import('./routes/Alert.svelte'),
  '*': () => import('./routes/NotFound.svelte'),
})
