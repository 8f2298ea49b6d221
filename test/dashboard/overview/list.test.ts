import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ownersOf,
  shownModels,
  SORTS,
  STATUS_CHOICES,
  type OverviewChoice,
} from '../../../dashboard/overview/list.ts'
import type { ModelOverview } from '../../../dashboard/standing.ts'

const STATES = ['no_events', 'no_baseline', 'no_monitor', 'waiting', 'evaluated'] as const
const STATUSES = [
  'critical',
  'warning',
  'pending',
  'unconfirmed',
  'ok',
  'insufficient_data',
  'no_data',
  'error',
] as const
const one = (model: string, more: Partial<ModelOverview> = {}): ModelOverview =>
  ({
    model,
    state: 'evaluated',
    status: 'ok',
    firing: [],
    drifted: { columns: 0, of: 3 },
    predictions: { last_24h: 0, until: null },
    ...more,
  }) as unknown as ModelOverview // prettier-ignore
const ALL: OverviewChoice = { text: '', status: undefined, owner: undefined, sort: 'severity' }
const names = (models: readonly ModelOverview[]) => models.map(({ model }) => model)

describe('the list of models', () => {
  const models = [
    one('Shop-10', { status: 'critical', firing: [{}] as never }),
    one('shop-9', { status: 'no_data', drifted: { columns: 3, of: 3 } }),
    one('fraud', { state: 'no_events', status: null, predictions: { last_24h: 7, until: null } }),
    one('rates'),
  ]
  const owners = new Map([
    ['rates', ['pricing', 'data']],
    ['fraud', ['risk']],
  ])

  it('is found by part of a name, in any case', () => {
    expect(names(shownModels(models, { ...ALL, text: ' SHOP' }, owners))).toEqual(['Shop-10', 'shop-9'])
  })

  it.each([
    ['firing', ['Shop-10']],
    ['critical', ['Shop-10']],
    ['warning', []],
    ['unknown', ['shop-9']],
    ['setup', ['fraud']],
    ['fine', ['rates']],
  ] as const)('is narrowed to those that are %s', (status, expected) => {
    expect(names(shownModels(models, { ...ALL, status }, owners))).toEqual(expected)
  })

  it('is narrowed to those of an owner', () => {
    expect(names(shownModels(models, { ...ALL, owner: 'data' }, owners))).toEqual(['rates'])
  })

  it('is put in order: numbers in names as numbers, most first', () => {
    const sorted = (sort: OverviewChoice['sort']) => names(shownModels(models, { ...ALL, sort }, owners))
    expect(sorted('severity')).toEqual(names(models))
    expect(sorted('name')).toEqual(['fraud', 'rates', 'shop-9', 'Shop-10'])
    expect(sorted('drifted')[0]).toBe('shop-9')
    expect(sorted('traffic')[0]).toBe('fraud')
  })

  it('never invents, repeats or loses a model', () => {
    const model = fc.record({
      model: fc.string({ minLength: 1 }),
      state: fc.constantFrom(...STATES),
      status: fc.option(fc.constantFrom(...STATUSES)),
      firing: fc.array(fc.constant({})),
    })
    const choice = fc.record({
      text: fc.constantFrom('', 'a', 'B '),
      status: fc.constantFrom(undefined, ...(Object.keys(STATUS_CHOICES) as (keyof typeof STATUS_CHOICES)[])),
      owner: fc.constant(undefined),
      sort: fc.constantFrom(...(Object.keys(SORTS) as (keyof typeof SORTS)[])),
    })
    fc.assert(
      fc.property(fc.uniqueArray(model, { selector: ({ model }) => model }), choice, (made, chosen) => {
        const given = made.map((some) => one(some.model, some as never))
        const found = shownModels(given, chosen, new Map())
        expect(new Set(found).size).toBe(found.length)
        expect(found.every((some) => given.includes(some))).toBe(true)
        if (chosen.text === '' && chosen.status === undefined) expect(found).toHaveLength(given.length)
      }),
    )
  })

  it('names each owner of a model once', () => {
    expect(ownersOf([{ name: 'a', owners: { feature: 'x', data: 'x', label: undefined } }, { name: 'b' }])).toEqual(
      new Map([['a', ['x']], ['b', []]]),
    ) // prettier-ignore
  })
})
