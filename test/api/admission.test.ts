import { describe, expect, test } from 'vitest'
import { createAdmission, type Admission } from '../../api/request/admission.ts'

function enter(admission: Admission, bytes: number) {
  const entry = admission.enter()
  if (entry.admitted) entry.body.add(bytes)
  return entry.admitted ? entry.body : undefined
}

test('lets in until the budget is used up, and again once something of it is free', () => {
  const admission = createAdmission(100)
  const [first, second] = [enter(admission, 60), enter(admission, 40)]
  expect([admission.held, enter(admission, 1)]).toEqual([100, undefined])
  first!.clear()
  expect([admission.held, admission.enter().admitted]).toEqual([40, true])
  first!.add(70)
  expect(admission.enter().admitted).toBe(false)
  first!.leave()
  second!.leave()
  expect(admission.held).toBe(0)
})

test('a body that is larger than the budget is let in when there is room, and nobody after it', () => {
  const admission = createAdmission(100)
  const large = enter(admission, 500)
  expect(admission.enter().admitted).toBe(false)
  large!.leave()
  expect(admission.enter().admitted).toBe(true)
})

test('who sends nothing keeps nobody out', () => {
  const admission = createAdmission(10)
  for (let i = 0; i < 1000; i++) expect(admission.enter().admitted).toBe(true)
})

test('leaving twice gives back once', () => {
  const admission = createAdmission(100)
  const [first] = [enter(admission, 50), enter(admission, 50)]
  for (let i = 0; i < 2; i++) first!.leave()
  expect(admission.held).toBe(50)
})

test.each([
  [0, 1],
  [900, 1],
  [4200, 5],
  [1e6, 30],
])('the oldest is in since %s ms: come back in %s s', (age, seconds) => {
  let time = 0
  const admission = createAdmission(10, () => time)
  enter(admission, 10)
  time = age
  expect(admission.enter()).toEqual({ admitted: false, retryAfterSeconds: seconds })
})

describe('a large body', () => {
  const LARGE = 300_000
  const BUDGET = 1_000_000
  const turn = () => new Promise((resolve) => setImmediate(resolve))

  test('waits while the budget is used up, all but one of them', async () => {
    const admission = createAdmission(BUDGET)
    const bodies = Array.from({ length: 4 }, () => admission.join())
    for (const body of bodies) body.add(LARGE)
    const going: number[] = []
    for (const [i, body] of bodies.entries()) void body.room().then(() => going.push(i))
    await turn()
    expect(going).toEqual([0])
    bodies[0].add(LARGE)
    bodies[0].leave()
    await turn()
    expect(going).toEqual([0, 1, 2, 3])
    expect(admission.held).toBe(3 * LARGE)
  })

  test('that leaves while it may go beyond the budget hands this on', async () => {
    const admission = createAdmission(LARGE)
    const [first, second, third] = Array.from({ length: 3 }, () => admission.join())
    for (const body of [first, second, third]) body.add(LARGE)
    await first.room()
    let going = false
    void second.room().then(() => (going = true))
    await turn()
    expect(going).toBe(false)
    first.clear()
    await turn()
    expect(going).toBe(true)
  })

  test('does not keep a small one waiting', async () => {
    const admission = createAdmission(BUDGET)
    admission.join().add(10 * BUDGET)
    await admission.join().room()
  })
})
