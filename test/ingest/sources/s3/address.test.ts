import { describe, expect, it } from 'vitest'
import { s3Schema } from '../../../../control/declared/sources/locations.ts'
import { addressOf, objectPath, queryText } from '../../../../ingest/sources/s3/address.ts'

const address = (declared: object) => addressOf(s3Schema.parse({ bucket: 'logs', ...declared }))

describe('the address of a bucket', () => {
  it('is a host of its own at AWS', () => {
    const host = 'logs.s3.eu-west-1.amazonaws.com'
    expect(address({ region: 'eu-west-1' })).toEqual({ origin: `https://${host}`, host, path: '' })
    expect(address({ region: 'cn-north-1' }).host).toBe('logs.s3.cn-north-1.amazonaws.com.cn')
  })

  it('is in the path where its name has dots, which the certificate of AWS does not cover', () => {
    const host = 's3.us-east-1.amazonaws.com'
    expect(address({ bucket: 'my.logs' })).toEqual({ origin: `https://${host}`, host, path: '/my.logs' })
  })

  it('is in the path of an endpoint, which may have a path of its own', () => {
    expect(address({ endpoint: 'http://minio:9000' })).toEqual({
      origin: 'http://minio:9000',
      host: 'minio:9000',
      path: '/logs',
    })
    expect(address({ endpoint: 'https://store.example/s3/' }).path).toBe('/s3/logs')
    expect(address({ endpoint: 'https://[fd00::5]:9000/' }).origin).toBe('https://[fd00::5]:9000')
  })
})

describe('a path', () => {
  const path = (key: string) => objectPath(address({ endpoint: 'http://minio:9000' }), key)

  it.each([
    ['a b+c.csv', '/logs/a%20b%2Bc.csv'],
    ['100%.csv', '/logs/100%25.csv'],
    ['a%20b', '/logs/a%2520b'],
    ['what?x=1#top', '/logs/what%3Fx%3D1%23top'],
    ["(a)!'*~-_.", '/logs/%28a%29%21%27%2A~-_.'],
    ['Größe/日', '/logs/Gr%C3%B6%C3%9Fe/%E6%97%A5'],
    ['a//b/../c', '/logs/a//b/../c'],
    ['\\', '/logs/%5C'],
    ['\ud800', '/logs/%EF%BF%BD'],
  ])('of %j is %s', (key, expected) => {
    expect(path(key)).toBe(expected)
  })
})

describe('a query', () => {
  it('has its names in order, and encodes as paths do', () => {
    expect(queryText({ prefix: 'a/b c', 'list-type': '2', 'continuation-token': '1+/=' })).toBe(
      'continuation-token=1%2B%2F%3D&list-type=2&prefix=a%2Fb%20c',
    )
    expect(queryText({})).toBe('')
  })
})
