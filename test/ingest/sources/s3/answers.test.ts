import { describe, expect, it } from 'vitest'
import { bareEtag, readPage, readRefusal } from '../../../../ingest/sources/s3/answers.ts'

const object = (
  key: string,
  { etag = '&quot;abc&quot;', size = '3', changed = '2026-01-02T03:04:05.678Z' } = {},
) =>
  `<Contents><Key>${key}</Key><LastModified>${changed}</LastModified><ETag>${etag}</ETag><Size>${size}</Size><Owner><ID>x</ID></Owner></Contents>`
const listing = (
  contents: string,
  rest = '<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>',
) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name>${rest}${contents}</ListBucketResult>`
const keys = (xml: string) => readPage(xml)?.objects.map(({ key }) => key)

describe('a page of a listing', () => {
  it('has objects', () => {
    expect(readPage(listing(object('a.csv')))).toEqual({
      objects: [{ key: 'a.csv', etag: 'abc', size: 3, modifiedAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678) }],
      next: undefined,
    })
  })

  it('may be empty', () => {
    expect(readPage(listing(''))).toEqual({ objects: [], next: undefined })
  })

  it('decodes keys where it says that they are encoded, and only then', () => {
    expect(keys(listing(object('a+b%2Bc%20d%25%0A%00/%F0%9F%9A%80')))).toEqual(['a b+c d%\n\0/🚀'])
    expect(keys(listing(object('a+b%2Bc &lt;&amp;&gt;'), ''))).toEqual(['a+b%2Bc <&>'])
  })

  it('leaves out what stands for a folder, but nothing that has content', () => {
    const contents = [object('a/', { size: '0' }), object('b/'), object('c', { size: '0' })].join('')
    expect(keys(listing(contents))).toEqual(['b/', 'c'])
  })

  it('names the next one where there is one', () => {
    const more = '<IsTruncated>true</IsTruncated><NextContinuationToken>1+/=</NextContinuationToken>'
    expect(readPage(listing('', more))?.next).toBe('1+/=')
    const none = '<IsTruncated>false</IsTruncated><NextContinuationToken>x</NextContinuationToken>'
    expect(readPage(listing('', none))?.next).toBeUndefined()
  })

  it('is not read from names that look like markup', () => {
    expect(keys(listing(object('&lt;/Key&gt;&lt;Size&gt;9&lt;/Size&gt;'), ''))).toEqual([
      '</Key><Size>9</Size>',
    ])
    expect(keys(listing(object('<![CDATA[</Key>&amp;]]>'), ''))).toEqual(['</Key>&amp;'])
  })

  it.each([
    ['nothing', ''],
    ['no XML', 'not found'],
    ['a page of the web', '<!doctype html><html><body><p>Hello<br></body></html>'],
    ['another answer', '<ListAllMyBucketsResult></ListAllMyBucketsResult>'],
    ['an error', '<Error><Code>NoSuchBucket</Code></Error>'],
    ['a cut listing', listing(object('a')).slice(0, -20)],
    ['a listing that goes on without saying where', listing('', '<IsTruncated>true</IsTruncated>')],
    ['an object without a key', listing(object(''))],
    ['an object without an etag', listing(object('a', { etag: '' }))],
    ['an object of no size', listing(object('a', { size: '-1' }))],
    ['an object of a size that no number holds', listing(object('a', { size: '9'.repeat(16) }))],
    ['an object of no time', listing(object('a', { changed: 'yesterday' }))],
    ['a key that is no UTF-8', listing(object('%ff'))],
    ['a key that is cut', listing(object('a%2'))],
    ['very deep nesting', listing('<a>'.repeat(200_000) + '</a>'.repeat(200_000))],
  ])('is not %s', (_, xml) => {
    expect(readPage(xml)).toBeUndefined()
  })

  it('has no entities of its own, neither from files nor by multiplication', () => {
    const withEntity = (declared: string, name = 'x') =>
      `<!DOCTYPE ListBucketResult [${declared}]>${listing(object(`&${name};`), '').replace(/^.*\n/, '')}`
    expect(keys(withEntity('', 'amp'))).toEqual(['&'])
    for (const declared of [
      '<!ENTITY x "short">',
      '<!ENTITY x SYSTEM "file:///etc/passwd">',
      '<!ENTITY y "yyyyyyyyyy"><!ENTITY x "&y;&y;&y;&y;&y;&y;&y;&y;">',
    ])
      expect(readPage(withEntity(declared))).toBeUndefined()
  })
})

describe('a refusal', () => {
  it('has a code, and the region where the store says it', () => {
    expect(readRefusal('<Error><Code>AccessDenied</Code><Message>secret</Message></Error>')).toEqual({
      code: 'AccessDenied',
      region: undefined,
    })
    const wrong = '<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region></Error>'
    expect(readRefusal(wrong)).toEqual({ code: 'AuthorizationHeaderMalformed', region: 'eu-west-1' })
  })

  it.each(['', '<html/>', '<Error/>', '<Error><Code>a b</Code><Region>&#10;</Region></Error>'])(
    'has neither in %j',
    (xml) => {
      expect(readRefusal(xml)).toEqual({ code: undefined, region: undefined })
    },
  )
})

it('an etag is compared without quotes and the mark of a weak one', () => {
  expect(['"a-1"', 'W/"a-1"', 'a-1'].map(bareEtag)).toEqual(['a-1', 'a-1', 'a-1'])
})
