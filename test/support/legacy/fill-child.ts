import { openStore } from '../../../store/engine/client.ts'
import { syncSilver } from '../../../store/events/silver.ts'
import { migrate } from '../../../store/schema/migrations.ts'
import { fillLegacyTables, MODEL } from './rows.ts'
import { createLegacyTables } from './tables.ts'

/** Makes ClickHouse in a directory, or at an address, what the previous release left behind. */
/** Its migrations; those since then have not been applied. */
const PREVIOUS_RELEASE = 44

const [place] = process.argv.slice(2)
const location = place.startsWith('http') ? { url: place } : { path: place }
const store = await openStore(location, 'memory')
await migrate(store, new Date(), PREVIOUS_RELEASE)
await syncSilver(store, MODEL)
await createLegacyTables(store.rollup)
await fillLegacyTables(store.rollup)
await store.close()
