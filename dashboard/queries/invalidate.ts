/** What a live event tells: data on this topic have changed, of this model or of any. */
export interface Invalidation {
  topic: string
  model?: string | undefined
}

/** The queries that show a topic, by the first part of their keys; those of a model have its name as the second. */
const SHOWN_BY: Record<string, readonly string[]> = {
  // Skew follows what is counted, and explained losses read much: not each batch that arrives.
  results: [
    'overview',
    'heatmap',
    'findings',
    'results',
    'missed-windows',
    'skew',
    'explained-loss',
    'system',
  ],
  alerts: ['overview', 'alerts', 'alert', 'silence-preview', 'incidents', 'incident'],
  deliveries: ['alert', 'deliveries', 'last-delivery', 'system'],
  silences: ['silences', 'alerts', 'alert'],
  annotations: ['annotations'],
  incidents: ['incidents', 'incident', 'alerts', 'alert'],
  channels: ['channels', 'declared'],
  routes: ['routes', 'declared'],
  topics: ['topics', 'declared'],
  retrains: ['retrains', 'retrain', 'baselines'],
  experiments: ['experiments', 'experiment'],
  sources: ['sources', 'source', 'declared'],
  views: ['views'],
  dead_letters: ['dead-letters', 'volume', 'system'],
  volume: ['overview', 'volume', 'quality', 'offending', 'performance', 'segments'],
  models: ['overview', 'models', 'declared', 'mlflow', 'offending', 'skew', 'segments'],
  monitors: [
    'overview',
    'monitors',
    'declared',
    'heatmap',
    'findings',
    'offending',
    'performance',
    'explained-loss',
  ],
  baselines: [
    'overview',
    'baselines',
    'backtest',
    'mlflow',
    'offending',
    'skew',
    'performance',
    'explained-loss',
    'segments',
  ],
}
const OF_A_MODEL = new Set([
  'heatmap',
  'findings',
  'offending',
  'skew',
  'results',
  'volume',
  'quality',
  'models',
  'mlflow',
  'monitors',
  'baselines',
  'performance',
  'explained-loss',
  'segments',
  'backtest',
])

/** Whether what a query shows has changed. A topic that is not known yet may change anything. */
export function isStale(key: readonly unknown[], { topic, model }: Invalidation): boolean {
  const [name, subject] = key
  if (typeof name !== 'string' || name === 'result') return false
  if (!Object.hasOwn(SHOWN_BY, topic)) return true
  if (!SHOWN_BY[topic].includes(name)) return false
  return model === undefined || !OF_A_MODEL.has(name) || subject === model
}
