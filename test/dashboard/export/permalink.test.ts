import { expect, it } from 'vitest'
import { permalink } from '../../../dashboard/export/permalink.ts'

const period = { from: '2001-04-01T00:00:00.000Z', to: '2001-04-08T00:00:00.000Z' }

it('has an absolute period in place of a relative one, what was left to defaults, and the part of the page', () => {
  const link = new URL(
    permalink(
      'http://drift.example/models/flights?range=7d&metric=auc#old',
      { ...period, monitor: 'daily', segment: '' },
      'performance',
    ),
  )
  expect(Object.fromEntries(link.searchParams)).toEqual({ ...period, metric: 'auc', monitor: 'daily' })
  expect([link.pathname, link.hash]).toEqual(['/models/flights', '#performance'])
})

it('keeps a relative period where the page shows none that is known', () => {
  const link = permalink('http://drift.example/?range=7d', { from: undefined, to: undefined }, 'a')
  expect(link).toBe('http://drift.example/?range=7d#a')
})

it('brings hostile names through, and ends no link of Markdown', () => {
  const name = 'a)|`b (c)&d=e#f%20g'
  const path = `/models/${encodeURIComponent(name)}`
  const link = permalink(`http://drift.example${path}?version=1.10`, { segment: name }, 'a')
  expect(link).not.toMatch(/[()|` ]/)
  const { pathname, searchParams } = new URL(link)
  expect(decodeURIComponent(pathname)).toBe(`/models/${name}`)
  expect([searchParams.get('segment'), searchParams.get('version')]).toEqual([name, '1.10'])
})
