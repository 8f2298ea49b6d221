import { parseXml, XmlElement } from '@rgrove/parse-xml'
import type { StoredObject } from '../objects.ts'

export interface Page {
  /** Keys are whole. */
  objects: StoredObject[]
  /** Continues the listing; undefined on its last page. */
  next: string | undefined
}

/** Reads an answer to ListObjectsV2, or gives undefined for anything else. Objects that stand for folders are left out. */
export function readPage(xml: string): Page | undefined {
  const root = rootOf(xml)
  if (root?.name !== 'ListBucketResult') return undefined
  const isEncoded = textOf(root, 'EncodingType') === 'url'
  const objects = elementsOf(root, 'Contents').map((element) => objectOf(element, isEncoded))
  const isTruncated = textOf(root, 'IsTruncated') === 'true'
  const next = textOf(root, 'NextContinuationToken') || undefined
  if (!objects.every((object) => object !== undefined) || (isTruncated && next === undefined))
    return undefined
  return {
    objects: objects.filter(({ key, size }) => size > 0 || !key.endsWith('/')),
    next: isTruncated ? next : undefined,
  }
}

function objectOf(element: XmlElement, isEncoded: boolean): StoredObject | undefined {
  const [name, etag, size, changed] = ['Key', 'ETag', 'Size', 'LastModified'].map((part) => textOf(element, part)) // prettier-ignore
  const key = isEncoded ? decoded(name) : name
  const modifiedAt = Date.parse(changed)
  if (!key || !etag || !/^\d{1,15}$/.test(size) || Number.isNaN(modifiedAt)) return undefined
  return { key, etag: bareEtag(etag), size: Number(size), modifiedAt }
}

/** Without quotes, which not all stores list, and without the mark of a weak one, which proxies add. */
export const bareEtag = (etag: string) => etag.replace(/^(?:W\/)?"?|"$/g, '')

/** What an answer that is no success says in XML, if anything. */
export interface Refusal {
  code: string | undefined
  /** Where the bucket is, or what region the signature should have named. */
  region: string | undefined
}

export function readRefusal(xml: string): Refusal {
  const root = rootOf(xml)
  const [code, region] = ['Code', 'Region'].map((name) => (root?.name === 'Error' ? textOf(root, name) : ''))
  return {
    code: /^[A-Za-z0-9.]{1,60}$/.test(code) ? code : undefined,
    region: isRegion(region) ? region : undefined,
  }
}

export const isRegion = (text: string) => /^[a-z0-9-]{1,40}$/.test(text)

/** The parser knows no entities but the five of XML itself, and loads nothing. */
function rootOf(xml: string): XmlElement | undefined {
  try {
    return parseXml(xml).root ?? undefined
  } catch {
    return undefined
  }
}

const elementsOf = (parent: XmlElement, name: string) =>
  parent.children.filter((node): node is XmlElement => node instanceof XmlElement && node.name === name)

const textOf = (parent: XmlElement, name: string) => elementsOf(parent, name)[0]?.text ?? ''

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
