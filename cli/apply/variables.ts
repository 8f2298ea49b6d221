/** An environment variable that the program reads; docs/configuration.md has its meaning. */
export interface Variable {
  name: string
  default?: string
  /** Never printed, or of an address only what is no secret; may be given as a file's path in `NAME_FILE`. */
  secret?: true | 'in the address'
}

export const VARIABLES: readonly Variable[] = [
  { name: 'PORT', default: '8080' },
  { name: 'HOST', default: '127.0.0.1' },
  { name: 'DRIFTGAUGE_DATA', default: './data' },
  { name: 'DRIFTGAUGE_CONFIG' },
  { name: 'DRIFTGAUGE_API_KEYS', secret: true },
  { name: 'CLICKHOUSE_URL', secret: 'in the address' },
  { name: 'PUBLIC_URL' },
  { name: 'HEARTBEAT_URL', secret: true },
  { name: 'DRIFTGAUGE_WEBHOOK_ALLOW' },
  { name: 'LOG_LEVEL', default: 'info' },
  { name: 'DRIFTGAUGE_URL' },
  { name: 'DRIFTGAUGE_API_KEY', secret: true },
]
