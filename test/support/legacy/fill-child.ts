import { openStore } from '../../../store/engine/client.ts'
import { rows } from '../../../store/engine/query.ts'
import { syncSilver } from '../../../store/events/silver.ts'
import { migrate } from '../../../store/schema/migrations.ts'
import { fillLegacyTables, MODEL } from './rows.ts'
import { createLegacyTables } from './tables.ts'

/** Makes ClickHouse in a directory, or at an address, what the previous release left behind. */
const [place] = process.argv.slice(2)
const location = place.startsWith('http') ? { url: place } : { path: place }
const store = await openStore(location, 'memory')
await migrate(store, new Date())
await syncSilver(store, MODEL)
await createLegacyTables(store.rollup)
await fillLegacyTables(store.rollup)
// Of the migrations since then nothing is there.
await store.rollup.command({ query: 'DROP TABLE installation SYNC' })
const [{ last }] = await rows<{ last: number }>(store.read, 'SELECT max(version) AS last FROM migrations')
await store.rollup.command({ query: `DELETE FROM migrations WHERE version = ${last}` })
await store.close()
