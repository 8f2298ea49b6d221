import { describe, expect, test } from 'vitest'
import type { Poll } from '../../../control/registry/polls.ts'
import { isDue, nextPoll, POLL_MS } from '../../../registry/follow/follow.ts'
import { MlflowError } from '../../../registry/mlflow/error.ts'

const at = (ms: number) => new Date(1_800_000_000_000 + ms)
const poll = (changes: Partial<Poll> = {}): Poll => ({
  model: 'm',
  askedAt: new Date(0),
  lookedAt: at(0),
  checkedAt: at(10),
  problem: undefined,
  ...changes,
})

test.each<[string, Poll | undefined, number, boolean]>([
  ['was never looked at', undefined, 0, true],
  ['was asked for before the first look', poll({ lookedAt: undefined, askedAt: at(0) }), 0, true],
  ['was looked at just now', poll(), POLL_MS - 1, false],
  ['was looked at two minutes ago', poll(), POLL_MS, true],
  ['was asked for since', poll({ askedAt: at(5) }), 10, true],
  ['was asked for before', poll({ askedAt: at(-5) }), 10, false],
])('a look at an alias that %s', (_, known, now, due) => {
  expect(isDue(known, at(now))).toBe(due)
})

describe('after a look', () => {
  const away = new MlflowError('unreachable', 'MLflow is away.')
  const fine = { isChanged: false, problem: undefined }

  test('a problem is told since it began, until it is over', () => {
    const first = nextPoll('m', poll(), at(100), at(110), away)
    expect(first).toMatchObject({ checkedAt: at(10), problem: { text: 'MLflow is away.', since: at(110) } })
    const second = nextPoll('m', first, at(200), at(210), { ...fine, problem: 'no alias' })
    expect(second).toMatchObject({ checkedAt: at(210), problem: { text: 'no alias', since: at(110) } })
    expect(nextPoll('m', second, at(300), at(310), fine).problem).toBeUndefined()
  })

  test('what was asked for while it went on is still due', () => {
    const asked = poll({ askedAt: at(105) })
    expect(isDue(nextPoll('m', asked, at(100), at(110), fine), at(111))).toBe(true)
    expect(isDue(nextPoll('m', asked, at(106), at(110), fine), at(111))).toBe(false)
  })
})
