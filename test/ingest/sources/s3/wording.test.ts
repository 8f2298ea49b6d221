import { describe, expect, it } from 'vitest'
import { s3Schema } from '../../../../control/declared/sources/locations.ts'
import { refusalText, unreachableText, type Asked } from '../../../../ingest/sources/s3/wording.ts'

const asked = (more: Partial<Asked> = {}): Asked => ({
  location: s3Schema.parse({ bucket: 'logs' }),
  host: 'store',
  isSigned: true,
  key: undefined,
  ...more,
})
const refused = (status: number, code?: string, region?: string) => ({ status, code, region })

describe('a refusal', () => {
  it.each([
    [
      refused(301, 'PermanentRedirect', 'eu-west-1'),
      'is in the region eu-west-1. Declare region: eu-west-1.',
    ],
    [refused(307, 'TemporaryRedirect'), 'redirects elsewhere (HTTP 307), which is not followed.'],
    [refused(400, 'AuthorizationHeaderMalformed', 'eu-west-1'), 'Declare region: eu-west-1.'],
    [refused(400, 'InvalidArgument'), 'refuses to list the bucket "logs" (HTTP 400, InvalidArgument).'],
    [refused(403, 'RequestTimeTooSkewed'), 'The clock of this machine and that of store differ too much.'],
    [refused(400, 'ExpiredToken'), 'does not accept AWS_SESSION_TOKEN'],
    [refused(403, 'AccessDenied', 'eu-west-1'), 'the key in AWS_ACCESS_KEY_ID list the bucket "logs".'],
    [refused(404), 'store has no S3 at this address (HTTP 404). Check the endpoint.'],
    [refused(503, 'SlowDown'), 'store is failing or overloaded (HTTP 503, SlowDown).'],
    [refused(400, 'constructor'), 'refuses to list the bucket "logs" (HTTP 400, constructor).'],
  ])('of %j says what to do', (answer, expected) => {
    expect(refusalText(asked(), answer)).toContain(expected)
  })

  it('names credentials where there were none', () => {
    expect(refusalText(asked({ isSigned: false }), refused(403, 'AccessDenied'))).toBe(
      'store does not let anyone list the bucket "logs" without credentials. Declare credentials, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    )
  })

  it('names the object, with nothing in it that acts on a terminal', () => {
    expect(refusalText(asked({ key: 'a\u001b[31m"' }), refused(403, 'InvalidObjectState'))).toBe(
      '"a\\u{1b}[31m\\"" is archived. Restore it, or exclude it by prefix or match.',
    )
  })
})

describe('a failed connection', () => {
  const failed = (code: string, message = 'secret') => Object.assign(new Error(message), { code })

  it.each([
    ['ECONNREFUSED', 'Nothing listens at store'],
    ['ENOTFOUND', 'The name store has no address'],
    ['CERT_HAS_EXPIRED', 'The certificate of store is not trusted'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'NODE_EXTRA_CA_CERTS'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'NODE_EXTRA_CA_CERTS'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'The certificate of store is not trusted'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'declare the endpoint with http://'],
    ['UND_ERR_HEADERS_TIMEOUT', 'store does not answer in time'],
    ['UND_ERR_CONNECT_TIMEOUT', 'store does not answer in time'],
    ['ECONNRESET', 'The connection to store failed (ECONNRESET).'],
  ])('of %s says what to do', (code, expected) => {
    const text = unreachableText('store', failed(code))
    expect(text).toContain(expected)
    expect(text).toContain(code)
    expect(text).not.toContain('secret')
  })
})
