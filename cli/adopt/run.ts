import { readConfig, type Environment } from '../../config.ts'
import { openStore } from '../../store/engine/client.ts'
import { adoptStore, type Adoption } from '../../store/installation.ts'
import { migrate } from '../../store/schema/migrations.ts'
import { say } from '../shared/print.ts'

/** Makes the configured ClickHouse belong to the configured control database, and says what changed. */
export async function adopt(environment: Environment): Promise<void> {
  const config = readConfig(environment)
  const store = await openStore(config.store, config.control, config)
  try {
    await migrate(store, new Date())
    say(sentenceOf(await adoptStore(store)))
  } finally {
    await store.close()
  }
}

function sentenceOf(adoption: Adoption): string {
  return adoption.outcome === 'adopted'
    ? `ClickHouse now belongs to this control database (installation ${adoption.id}), no longer to ${adoption.from}.`
    : `ClickHouse already belongs to this control database (installation ${adoption.id}).`
}
