import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findCycle, importsOf, packagesOf, readSources, RULES, violations } from './support/import-graph.ts'
import { ROOT } from './support/root.ts'

const sources = readSources(ROOT)
const imports = [...sources].flatMap(([path, text]) => importsOf(path, text))

describe('the source tree', () => {
  it('is found', () => {
    expect(sources.size).toBeGreaterThan(10)
    expect(imports.length).toBeGreaterThan(10)
  })

  it('imports only what the layout allows', () => {
    expect(violations(imports)).toEqual([])
  })

  it('has a rule for every part', () => {
    const free = /^(test|bench|examples|\w+\.config\.ts)$/
    const parts = new Set([...sources.keys()].map((path) => path.split('/')[0] ?? ''))
    expect([...parts].filter((part) => !(part in RULES) && !free.test(part))).toEqual([])
  })

  it('never reaches from the product into tests or measurements', () => {
    const product = imports.filter(({ from }) => (from.split('/')[0] ?? '') in RULES)
    expect(product.filter(({ to }) => /^(test|bench|examples|\.\.)\//.test(to))).toEqual([])
  })

  it('keeps the words of the domain free of packages, so that the dashboard can share them', () => {
    const domain = [...sources].filter(([path]) => path.startsWith('domain/'))
    expect(domain.length).toBeGreaterThan(5)
    expect(domain.flatMap(([path, text]) => packagesOf(path, text))).toEqual([])
  })

  it('keeps reference statistics out of the product', () => {
    const product = imports.filter(({ from }) => !/^(test|bench|detectors\/reference)\//.test(from))
    expect(product.filter(({ to }) => to.startsWith('detectors/reference/'))).toEqual([])
  })

  it('has no room with more than 27 files', () => {
    const rooms = new Map<string, number>()
    for (const path of sources.keys()) rooms.set(dirname(path), (rooms.get(dirname(path)) ?? 0) + 1)
    expect([...rooms].filter(([, files]) => files > 27)).toEqual([])
  })

  it('has no import cycle', () => {
    expect(findCycle(imports)).toBeUndefined()
  })

  it('names files with their extension, and files that exist', () => {
    const missing = imports.filter(({ to }) => /\.(ts|svelte)$/.test(to) || !/\.\w+$/.test(to))
    expect(missing.filter(({ to }) => !sources.has(to))).toEqual([])
  })

  it('has no file over 300 lines outside the tests', () => {
    const long = [...sources].filter(
      ([path, text]) => !path.startsWith('test/') && text.split('\n').length > 301,
    )
    expect(long.map(([path]) => path)).toEqual([])
  })
})

describe('the checker', () => {
  const graph = (files: Record<string, string>) =>
    Object.entries(files).flatMap(([path, text]) => importsOf(path, text))

  it('sees every way of importing', () => {
    const text = `
      import a from './a.ts'
      import type { B } from '../store/b.ts'
      export * from './c.ts'
      export type { D } from './d.ts'
      import './e.ts'
      const f = await import('./f.ts')
      let g: import('./g.ts').G
      import fs from 'node:fs'
      // import h from './h.ts'
      const text = "import i from './i.ts'"`
    expect(importsOf('api/x.ts', text).map(({ to, typeOnly }) => [to, typeOnly])).toEqual([
      ['api/a.ts', false],
      ['store/b.ts', true],
      ['api/c.ts', false],
      ['api/d.ts', true],
      ['api/e.ts', false],
      ['api/f.ts', false],
      ['api/g.ts', true],
    ])
  })

  it('reads the scripts of components', () => {
    const text = `<script lang="ts">import x from '../charts/x.ts'</script><p>import './y.ts'</p>`
    expect(importsOf('dashboard/page.svelte', text).map(({ to }) => to)).toEqual(['charts/x.ts'])
  })

  it('reports what the rules forbid', () => {
    const forbidden = graph({
      'store/a.ts': `import '../ingest/b.ts'`,
      'ingest/b.ts': `import '../store/c.ts'; import '../detectors/d.ts'`,
      'detectors/d.ts': `import type { E } from '../alerts/e.ts'`,
      'alerts/e.ts': `import '../charts/f.ts'`,
      'api/g.ts': `import '../cli/h.ts'`,
      'cli/h.ts': `import '../api/g.ts'; import '../config.ts'`,
      'config.ts': `import './ingest/c.ts'`,
      'main.ts': `import './cli/h.ts'; import './store/c.ts'`,
    })
    expect(violations(forbidden)).toEqual([
      'store/a.ts -> ingest/b.ts',
      'ingest/b.ts -> detectors/d.ts',
      'detectors/d.ts -> alerts/e.ts',
      'api/g.ts -> cli/h.ts',
      'config.ts -> ingest/c.ts',
      'main.ts -> store/c.ts',
    ])
  })

  it('lets the dashboard import types alone from the contract', () => {
    const dashboard = graph({
      'dashboard/a.ts': `import type { A } from '../api/contract.ts'`,
      'dashboard/b.ts': `import { B } from '../api/contract.ts'`,
      'dashboard/c.ts': `import type { C } from '../api/routes.ts'`,
    })
    expect(violations(dashboard)).toEqual([
      'dashboard/b.ts -> api/contract.ts',
      'dashboard/c.ts -> api/routes.ts',
    ])
  })

  it('finds a cycle, and none where there is none', () => {
    const cycle = {
      'a.ts': `import './b.ts'`,
      'b.ts': `import './c.ts'`,
      'c.ts': `import type { B } from './b.ts'`,
    }
    expect(findCycle(graph(cycle))).toEqual(['b.ts', 'c.ts', 'b.ts'])
    const diamond = {
      'a.ts': `import './b.ts'; import './c.ts'`,
      'b.ts': `import './d.ts'`,
      'c.ts': `import './d.ts'`,
    }
    expect(findCycle(graph(diamond))).toBeUndefined()
  })
})
