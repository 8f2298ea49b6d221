import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KnownFile } from '../../../control/sources/ledger.ts'
import { planChanges } from '../../../ingest/sources/plan.ts'
import { DAY_MS } from '../../../domain/time.ts'

const NOW = new Date('2026-11-01T00:00:00Z')
const listed = (path: string, etag = '1', modifiedAt = 0) => ({
  path,
  etag,
  size: 1,
  modifiedAt,
  constants: {},
})
const known = (number: number, path: string, etag: string, state: string, daysAgo?: number): KnownFile => ({
  ...{ number, path, etag, state },
  ended_at: daysAgo === undefined ? null : NOW.getTime() - daysAgo * DAY_MS,
})
const nothing = { added: [], again: [], replaced: [], forgotten: [] }

describe('what a look changes', () => {
  test.each<[string, KnownFile[], ReturnType<typeof listed>[], boolean, object]>([
    ['a new file is added', [], [listed('a')], true, { added: [listed('a')] }],
    ['one that is known is left as it is, whatever became of it', [known(1, 'a', '1', 'failed', 1)], [listed('a')], true, {}], // prettier-ignore
    ['other content replaces what was taken', [known(1, 'a', '1', 'taken', 1)], [listed('a', '2')], true, { added: [listed('a', '2')], replaced: [1] }], // prettier-ignore
    ['content that comes back is taken again', [known(1, 'a', '1', 'replaced'), known(2, 'a', '2', 'taken', 1)], [listed('a')], true, { again: [1], replaced: [2] }], // prettier-ignore
    [
      'a file that waits and is gone is forgotten',
      [known(1, 'a', '1', 'waiting')],
      [],
      true,
      { forgotten: [1] },
    ],
    ['one that was taken is remembered for a while', [known(1, 'a', '1', 'taken', 89)], [], true, {}],
    ['and then forgotten', [known(1, 'a', '1', 'taken', 91)], [], true, { forgotten: [1] }],
    ['where only what is new is listed, nothing is gone', [known(1, 'a', '1', 'waiting'), known(2, 'b', '1', 'failed', 99)], [], false, {}], // prettier-ignore
    ['but old pieces are forgotten, save the newest', [known(1, 'a', '1', 'taken', 99), known(2, 'b', '1', 'taken', 99)], [], false, { forgotten: [1] }], // prettier-ignore
  ])('%s', (_, before, now, isWhole, expected) => {
    expect(planChanges(before, now, { now: NOW, isWhole })).toEqual({ ...nothing, ...expected })
  })

  test('each content of each path is taken once, in the order of the changes', () => {
    const file = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2'), fc.nat(5))
    const look = fc.uniqueArray(file, { selector: ([path]) => path })
    fc.assert(
      fc.property(fc.array(look, { maxLength: 6 }), (looks) => {
        let [ledger, number]: [KnownFile[], number] = [[], 0]
        for (const files of looks) {
          const now = files.map(([path, etag, at]) => listed(path, etag, at))
          const { added, again, replaced, forgotten } = planChanges(ledger, now, { now: NOW, isWhole: true })
          expect(added.map(({ modifiedAt }) => modifiedAt)).toEqual(
            added.map(({ modifiedAt }) => modifiedAt).sort(),
          )
          ledger = ledger
            .filter((one) => !forgotten.includes(one.number))
            .map((one) =>
              replaced.includes(one.number)
                ? { ...one, state: 'replaced' }
                : again.includes(one.number)
                  ? { ...one, state: 'taken' }
                  : one,
            ) // prettier-ignore
            .concat(added.map(({ path, etag }) => known(++number, path, etag, 'taken', 1)))
          // What stands in the source now is what was taken last of each path.
          for (const { path, etag } of now)
            expect(ledger.filter((one) => one.path === path && one.state === 'taken').map((one) => one.etag)).toEqual([etag]) // prettier-ignore
        }
      }),
    )
  })
})
