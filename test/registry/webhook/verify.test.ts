import { describe, expect, test } from 'vitest'
import { isSigned, plausible, signatureOf } from '../../../registry/webhook/verify.ts'

const SECRET = 'a-secret-of-mlflow-für-uns'
const now = new Date('2026-03-01T12:00:00Z')
const seconds = String(now.getTime() / 1000)
const body = Buffer.from('{"entity":"model_version_alias","action":"created"}')
const headers = { id: 'd4b1', timestamp: seconds }
const signed = { ...headers, signature: signatureOf(headers, body, SECRET) }

describe('a delivery of MLflow', () => {
  test('has the signature that MLflow 3.17 computes', () => {
    // hmac.new("secret".encode(), b"id.1700000000.{}", hashlib.sha256), in base64
    const golden = 'v1,GBemBzTgbKoVEGKycqyY3615LbdJbhFLE1oQk+zZ+lo='
    expect(signatureOf({ id: 'id', timestamp: '1700000000' }, Buffer.from('{}'), 'secret')).toBe(golden)
  })

  test('is taken as it was signed', () => {
    expect(plausible(signed, now)).toEqual(signed)
    expect(isSigned(signed, body, SECRET)).toBe(true)
  })

  test.each([
    ['another body', signed, Buffer.from('{}'), SECRET],
    ['another secret', signed, body, `${SECRET}!`],
    ['another id', { ...signed, id: 'd4b2' }, body, SECRET],
    ['another time', { ...signed, timestamp: String(Number(seconds) + 1) }, body, SECRET],
  ])('is not signed with %s', (_, sent, content, secret) => {
    expect(isSigned(sent, content, secret)).toBe(false)
  })

  test.each([
    ['no id', { id: undefined }],
    ['an id with the separator', { id: 'a.b' }],
    ['a long id', { id: 'x'.repeat(101) }],
    ['no time', { timestamp: undefined }],
    ['a time that is no number', { timestamp: '1e9' }],
    ['an old time', { timestamp: String(Number(seconds) - 301) }],
    ['a time to come', { timestamp: String(Number(seconds) + 301) }],
    ['no signature', { signature: undefined }],
    ['a signature of another version', { signature: signed.signature.replace('v1', 'v2') }],
    ['a short signature', { signature: 'v1,YQ==' }],
  ])('is not plausible with %s', (_, change) => {
    expect(plausible({ ...signed, ...change }, now)).toBeUndefined()
  })
})
