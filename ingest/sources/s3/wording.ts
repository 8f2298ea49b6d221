import type { S3Location } from '../../../control/declared/sources/locations.ts'
import { quoted } from '../../../domain/printable.ts'
import type { Refusal } from './answers.ts'
import { variableOf } from './credentials.ts'

/** What was asked, as messages tell of it. */
export interface Asked {
  location: S3Location
  host: string
  isSigned: boolean
  /** The key of an object, whole; undefined for a listing. */
  key: string | undefined
}

export interface Refused extends Refusal {
  status: number
}

/** Why a store does not do what it is asked for, and what to do. Of its answer only codes are repeated, no text. */
export function refusalText(asked: Asked, { status, code, region }: Refused): string {
  const { location, host, isSigned, key } = asked
  const { bucket } = location
  if (region !== undefined && region !== location.region && (status < 400 || status === 400))
    return `The bucket "${bucket}" is in the region ${region}. Declare region: ${region}.`
  if (status < 400)
    return `${host} redirects elsewhere (HTTP ${status}), which is not followed. Declare the final address as endpoint, and the region of the bucket.`
  const known = code === undefined ? undefined : KNOWN.get(code)?.(asked)
  if (known !== undefined) return known
  if (status === 401 || status === 403) return isSigned ? deniedText(asked) : unsignedText(asked)
  const told = `HTTP ${status}${code === undefined ? '' : `, ${code}`}`
  if (status === 404 && key === undefined)
    return `${host} has no S3 at this address (${told}). Check the endpoint.`
  if (status === 429 || status >= 500)
    return `${host} is failing or overloaded (${told}). Check its state and its request limits.`
  return `${host} refuses to ${deed(asked)} (${told}).`
}

const deed = ({ location, key }: Asked) =>
  key === undefined
    ? `list the bucket "${location.bucket}"`
    : `read ${quoted(key)} in the bucket "${location.bucket}"`

const deniedText = (asked: Asked) =>
  `${asked.host} does not let the key in ${variableOf(asked.location, 'ACCESS_KEY_ID')} ${deed(asked)}. Allow it ${asked.key === undefined ? 's3:ListBucket' : 's3:GetObject'}.`

const unsignedText = (asked: Asked) =>
  `${asked.host} does not let anyone ${deed(asked)} without credentials. Declare credentials, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`

const tokenText = ({ location, host }: Asked) =>
  `${host} does not accept ${variableOf(location, 'SESSION_TOKEN')}, which has expired or belongs to another key. Set new credentials, and restart the service.`

const KNOWN: ReadonlyMap<string, (asked: Asked) => string> = new Map(
  Object.entries({
    NoSuchBucket: ({ location, host }: Asked) =>
      `${host} has no bucket "${location.bucket}". Check its name${location.endpoint === undefined ? '' : ' and the endpoint'}.`,
    InvalidAccessKeyId: ({ location, host }: Asked) =>
      `${host} does not know the key in ${variableOf(location, 'ACCESS_KEY_ID')}. Check the variable, and that the key is of this store.`,
    SignatureDoesNotMatch: ({ location, host }: Asked) =>
      `${host} rejects the signature. Check that ${variableOf(location, 'SECRET_ACCESS_KEY')} belongs to ${variableOf(location, 'ACCESS_KEY_ID')}.`,
    RequestTimeTooSkewed: ({ host }: Asked) =>
      `The clock of this machine and that of ${host} differ too much. Set them by NTP.`,
    ExpiredToken: tokenText,
    InvalidToken: tokenText,
    InvalidObjectState: ({ key = '' }: Asked) =>
      `${quoted(key)} is archived. Restore it, or exclude it by prefix or match.`,
  }),
)

/** Why there is no answer, and what to do. Of what went wrong only codes are repeated: messages may hold headers. */
export function unreachableText(host: string, error: unknown): string {
  const { name, message, code = name } = error as NodeJS.ErrnoException
  if (name === 'RefusedTarget')
    return `${message}. To allow it, add it to DRIFTGAUGE_WEBHOOK_ALLOW and restart the service.`
  if (code === 'ECONNREFUSED') return `Nothing listens at ${host} (${code}). Check the endpoint.`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `The name ${host} has no address (${code}). Check the endpoint and the region.`
  if (/^EPROTO$|^ERR_SSL/.test(code))
    return `${host} does not speak TLS as expected (${code}). If it speaks plain HTTP, declare the endpoint with http://.`
  if (/CERT|VERIFY_LEAF/.test(code))
    return `The certificate of ${host} is not trusted (${code}). If it is signed by an authority of your own, name the file of that in NODE_EXTRA_CA_CERTS.`
  if (/TIMEOUT|ETIMEDOUT/.test(code))
    return `${host} does not answer in time (${code}). Check the endpoint, and firewalls on the way.`
  return `The connection to ${host} failed (${code}).`
}

/** Whether it may be otherwise a moment later. */
export const isPassing = (status: number) => status === 429 || status >= 500

const PASSING =
  /^(ECONNRESET|EPIPE|EAI_AGAIN|ETIMEDOUT|UND_ERR_SOCKET|UND_ERR_\w*TIMEOUT|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/

export const isPassingError = (error: unknown) => PASSING.test((error as NodeJS.ErrnoException).code ?? '')
