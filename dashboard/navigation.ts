import { createRouter, type RouteComponent } from 'sv-router'

type Path =
  | '/'
  | '/models/:model'
  | '/models/:model/compare'
  | '/models/:model/setup'
  | '/models/:model/baselines'
  | '/models/:model/features'
  | '/models/:model/columns/:column'
  | '/alerts'
  | '/alerts/:alert'
  | '/incidents'
  | '/incidents/by-month'
  | '/incidents/:incident'
  | '/silences'
  | '/deliveries'
  | '/audit'
  | '/retrains'
  | '/experiments'
  | '/experiments/:experiment'
  | '/new-experiment'
  | '/sources'
  | '/sources/:source'
  | '/dead-letters'
  | '/settings'
  | '/system'
  | '/declare/:kind'
  | '/declare/:kind/:name'
  | `*${string}`

/** The pages by their paths. pages.ts fills them in, so that pages can lead to each other without importing each other. */
export const pages = {} as Record<Path, RouteComponent>

// eslint-disable-next-line @typescript-eslint/unbound-method -- none of them takes a `this`
export const { p, navigate, isActive, route } = createRouter(pages)
