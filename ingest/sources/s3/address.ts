import type { S3Location } from '../../../control/declared/sources/locations.ts'

/** Where a bucket is. */
export interface Address {
  /** Protocol, host and port. */
  origin: string
  /** Host and port as messages name them. */
  host: string
  /** In front of the keys, as it is sent; without a slash at its end. */
  path: string
}

/** AWS has a host for each bucket, but its certificate covers no name with dots. Other stores take the bucket in the path. */
export function addressOf({ bucket, region, endpoint }: S3Location): Address {
  if (endpoint !== undefined) {
    const { origin, host, pathname } = new URL(endpoint)
    return { origin, host, path: `${pathname.replace(/\/+$/, '')}/${bucket}` }
  }
  const domain = `s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
  if (bucket.includes('.')) return { origin: `https://${domain}`, host: domain, path: `/${bucket}` }
  const host = `${bucket}.${domain}`
  return { origin: `https://${host}`, host, path: '' }
}

/** The path of an object as it is sent and signed. */
export const objectPath = ({ path }: Address, key: string) =>
  `${path}/${key.split('/').map(encoded).join('/')}`

/** A query as it is sent and signed: in the order of its names. */
export const queryText = (query: Readonly<Record<string, string>>) =>
  Object.entries(query)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .join('&')

/** As S3 signs it: everything but the unreserved characters of RFC 3986. */
const encoded = (text: string) =>
  encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
  )
