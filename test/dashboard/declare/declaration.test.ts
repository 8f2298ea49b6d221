import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import {
  changesBetween,
  partText,
  rebased,
  valueAt,
  withValue,
} from '../../../dashboard/declare/declaration.ts'
import { exampleEvent, exampleLabel } from '../../../dashboard/declare/example-event.ts'
import { problemAt, problemsOf } from '../../../dashboard/declare/problems.ts'
import { editable, keepable } from '../../../dashboard/declare/stored.ts'
import { declarationYaml } from '../../../dashboard/declare/yaml.ts'
import { modelSchema } from '../../../control/declared/model.ts'

const key = fc.constantFrom('a', 'b', 'c', '__proto__', 'toString')
const leaf = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.array(fc.string(), { maxLength: 3 }))
const tree = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof({ depthSize: 'small' }, leaf, fc.dictionary(key, tie('node'), { noNullPrototype: true })),
})).node
const declaration = fc.dictionary(key, tree, { noNullPrototype: true })

describe('a declaration that is edited', () => {
  it('has at a path what was put there, and all else as it was', () => {
    fc.assert(
      fc.property(declaration, fc.array(fc.constantFrom('a', 'b', 'x'), { minLength: 1, maxLength: 3 }), leaf, (before, path, value) => {
        const after = withValue(before, path, value)
        expect(valueAt(after, path)).toEqual(value)
        const others = Object.keys(before).filter((one) => one !== path[0])
        for (const other of others) expect(valueAt(after, [other])).toEqual(valueAt(before, [other]))
      }),
    ) // prettier-ignore
  })

  it('loses what is removed, and the mappings that this leaves empty', () => {
    const before = { name: 'x', thresholds: { psi: { warning: 1 } }, checks: ['quality'] }
    expect(withValue(before, ['thresholds', 'psi', 'warning'], undefined)).toEqual({
      name: 'x',
      checks: ['quality'],
    })
    expect(withValue(before, ['nothing', 'here'], undefined)).toEqual(before)
    expect(withValue(before, ['checks'], [])).toEqual({ ...before, checks: [] })
  })

  it('becomes the other one by the changes between them', () => {
    fc.assert(
      fc.property(declaration, declaration, (before, after) => {
        const changes = changesBetween(before, after)
        const made = rebased(before, changes)
        // An empty mapping that is left behind is not worth telling from none.
        expect(changesBetween(made, after).filter(({ before, after }) => !isHollow(before) || !isHollow(after))).toEqual([])
        expect(changesBetween(before, before)).toEqual([])
      }),
    ) // prettier-ignore
  })

  it('keeps what somebody else changed elsewhere', () => {
    const [base, mine, theirs] = [
      { name: 'm', grace: '10m', alert: { repeat: '1d', resolve: 2 } },
      { name: 'm', grace: '30m', alert: { repeat: '1d', resolve: 2 } },
      { name: 'm', grace: '10m', alert: { repeat: '2d', resolve: 2 } },
    ]
    expect(rebased(theirs, changesBetween(base, mine))).toEqual({
      name: 'm',
      grace: '30m',
      alert: { repeat: '2d', resolve: 2 },
    })
  })

  it.each([
    [undefined, '–'],
    [[], 'none'],
    [['a', 'b'], 'a, b'],
    [{ warning: 1, critical: 2 }, 'warning: 1, critical: 2'],
    ['', '""'],
    [false, 'false'],
  ])('is told in few words: %j', (value, text) => expect(partText(value)).toBe(text))
})

const isHollow = (value: unknown): boolean =>
  value === undefined ||
  (typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every(isHollow))

describe('the YAML of a declaration', () => {
  it('is read back as the same, with the name first', () => {
    fc.assert(
      fc.property(declaration, (more) => {
        const { name: _, model: __, ...rest } = more
        const given = { ...rest, name: 'x', model: 'm' }
        const text = declarationYaml('monitors', given)
        expect((parse(text) as { monitors: unknown[] }).monitors[0]).toEqual(given)
        expect(text).toMatch(/^monitors:\n {2}- name: x\n {4}model: m\n/)
      }),
    )
  })

  it('is taken by the reader of YAML files', () => {
    const text = declarationYaml('models', { name: 'shop', task: 'binary', features: { 'a: b': 'numeric', '<b>': { kind: 'categorical', allowed: ['x', 'y'] } } })
    const { models } = parse(text) as { models: unknown[] }
    expect(modelSchema.parse(models[0]).name).toBe('shop')
    expect(text).toContain('allowed: [x, y]')
  }) // prettier-ignore
})

describe('what is wrong with a declaration', () => {
  it('is told by part, whether the schema says so or what it refers to', () => {
    const errors = [
      { path: 'monitors.0.window', message: 'a' },
      { path: 'monitors.0', message: 'b' },
      { path: 'alert.channels.0', message: 'c' },
    ]
    const problems = problemsOf({ message: '', errors }, 'monitors')
    expect(problems.map(({ path }) => path)).toEqual(['window', '', 'alert.channels.0'])
    expect(problemAt(problems, ['alert', 'channels'])).toBe('c')
    expect(problemAt(problems, ['alert', 'chan'])).toBeUndefined()
  })

  it('is the whole message where no part is named', () => {
    expect(problemsOf({ message: 'Conflict.', errors: [] }, 'models')).toEqual([
      { path: '', message: 'Conflict.' },
    ])
  })
})

describe('examples and stored declarations', () => {
  it.each(['binary', 'multiclass', 'regression'] as const)('an example of a %s model has its features and an outcome', (task) => {
    const features = { n: 'numeric', c: { kind: 'categorical' } } as const
    const event = exampleEvent({ task, features, ...(task === 'binary' && { positive: 'late' }) }, new Date('2026-01-05T10:11:12.345Z'))
    expect(event).toMatchObject({ id: exampleLabel({ task }).id, ts: '2026-01-05T10:11:12Z', features: { n: 1.5, c: 'a' } })
    expect(event).toHaveProperty('prediction')
  }) // prettier-ignore

  it('a channel is edited without what is never answered', () => {
    const stored = {
      name: 'c',
      type: 'webhook',
      target: 'https://x/…',
      secrets: 1,
      fingerprint: 'f',
      settings: { url: 'https://x/y' },
    }
    expect(editable('channel', stored)).toEqual({ name: 'c', webhook: { url: 'https://x/y', secret: '' } })
    expect(editable('route', { name: 'r' })).toEqual({ name: 'r' })
  })

  it('is kept in the browser without its secrets, and whole where it has none', () => {
    const webhook = { url: 'https://x/y?token=t', secret: 'whsec_x' }
    expect(keepable({ name: 'c', webhook })).toEqual({ name: 'c', webhook: { url: 'https://x/y', secret: '' } })
    expect(keepable({ name: 'c', pagerduty: { routing_key: 'k' } })).toEqual({ name: 'c', pagerduty: { routing_key: '' } })
    const monitor = { name: 'm', model: 'x', alert: { fire: '1 of 1' } }
    expect(keepable(monitor)).toEqual(monitor)
  }) // prettier-ignore
})
