import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { UNDECLARED, type InputWarning } from '../decode/input-problem.ts'

/** What the intake tells Prometheus. */
export type IntakeMetrics = ReturnType<typeof createIntakeMetrics>

/** Registers the intake's metrics; once for a registry. */
export function createIntakeMetrics(registry: Registry) {
  const registers = [registry]
  return {
    records: new Counter({
      name: 'driftgauge_intake_records_total',
      help: 'Records received, by source, type and outcome.',
      labelNames: ['source', 'records', 'model', 'outcome'] as const,
      registers,
    }),
    inputProblems: new Counter({
      name: 'driftgauge_intake_input_problems_total',
      help: 'Accepted records with a value that does not match the declaration, by field and reason.',
      labelNames: ['model', 'field', 'reason'] as const,
      registers,
    }),
    insertSeconds: new Histogram({
      name: 'driftgauge_intake_insert_seconds',
      help: 'Duration of inserts of rows into ClickHouse.',
      labelNames: ['target'] as const,
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
    insertRows: new Histogram({
      name: 'driftgauge_intake_insert_rows',
      help: 'Number of rows per insert.',
      labelNames: ['target'] as const,
      buckets: [1, 10, 100, 1_000, 5_000, 10_000, 25_000, 50_000],
      registers,
    }),
    storeFailures: new Counter({
      name: 'driftgauge_intake_store_failures_total',
      help: 'Batches that ClickHouse could not store; those from Kafka are retried, those over HTTP return 503.',
      labelNames: ['source'] as const,
      registers,
    }),
    refusedRows: new Counter({
      name: 'driftgauge_intake_refused_rows_total',
      help: 'Rows that ClickHouse refused although it stored others; those of records are dead letters.',
      labelNames: ['target'] as const,
      registers,
    }),
    bodyBytes: new Gauge({
      name: 'driftgauge_intake_http_bytes',
      help: 'Memory reserved for request bodies being received.',
      registers,
    }),
    refused: new Counter({
      name: 'driftgauge_intake_refused_total',
      help: 'Requests rejected with 429 because the intake was behind.',
      registers,
    }),
    kafkaLag: new Gauge({
      name: 'driftgauge_kafka_lag_records',
      help: 'Records of a partition that are not stored yet, according to the last query to the broker.',
      labelNames: ['topic', 'partition'] as const,
      registers,
    }),
    kafkaUp: new Gauge({
      name: 'driftgauge_kafka_consuming',
      help: '1 while the consumer is in its group and receives records, otherwise 0.',
      registers,
    }),
  }
}

/** Fields of a model that are named in metrics; each is a time series for each of its reasons. */
const MAX_FIELDS = 100
const namedFields = new WeakMap<IntakeMetrics, Map<string, Set<string>>>()

/** Counts what became of a batch of records of one model. */
export function countRecords(
  metrics: IntakeMetrics,
  labels: {
    source: 'http' | 'kafka' | 'source'
    records: 'predictions' | 'labels' | 'reference_features'
    model: string
  },
  {
    accepted,
    rejected,
    erased = 0,
    warnings = [],
  }: { accepted: number; rejected: readonly unknown[]; erased?: number; warnings?: readonly InputWarning[] },
): void {
  const { records, inputProblems } = metrics
  records.inc({ ...labels, outcome: 'accepted' }, accepted)
  records.inc({ ...labels, outcome: 'rejected' }, rejected.length)
  if (erased > 0) records.inc({ ...labels, outcome: 'erased' }, erased)
  // Input problems are those of what was served.
  if (labels.records === 'reference_features') return
  for (const warning of warnings) {
    const { reason, count } = warning
    inputProblems.inc(
      { model: labels.model, field: fieldLabel(metrics, labels.model, warning), reason },
      count,
    )
  }
}

/** Names that nobody declared could be any number of time series, and are none of their own. */
function fieldLabel(metrics: IntakeMetrics, model: string, { field, reason }: InputWarning): string {
  if (UNDECLARED.has(reason)) return '(undeclared)'
  const byModel = namedFields.get(metrics) ?? new Map<string, Set<string>>()
  namedFields.set(metrics, byModel)
  const fields = byModel.get(model) ?? new Set()
  byModel.set(model, fields)
  if (!fields.has(field) && fields.size >= MAX_FIELDS) return '(other)'
  fields.add(field)
  return field
}
