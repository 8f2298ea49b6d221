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
  { name: 'DRIFTGAUGE_FSYNC', default: 'true' },
  { name: 'DRIFTGAUGE_RETENTION' },
  { name: 'DRIFTGAUGE_CONFIG' },
  { name: 'DRIFTGAUGE_API_KEYS', secret: true },
  { name: 'CLICKHOUSE_URL', secret: 'in the address' },
  { name: 'CLICKHOUSE_CLUSTER' },
  { name: 'DATABASE_URL', secret: 'in the address' },
  { name: 'KAFKA_BROKERS' },
  { name: 'KAFKA_GROUP_ID', default: 'driftgauge' },
  { name: 'KAFKA_CLIENT_ID', default: 'driftgauge' },
  { name: 'KAFKA_SESSION_TIMEOUT_MS', default: '30000' },
  { name: 'KAFKA_PREDICTIONS_TOPIC', default: 'predictions' },
  { name: 'KAFKA_LABELS_TOPIC', default: 'labels' },
  { name: 'KAFKA_TLS', default: 'false' },
  { name: 'KAFKA_TLS_CA_FILE' },
  { name: 'KAFKA_TLS_CERT_FILE' },
  { name: 'KAFKA_TLS_KEY_FILE' },
  { name: 'KAFKA_SASL_MECHANISM' },
  { name: 'KAFKA_SASL_USERNAME' },
  { name: 'KAFKA_SASL_PASSWORD', secret: true },
  { name: 'MLFLOW_TRACKING_URI' },
  { name: 'MLFLOW_TRACKING_TOKEN', secret: true },
  { name: 'MLFLOW_TRACKING_USERNAME' },
  { name: 'MLFLOW_TRACKING_PASSWORD', secret: true },
  { name: 'MLFLOW_WEBHOOK_SECRET', secret: true },
  { name: 'MLFLOW_WRITE_BACK', default: 'true' },
  { name: 'PUBLIC_URL' },
  { name: 'HEARTBEAT_URL', secret: true },
  { name: 'SMTP_URL', secret: 'in the address' },
  { name: 'SMTP_FROM' },
  { name: 'DRIFTGAUGE_WEBHOOK_ALLOW' },
  { name: 'DRIFTGAUGE_MAX_INTAKE_MB', default: '4000' },
  { name: 'DRIFTGAUGE_MAX_FILE_MB', default: '20000' },
  { name: 'DRIFTGAUGE_MIN_FREE_MB', default: '1000' },
  { name: 'LOG_LEVEL', default: 'info' },
  { name: 'DRIFTGAUGE_URL' },
  { name: 'DRIFTGAUGE_API_KEY', secret: true },
  { name: 'DRIFTGAUGE_RETRAIN_SECRET', secret: true },
]
