import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ROOT } from './support/root.ts'

interface Service {
  image?: string
  build?: string
  ports?: string[]
  environment?: Record<string, string>
  healthcheck?: { test?: string[]; disable?: boolean }
  depends_on?: Record<string, { condition: string }>
  volumes?: string[]
}

const read = (name: string) => readFileSync(join(ROOT, name), 'utf8')
const compose = parse(read('docker-compose.yml')) as {
  services: Record<string, Service>
  volumes: Record<string, unknown>
}
const services = Object.entries(compose.services)
const own = compose.services.driftgauge
const dockerfile = read('Dockerfile')

/** A tag that names a version, so that the same file starts the same software next year. */
const pinned = (image: string) => /:v?\d+\.\d+(\.\d+)*[\w.-]*(@sha256:[0-9a-f]{64})?$/.test(image)

describe('docker-compose.yml', () => {
  it('knows a pinned image from another', () => {
    for (const image of ['a/b:1.2.3', 'node:20.20.2-bookworm-slim', 'a/b:v1.29.7'])
      expect(pinned(image)).toBe(true)
    for (const image of ['a/b', 'a/b:latest', 'a/b:20', 'a/b:stable']) expect(pinned(image)).toBe(false)
  })

  it('has the service, its databases, the broker and the mail catcher', () => {
    expect(services.map(([name]) => name).sort()).toEqual([
      'clickhouse',
      'driftgauge',
      'kafka',
      'mailpit',
      'postgres',
    ])
  })

  it.each(services)('%s: image pinned', (_, service) => {
    expect(pinned(service.image ?? '')).toBe(true)
  })

  it.each(services)('%s: health check', (_, service) => {
    expect(service.healthcheck?.disable).toBeUndefined()
    expect(service.healthcheck?.test?.length).toBeGreaterThan(1)
  })

  it.each(services)('%s: ports on loopback only', (_, service) => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/)
  })

  it.each(services)('%s: named volumes only', (_, service) => {
    for (const volume of service.volumes ?? [])
      expect(compose.volumes).toHaveProperty(volume.split(':')[0] ?? '')
  })

  it('starts the service after what it needs is healthy', () => {
    for (const [name] of services) {
      if (name !== 'driftgauge') expect(own?.depends_on?.[name]).toEqual({ condition: 'service_healthy' })
    }
  })

  it('refuses to start without API keys, and holds none', () => {
    expect(own?.environment?.DRIFTGAUGE_API_KEYS).toMatch(/^\$\{DRIFTGAUGE_API_KEYS:\?.+\}$/)
  })

  it('gives the service the database that it starts', () => {
    const {
      POSTGRES_DB: database,
      POSTGRES_USER: user,
      POSTGRES_PASSWORD: password,
    } = compose.services.postgres?.environment ?? {}
    expect(own?.environment?.DATABASE_URL).toBe(`postgres://${user}:${password}@postgres:5432/${database}`)
  })

  it('has the broker that the tests have', () => {
    const version = /<kafka\.version>(.+)<\/kafka\.version>/.exec(read('test/support/kafka/pom.xml'))?.[1]
    expect(compose.services.kafka?.image).toBe(`apache/kafka:${version}`)
  })

  it('keeps one replica of the topics of Kafka itself', () => {
    const kafka = compose.services.kafka?.environment ?? {}
    for (const [key, value] of Object.entries(kafka))
      if (/REPLICATION_FACTOR|MIN_ISR/.test(key)) expect(value).toBe('1')
    expect(kafka).toHaveProperty('KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR')
  })
})

describe('Dockerfile', () => {
  const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map((match) => match[1] ?? '')

  it('builds from pinned images', () => {
    expect(bases.length).toBeGreaterThan(0)
    expect(bases.filter((image) => !pinned(image))).toEqual([])
  })

  it('does not run as root', () => {
    const users = [...dockerfile.matchAll(/^USER (\S+)/gm)].map((match) => match[1])
    expect(users.at(-1)).toBe('node')
  })

  it('reports its health', () => {
    expect(dockerfile).toMatch(/^HEALTHCHECK [\s\S]*\/healthz/m)
  })
})
