import { AwsV4Signer } from 'aws4fetch'
import type { Credentials } from './credentials.ts'

/** A GET without a body. Path and query are as they are sent. */
export interface Unsigned {
  origin: string
  path: string
  query: string
  headers: Readonly<Record<string, string>>
}

const NO_BODY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** The headers of a request, signed with version 4 of AWS's signatures. */
export async function signedHeaders(
  { origin, path, query, headers }: Unsigned,
  credentials: Credentials,
  region: string,
  at: Date,
): Promise<Record<string, string>> {
  const signer = new AwsV4Signer({
    url: `${origin}/?${query}`,
    headers: { ...headers, 'x-amz-content-sha256': NO_BODY_SHA256 },
    ...credentials,
    service: 's3',
    region,
    datetime: at.toISOString().replace(/[:-]|\.\d{3}/g, ''),
  })
  // Not in the URL, which resolves the parts `.` and `..` that a key may have.
  signer.encodedPath = path
  return Object.fromEntries((await signer.sign()).headers)
}
