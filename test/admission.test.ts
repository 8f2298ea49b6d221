import { expect, test } from 'vitest'
import { createAdmission } from '../api/admission.ts'

test('lets in what fits, and again what was released', () => {
  const admission = createAdmission(100)
  const [first, second] = [admission.enter(60), admission.enter(40)]
  expect([first.admitted, second.admitted, admission.enter(1).admitted, admission.held]).toEqual([
    true,
    true,
    false,
    100,
  ])
  if (first.admitted) first.release()
  expect([admission.held, admission.enter(61).admitted, admission.enter(60).admitted]).toEqual([
    40,
    false,
    true,
  ])
})

test('a body that is larger than the budget is let in alone', () => {
  const admission = createAdmission(100)
  const large = admission.enter(500)
  expect([large.admitted, admission.enter(1).admitted]).toEqual([true, false])
  if (large.admitted) large.release()
  expect(admission.enter(1).admitted).toBe(true)
})

test('releasing twice gives back once', () => {
  const admission = createAdmission(100)
  const [first] = [admission.enter(50), admission.enter(50)]
  if (first.admitted) for (let i = 0; i < 2; i++) first.release()
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
  admission.enter(10)
  time = age
  expect(admission.enter(1)).toEqual({ admitted: false, retryAfterSeconds: seconds })
})
