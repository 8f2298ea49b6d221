import type { ApiContext } from '../context.ts'
import type { System } from '../contract/operation/system.ts'
import { askClickHouse } from './clickhouse.ts'
import { askControl } from './control.ts'
import { dependenciesOf } from './dependencies.ts'
import { judge } from './judge.ts'
import { asPart, inTime, type Part } from './part.ts'
import { joinProcesses, kafkaOf, schedulerOf } from './seen.ts'

/** How the service stands now. Whatever cannot be read says so; the rest is answered all the same. */
export async function collectSystem({
  store,
  self,
  clock,
  log,
  mailer,
  mlflow,
}: Pick<ApiContext, 'store' | 'self' | 'clock' | 'log' | 'mailer' | 'mlflow'>): Promise<System> {
  const now = clock()
  const onBug = (error: unknown) => log.warn({ err: error }, 'a part of GET /system could not be read')
  const { watch } = self
  const partOf =
    (of: string) =>
    <T extends object>(work: () => Promise<T>): Promise<Part<T>> =>
      asPart(() => inTime(work(), of), onBug)
  const [fromClickHouse, fromControl] = await Promise.all([
    askClickHouse(store, watch, now, partOf('ClickHouse')),
    askControl(store.control, watch, now, partOf('The control database')),
  ])
  const { engine, counting, dead_letters, storage, disks, clickhouse_schema } = fromClickHouse
  const { database, seen, missed, outbox, polls, sources, control_schema } = fromControl
  const processes = joinProcesses(
    seen.known ? seen.processes : [],
    { id: self.id, report: self.report() },
    now,
  )
  const unseen = seen.known ? undefined : seen
  const kafka = kafkaOf(processes, unseen)
  const parts = {
    at: now.toISOString(),
    dependencies: dependenciesOf({
      engine,
      database,
      seen: (name) => watch.seen(name),
      kafka,
      outbox,
      polls,
      uses: { mail: mailer !== undefined, mlflow: mlflow !== undefined },
    }),
    processes: unseen ?? { known: true as const, processes },
    scheduler: schedulerOf(processes, unseen),
    missed,
    kafka,
    sources,
    counting,
    outbox,
    dead_letters,
    storage,
    disks,
    clickhouse_schema,
    control_schema,
  }
  return { ...judge(parts), ...parts }
}
