import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { classifyResponse } from '../../alerts/http/classify-response.ts'
import { jitteredBackoff, retryAfterOf, GIVE_UP_AFTER_MS, nextAttempt } from '../../alerts/http/retry.ts'
import { signatureHeaders } from '../../alerts/channels/webhook/signature.ts'
import { channelSchema, publicChannel } from '../../control/declared/channel.ts'

describe('an answer', () => {
  it.each([
    ['delivered', [200, 201, 202, 204, 299]],
    ['retryable', [408, 425, 429, 500, 502, 503, 504, 599]],
    ['refused', [101, 300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 409, 410, 413, 422, 451]],
  ])('is %s: %j', (expected, codes) => {
    expect(new Set(codes.map((code) => classifyResponse(code, false)))).toEqual(new Set([expected]))
  })

  it('that forbids for now is worth another try, what is not there is not', () => {
    expect([200, 302, 403, 404, 429].map((code) => classifyResponse(code, true))).toEqual([
      'delivered',
      'refused',
      'retryable',
      'refused',
      'retryable',
    ])
  })
})

describe('the time of the next attempt', () => {
  const now = new Date('2026-01-05T00:00:00.500Z')
  const first = { attempt: 1, firstAttemptAt: now, now, random: 0.5, retryAfter: undefined }

  it('grows exponentially to an hour, with full jitter', () => {
    expect([1, 2, 3, 4, 9, 10, 11, 1000].map((attempt) => jitteredBackoff(attempt, 0.5) / 1000)).toEqual([
      5, 10, 20, 40, 1280, 1800, 1800, 1800,
    ])
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, random) => {
        const wait = jitteredBackoff(attempt, random)
        return wait >= 1000 && wait <= 3_600_000 && Number.isInteger(wait)
      }),
    ) // prettier-ignore
  })

  it('is never before what Retry-After asks for, and never more than a day after the first attempt', () => {
    expect(nextAttempt(first)).toEqual(new Date(now.getTime() + 5000))
    expect(nextAttempt({ ...first, retryAfter: 60_000 })).toEqual(new Date(now.getTime() + 60_000))
    expect(nextAttempt({ ...first, retryAfter: 1 })).toEqual(new Date(now.getTime() + 5000))
    expect(nextAttempt({ ...first, retryAfter: GIVE_UP_AFTER_MS + 1 })).toBeUndefined()
    expect(
      nextAttempt({ ...first, firstAttemptAt: new Date(now.getTime() - GIVE_UP_AFTER_MS) }),
    ).toBeUndefined()
  })

  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Mon, 05 Jan 2026 00:01:00 GMT', 59_500],
    ['Sun, 04 Jan 2026 00:01:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads Retry-After "%s" as %s ms', (header, expected) =>
    expect(retryAfterOf({ 'retry-after': header }, now)).toBe(expected),
  )

  it.each([
    ['0', String(now.getTime() / 1000 + 9.5), undefined, 9500],
    ['0', '0', undefined, 0],
    ['0', '0', ['7', '8'], 7000],
    ['0', '1767571210', '3', 3000],
    ['1', '1767571210', undefined, undefined],
    ['0', 'soon', undefined, undefined],
    [undefined, undefined, undefined, undefined],
  ])(
    'reads %s requests left until %s with Retry-After "%s" as %s ms',
    (remaining, reset, after, expected) => {
      const headers = { 'x-ratelimit-remaining': remaining, 'x-ratelimit-reset': reset, 'retry-after': after }
      expect(retryAfterOf(headers, now)).toBe(expected)
    },
  )
})

describe('a signature', () => {
  it('is what the public library makes and verifies, for any body and both kinds of secret', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.uint8Array({ minLength: 24, maxLength: 64 }),
        (content, key) => {
          const body = JSON.stringify({ content })
          const now = new Date()
          const base64 = `whsec_${Buffer.from(key).toString('base64')}`
          const text = Buffer.from(key).toString('hex')
          const headers = signatureHeaders('msg_1', now, body, [base64, text])
          const [a, b] = headers['webhook-signature'].split(' ')
          expect(a).toBe(new Webhook(base64).sign('msg_1', now, body))
          expect(b).toBe(new Webhook(text, { format: 'raw' }).sign('msg_1', now, body))
          expect(new Webhook(base64).verify(body, headers)).toEqual({ content })
        },
      ),
    )
  })
})

describe('a repository', () => {
  const parse = (repository: string) =>
    channelSchema.safeParse({ name: 'train', github: { repository, token: 't'.repeat(40) } }).success

  it.each(['a/b', 'my-org/.github', 'a/b.c_d-e', 'A1/..b'])('is %s', (name) => expect(parse(name)).toBe(true))
  it.each(['a', 'a/', '/b', 'a/.', 'a/..', 'a/b/c', 'a/b?c', '-a/b', 'a/b c', ''])('is not %s', (name) =>
    expect(parse(name)).toBe(false),
  )
})

describe('a channel', () => {
  const url = 'https://ci.example.com/hooks/train?token=abc'
  const parse = (webhook: object) => channelSchema.safeParse({ name: 'train', webhook })
  const base64 = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`

  it.each([base64(24), base64(64), 'x'.repeat(24), [base64(24), 'y'.repeat(30)]])(
    'takes the secret %s',
    (secret) => {
      expect(parse({ url, secret }).success).toBe(true)
    },
  )

  it.each([base64(23), 'x'.repeat(23), 'whsec_not base64, though it is long enough', 'whsec_', '', [], [base64(24), 'short'], Array(4).fill(base64(24)), undefined])(
    'does not take the secret %j, nor repeat it',
    (secret) => {
      const outcome = parse({ url, secret })
      expect(outcome.success).toBe(false)
      if (typeof secret === 'string' && secret.length > 6) expect(outcome.error!.message).not.toContain(secret)
    },
  ) // prettier-ignore

  it.each(['ftp://example.com/', 'example.com', 'https://user:pass@example.com/', 'https://user@example.com/', 'file:///x', ''])(
    'does not take the URL %s',
    (other) => expect(parse({ url: other, secret: base64(24) }).success).toBe(false),
  ) // prettier-ignore

  it('knows no other keys, and shows neither secrets nor what a URL asks with', () => {
    expect(parse({ url, secret: base64(24), headers: {} }).success).toBe(false)
    const channel = channelSchema.parse({
      name: 'train',
      webhook: { url, secret: [base64(24), 'x'.repeat(24)] },
    })
    expect(publicChannel(channel)).toMatchObject({
      name: 'train',
      type: 'webhook',
      target: 'https://ci.example.com/hooks/train?…',
      secrets: 2,
    })
    expect(JSON.stringify(publicChannel(channel))).not.toMatch(/token|abc|whsec_|xxxx/)
  })
})
