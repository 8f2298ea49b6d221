import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely'
import { decodeText, encodeText } from './text.ts'

const watched = new WeakSet<DatabaseConnection>()

/**
 * Makes the connections of a driver take and give every text as it is, and fail with what `fault` makes of an error.
 * Transactions begin and end by statements as well.
 */
export function watch<D extends Driver>(driver: D, fault: (error: unknown) => unknown): D {
  const acquire = driver.acquireConnection.bind(driver)
  driver.acquireConnection = async () => {
    const connection = await orFault(acquire, fault)
    if (!watched.has(connection)) watchStatements(connection, fault)
    return connection
  }
  return driver
}

function watchStatements(connection: DatabaseConnection, fault: (error: unknown) => unknown): void {
  const execute = connection.executeQuery.bind(connection)
  connection.executeQuery = async <Row>(query: CompiledQuery): Promise<QueryResult<Row>> => {
    const parameters = query.parameters.map((value) =>
      typeof value === 'string' ? encodeText(value) : value,
    )
    const result = await orFault(() => execute<Row>({ ...query, parameters }), fault)
    for (const row of result.rows) decodeRow(row as Record<string, unknown>)
    return result
  }
  watched.add(connection)
}

function decodeRow(row: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(row))
    if (typeof value === 'string') row[name] = decodeText(value)
}

async function orFault<T>(work: () => Promise<T>, fault: (error: unknown) => unknown): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw fault(error)
  }
}
