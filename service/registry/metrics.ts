import { Counter, Gauge, type Registry } from 'prom-client'

export type RegistryMetrics = ReturnType<typeof createRegistryMetrics>

/** Registers the metrics of the work with MLflow; once for a registry. */
export function createRegistryMetrics(registry: Registry) {
  const registers = [registry]
  return {
    failing: new Gauge({
      name: 'driftgauge_mlflow_failing_models',
      help: 'Models whose alias in MLflow cannot be followed now.',
      registers,
    }),
    failedWrites: new Counter({
      name: 'driftgauge_mlflow_failed_writes_total',
      help: 'Rounds in which a model could not be written to MLflow.',
      registers,
    }),
    written: new Counter({
      name: 'driftgauge_mlflow_written_metrics_total',
      help: 'Metrics that were written to MLflow.',
      registers,
    }),
  }
}
