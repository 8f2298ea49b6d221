import { describe, expect, it } from 'vitest'
import { decidingParts, rangesFor } from '../../../dashboard/declare/backtest-words.ts'
import { endOfLines } from '../../../dashboard/declare/end-of-lines.ts'
import { filePreview, someOf } from '../../../dashboard/declare/file-preview.ts'
import { forgetDraft, keepDraft, keptDraft } from '../../../dashboard/declare/kept-draft.ts'
import { shownPart, withoutSecrets } from '../../../dashboard/declare/stored.ts'

const suggested = (features: Record<string, 'numeric'>, outcomes: ('prediction' | 'score' | 'label')[] = ['prediction', 'score', 'label'], left: string[] = []) => ({
  model: { name: 'm', task: 'binary' as const, features },
  outcomes,
  columns: [...Object.keys(features), ...outcomes, ...left],
}) // prettier-ignore

describe('the preview of a file', () => {
  it('says that all is there', () => {
    expect(filePreview(['a', 'b'], suggested({ a: 'numeric', b: 'numeric' }))).toEqual([
      { text: 'The file has 2 of 2 features.', isFault: false },
    ])
  })

  it('names what is missing, what is not used, and outcomes that are called otherwise', () => {
    const lines = filePreview(['a', 'b'], suggested({ a: 'numeric', is_fraud: 'numeric' }, ['score']))
    expect(lines.map(({ text }) => text)).toEqual([
      'The file has 1 of 2 features; it lacks b.',
      'It has no column for the prediction, label. If it has one, choose it. Concept and performance cannot be checked without labels.',
      'Not used, because the model does not declare them: is_fraud.',
    ])
    expect(lines.map(({ isFault }) => isFault)).toEqual([true, true, false])
  })

  it('counts a declared feature that looks like an id as there', () => {
    expect(filePreview(['user'], suggested({}, undefined, ['user']))[0].isFault).toBe(false)
  })

  it('lists the first of many names', () => {
    expect(someOf(['a', 'b'])).toBe('a, b')
    expect(someOf(Array.from({ length: 11 }, (_, i) => `c${i}`))).toBe(
      'c0, c1, c2, c3, c4, c5, c6, c7 and 3 more',
    )
  })
})

describe('the periods of a backtest', () => {
  it.each([
    ['1h', ['24h', '7d', '30d']],
    ['hourly', ['24h', '7d', '30d']],
    ['6h', ['24h', '7d', '30d', '90d', '180d']],
    ['daily', ['24h', '7d', '30d', '90d', '180d']],
    ['month', ['24h', '7d', '30d', '90d', '180d']],
    ['soon', ['24h', '7d', '30d', '90d', '180d']],
  ])('of a monitor that runs every %s have no more windows than are evaluated', (every, ranges) => {
    expect(rangesFor(every)).toEqual(ranges)
  })
})

describe('a form that is left', () => {
  const START = { name: '', channels: [] }
  const held = new Map<string, string>()
  const storage = {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => void held.set(key, value),
    removeItem: (key: string) => void held.delete(key),
  }

  it('keeps what was typed for its address until it is forgotten', () => {
    keepDraft(storage, '/declare/route', START, { name: 'r', channels: ['a'] })
    expect(keptDraft(storage, '/declare/route', START)).toEqual({ name: 'r', channels: ['a'] })
    const changed = { name: '', channels: [], match: { severity: 'critical' } }
    expect(keptDraft(storage, '/declare/route', changed), 'onto what is stored by now').toEqual({
      ...changed,
      name: 'r',
      channels: ['a'],
    })
    expect(keptDraft(storage, '/declare/monitor', START)).toBeUndefined()
    forgetDraft(storage, '/declare/route')
    expect(keptDraft(storage, '/declare/route', START)).toBeUndefined()
  })

  it('begins anew where what is kept is no declaration', () => {
    for (const text of ['{', '[]', '{"start":1}', '"x"', '{"start":{},"declaration":{}}']) {
      storage.setItem('driftgauge-draft /x', text)
      expect(keptDraft(storage, '/x', START)).toBeUndefined()
    }
  })
})

it.each([
  [{ name: 'ml-oncall', slack: { webhook_url: 'https://hooks.slack.com/services/T/B/x' } }, { slack: { webhook_url: '${ML_ONCALL_SECRET}' } }],
  [{ name: 'hook', webhook: { url: 'https://x', secret: 'abc' } }, { webhook: { url: 'https://x', secret: '${HOOK_SECRET}' } }],
  [{ name: 'hook', webhook: { url: 'https://x?token=1', secret: 'abc' } }, { webhook: { url: '${HOOK_URL}', secret: '${HOOK_SECRET}' } }],
  [{ name: '', github: { repository: 'a/b', token: 't' } }, { github: { repository: 'a/b', token: '${CHANNEL_SECRET}' } }],
  [{ name: 'mail', email: { to: ['a@b.c'] } }, { email: { to: ['a@b.c'] } }],
])('the YAML of a channel takes its secret from the environment: %j', (declaration, shown) => {
  const { name: _, ...rest } = withoutSecrets(declaration)
  expect(rest).toEqual(shown)
}) // prettier-ignore

it('a change never shows a secret', () => {
  expect(shownPart(['slack', 'webhook_url'], 'https://hooks.slack.com/services/T')).toBe('entered anew')
  expect(shownPart(['webhook', 'url'], 'https://x/y?token=1')).toBe('https://x/y?…')
  expect(shownPart(['grace'], '10m')).toBe('10m')
})

it.each([
  ['a,b\n1,2\n3,', true, 'a,b\n1,2\n'],
  ['a\n"x\ny"\n"z\n', true, 'a\n"x\ny"\n'],
  ['a\n"say ""hi""\n"\nz', true, 'a\n"say ""hi""\n"\n'],
  ['{"a":1}\n{"a', false, '{"a":1}\n'],
  ['{"a":"\\""}\n{', false, '{"a":"\\""}\n'],
  ['no line ends', true, ''],
])('of %j the whole records are taken', (text, hasQuotes, records) => {
  const bytes = new TextEncoder().encode(text)
  expect(new TextDecoder().decode(bytes.subarray(0, endOfLines(bytes, hasQuotes)))).toBe(records)
})

it('what makes no difference to when a monitor fires is not tried anew', () => {
  const monitor = {
    name: 'x',
    model: 'm',
    alert: { fire: '1 of 1', channels: ['a'], repeat: '2d' },
    retrain: { target: 'b' },
  }
  expect(decidingParts(monitor)).toEqual({ name: 'backtest', model: 'm', alert: { fire: '1 of 1' } })
  expect(decidingParts({ name: 'y', model: 'm' })).toEqual({ name: 'backtest', model: 'm' })
})
