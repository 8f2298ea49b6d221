import { describe, expect, it } from 'vitest'
import { signedHeaders } from '../../../../ingest/sources/s3/sign.ts'

/** Of the examples in the documentation of AWS, "Signature Calculations for the Authorization Header". */
const EXAMPLE = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}
const origin = 'https://examplebucket.s3.amazonaws.com'
const at = new Date('2013-05-24T00:00:00Z')
const sign = (path: string, query: string, credentials: Parameters<typeof signedHeaders>[1] = EXAMPLE) =>
  signedHeaders({ origin, path, query, headers: {} }, credentials, 'us-east-1', at)

describe('the signature of a request', () => {
  it.each([
    ['lifecycle=', 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543'],
    ['max-keys=2&prefix=J', '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7'],
  ])('is the one that AWS publishes for %s', async (query, signature) => {
    expect(await sign('/', query)).toEqual({
      authorization: `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=${signature}`,
      'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      'x-amz-date': '20130524T000000Z',
    })
  })

  it('is of the path as it is sent, dots and all', async () => {
    const [one, other] = await Promise.all(['/b/a/../c', '/b/c'].map((path) => sign(path, '')))
    expect(one.authorization).not.toBe(other.authorization)
  })

  it('covers the session token', async () => {
    const headers = await sign('/', '', { ...EXAMPLE, sessionToken: 'token' })
    expect(headers['x-amz-security-token']).toBe('token')
    expect(headers.authorization).toContain('x-amz-date;x-amz-security-token')
  })
})
