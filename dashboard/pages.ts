import { pages } from './navigation.ts'

/** Each is loaded when it is first shown. */
Object.assign(pages, {
  '/': () => import('./routes/Overview.svelte'),
  '/models/:model': () => import('./routes/Model.svelte'),
  '/models/:model/compare': () => import('./routes/Compare.svelte'),
  '/models/:model/setup': () => import('./routes/Setup.svelte'),
  '/models/:model/baselines': () => import('./routes/Baselines.svelte'),
  '/models/:model/features': () => import('./routes/Features.svelte'),
  '/models/:model/columns/:column': () => import('./routes/Column.svelte'),
  '/alerts': () => import('./routes/Alerts.svelte'),
  '/alerts/:alert': () => import('./routes/Alert.svelte'),
  '/incidents': () => import('./routes/Incidents.svelte'),
  '/incidents/by-month': () => import('./routes/IncidentsByMonth.svelte'),
  '/incidents/:incident': () => import('./routes/Incident.svelte'),
  '/silences': () => import('./routes/Silences.svelte'),
  '/deliveries': () => import('./routes/FailedDeliveries.svelte'),
  '/dead-letters': () => import('./routes/DeadLetters.svelte'),
  '/settings': () => import('./routes/Settings.svelte'),
  '/audit': () => import('./routes/Audit.svelte'),
  '/retrains': () => import('./routes/Retrains.svelte'),
  '/experiments': () => import('./routes/Experiments.svelte'),
  '/experiments/:experiment': () => import('./routes/Experiment.svelte'),
  '/new-experiment': () => import('./routes/NewExperiment.svelte'),
  '/declare/:kind': () => import('./routes/Declare.svelte'),
  '/declare/:kind/:name': () => import('./routes/Declare.svelte'),
  '*': () => import('./routes/NotFound.svelte'),
} satisfies typeof pages)
