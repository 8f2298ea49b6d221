import { expect, test } from 'vitest'
import { createFailedKeys, type FailedKeys } from '../../api/failed-keys.ts'

/** How many wrong keys in a row are allowed. */
function allowed(keys: FailedKeys, address: string, most = 1000): number {
  for (let n = 0; n < most; n++) if (!keys.failed(address).allowed) return n
  return most
}

test('after a burst one wrong key is allowed per pause, and the wait is told', () => {
  let now = 0
  const keys = createFailedKeys(() => now)
  expect(allowed(keys, '203.0.113.9')).toBe(20)
  now = 2_000
  expect(keys.failed('203.0.113.9')).toEqual({ allowed: false, retryAfterSeconds: 4, first: false })
  now = 6_000
  expect(allowed(keys, '203.0.113.9')).toBe(1)
  now = 1_000_000
  expect(allowed(keys, '203.0.113.9')).toBe(20)
})

test('only the failure that reaches the limit is the first', () => {
  let now = 0
  const keys = createFailedKeys(() => now)
  for (let n = 0; n < 20; n++) keys.failed('203.0.113.9')
  const first = () => [keys.failed('203.0.113.9'), keys.failed('203.0.113.9')].map((one) => !one.allowed && one.first)
  expect(first()).toEqual([true, false])
  now = 6_000
  expect(first(), 'once something is allowed again').toEqual([false, true])
}) // prettier-ignore

test('addresses do not share a limit, but those of one IPv6 network and the forms of one address do', () => {
  const keys = createFailedKeys(() => 0)
  expect(allowed(keys, '203.0.113.9')).toBe(20)
  expect(allowed(keys, '203.0.113.10')).toBe(20)
  expect(allowed(keys, '::ffff:203.0.113.10')).toBe(0)
  expect(allowed(keys, '2001:db8:0:1::1')).toBe(20)
  expect(allowed(keys, '2001:db8:0:1:ffff::2')).toBe(0)
  expect(allowed(keys, '2001:db8:0:2::1')).toBe(20)
  expect(allowed(keys, 'fe80::1%eth0')).toBe(20)
  expect(allowed(keys, '')).toBe(20)
})

test.each(['127.0.0.1', '::1', '::ffff:127.0.0.1'])('this machine (%s) may fail more often', (address) =>
  expect(allowed(createFailedKeys(() => 0), address)).toBe(200),
) // prettier-ignore

test('of very many addresses, those that failed longest ago are forgotten', () => {
  const keys = createFailedKeys(() => 0)
  expect(allowed(keys, '198.51.100.1')).toBe(20)
  for (let n = 0; n < 9_999; n++) keys.failed(`10.0.${n >> 8}.${n & 255}`)
  expect(allowed(keys, '198.51.100.1')).toBe(0)
  for (let n = 0; n < 9_999; n++) keys.failed(`10.1.${n >> 8}.${n & 255}`)
  expect(allowed(keys, '198.51.100.1')).toBe(0)
  for (let n = 0; n < 10_000; n++) keys.failed(`10.2.${n >> 8}.${n & 255}`)
  expect(allowed(keys, '198.51.100.1')).toBe(20)
})
