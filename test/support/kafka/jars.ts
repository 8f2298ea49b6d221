import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const pom = join(import.meta.dirname, 'pom.xml')
const cache = join(import.meta.dirname, '.cache')
/** Named after what it holds: another version in the pom is another directory. */
const jars = join(cache, createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12))

const OLDEST_JAVA = 17

/** Why Kafka cannot run on this machine, and what to install; undefined where it can. */
export function whyNoKafka(): string | undefined {
  const java = spawnSync('java', ['-version'], { encoding: 'utf8' })
  const version = /version "(\d+)/.exec(java.stderr ?? '')?.[1]
  if (version === undefined || Number(version) < OLDEST_JAVA)
    return `needs Java ${OLDEST_JAVA} or newer (Debian: openjdk-17-jre-headless), or KAFKA_BROKERS set to a broker`
  if (!existsSync(jars) && spawnSync('mvn', ['--version']).status !== 0)
    return 'needs Maven to fetch Kafka (Debian: maven), or KAFKA_BROKERS set to a broker'
  return undefined
}

/** The class path of Kafka's jars, which are fetched first where they have not been yet. */
export function kafkaClassPath(): string {
  if (!existsSync(jars)) fetchJars()
  return join(jars, '*')
}

/** Whoever asks at the same time fetches too; the first to finish is kept. */
function fetchJars(): void {
  mkdirSync(cache, { recursive: true })
  const fetched = mkdtempSync(join(cache, 'fetching-'))
  try {
    execFileSync(
      'mvn',
      ['--quiet', '--batch-mode', '--file', pom, 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${fetched}`],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    ) // prettier-ignore
    renameSync(fetched, jars)
  } catch (error) {
    if (!existsSync(jars)) throw error
  } finally {
    rmSync(fetched, { recursive: true, force: true })
  }
}
