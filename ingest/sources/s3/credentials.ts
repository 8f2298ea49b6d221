import type { S3Location } from '../../../control/declared/sources/locations.ts'
import { LocationError } from '../location.ts'
import { sourceVariable, type SourceSettings } from '../settings.ts'

export interface Credentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

/** The variable of a declared set of credentials, or of those of AWS. */
export const variableOf = ({ credentials }: Pick<S3Location, 'credentials'>, what: string) =>
  credentials === undefined ? `AWS_${what}` : sourceVariable(credentials, what)

/** What requests are signed with; undefined where they are not, which is enough for a public bucket. */
export function credentialsOf(location: S3Location, { variables }: SourceSettings): Credentials | undefined {
  const valueOf = (what: string) => {
    const name = variableOf(location, what)
    const value = variables[name]?.trim() || undefined
    // A header with such a value is refused by an error that repeats it.
    if (value === undefined || /^[\x21-\x7e]+$/.test(value)) return value
    throw new LocationError(
      `${name} has spaces or other characters that no key has. Set it anew and restart the service.`,
    )
  }
  const required = ['ACCESS_KEY_ID', 'SECRET_ACCESS_KEY']
  const [accessKeyId, secretAccessKey] = required.map(valueOf)
  const sessionToken = valueOf('SESSION_TOKEN')
  if (accessKeyId !== undefined && secretAccessKey !== undefined)
    return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) }
  const missing = required.filter((what) => valueOf(what) === undefined)
  if (location.credentials === undefined && missing.length === required.length) return undefined
  const names = missing.map((what) => variableOf(location, what)).join(' and ')
  throw new LocationError(
    `${names} ${missing.length > 1 ? 'are' : 'is'} not set. Set ${missing.length > 1 ? 'them' : 'it'} and restart the service.`,
  )
}
