import { writeFile } from 'node:fs/promises'
import type { Dispatcher } from 'undici'
import type { S3Location } from '../../../control/declared/sources/locations.ts'
import { quoted } from '../../../domain/printable.ts'
import { LocationError } from '../location.ts'
import type { ObjectStore, StoredObject } from '../objects.ts'
import type { SourceSettings } from '../settings.ts'
import { bareEtag, readPage, type Page } from './answers.ts'
import { createS3Client, wholeBody, type Answer } from './client.ts'

/** A page has up to 1,000 keys of up to 1,024 bytes each, percent-encoded. */
const MAX_PAGE_BYTES = 16 * 1024 ** 2
const MAX_READ_BYTES = 64 * 1024 ** 2

/**
 * A bucket below its declared prefix, which keys do not repeat.
 * @param dispatcher keeps requests to allowed addresses; whoever made it closes it
 * @param now real time, by which requests are signed
 */
export function createS3Store(
  location: S3Location,
  settings: SourceSettings,
  dispatcher: Dispatcher,
  now: () => Date,
): ObjectStore {
  const client = createS3Client(location, settings, dispatcher, now)
  const { host } = client
  const wholeKey = (key: string) => `${location.prefix}${key}`

  async function pageOf({ body }: Answer, prefix: string, token: string | undefined): Promise<Page> {
    const xml = await wholeBody(body, MAX_PAGE_BYTES)
    const page = xml && readPage(xml.toString('utf8'))
    if (page === undefined)
      throw new LocationError(`${host} does not answer with a listing of S3. Check the endpoint.`)
    const isBroken = page.next !== undefined && page.next === token
    if (isBroken || !page.objects.every(({ key }) => key.startsWith(prefix)))
      throw new LocationError(
        `${host} lists other keys than it was asked for. Check that it supports ListObjectsV2.`,
      )
    return page
  }

  return {
    async *list(prefix, signal) {
      const whole = wholeKey(prefix)
      let token: string | undefined
      do {
        const query = {
          'list-type': '2',
          'encoding-type': 'url',
          prefix: whole,
          ...(token !== undefined && { 'continuation-token': token }),
        }
        const { objects, next } = await client.list(query, (answer) => pageOf(answer, whole, token), signal)
        for (const object of objects) yield { ...object, key: object.key.slice(location.prefix.length) }
        token = next
      } while (token !== undefined)
    },

    async fetch(object, target, signal) {
      const key = wholeKey(object.key)
      const take = async ({ etag, body }: Answer) => {
        // Some stores ignore the condition.
        const isOther = etag !== undefined && bareEtag(etag) !== object.etag
        if (isOther) return 'changed' as const
        await writeFile(target, exactly(body, object), { mode: 0o600, signal })
        return 'fetched' as const
      }
      return (await client.get(key, object.etag, take, signal)) ?? 'changed'
    },

    read: (key, signal) => {
      const take = async ({ body }: Answer) => {
        const content = await wholeBody(body, MAX_READ_BYTES)
        if (content !== undefined) return content
        const most = `${MAX_READ_BYTES / 1024 ** 2} MB`
        throw new LocationError(`${quoted(wholeKey(key))} has more than ${most}, and is not read.`)
      }
      return client.get(wholeKey(key), undefined, take, signal)
    },

    close: async () => {},
  }
}

/** A cut file could look whole. */
async function* exactly(body: AsyncIterable<Buffer>, { key, size }: StoredObject): AsyncGenerator<Buffer> {
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > size) break
    yield chunk
  }
  if (bytes === size) return
  const found = bytes > size ? 'more' : `${bytes}`
  throw new LocationError(`${quoted(key)} has ${size} bytes in the listing, but ${found} came.`)
}
