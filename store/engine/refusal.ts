/** Errors of ClickHouse about its own state rather than about the rows: the same rows may be stored later. */
export const UNAVAILABLE: ReadonlySet<string | undefined> = new Set([
  // Connections and replicas.
  'ALL_CONNECTION_TRIES_FAILED',
  'ATTEMPT_TO_READ_AFTER_EOF',
  'CANNOT_READ_ALL_DATA',
  'CANNOT_READ_FROM_SOCKET',
  'CANNOT_WRITE_TO_SOCKET',
  'DNS_ERROR',
  'KEEPER_EXCEPTION',
  'NETWORK_ERROR',
  'NO_FREE_CONNECTION',
  'NO_ZOOKEEPER',
  'POCO_EXCEPTION',
  'REPLICA_IS_NOT_IN_QUORUM',
  'SOCKET_TIMEOUT',
  'TOO_FEW_LIVE_REPLICAS',
  'UNEXPECTED_ZOOKEEPER_ERROR',
  'UNKNOWN_STATUS_OF_INSERT',
  'UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE',
  // Time and load.
  'ABORTED',
  'ASYNC_LOAD_WAIT_FAILED',
  'CANNOT_SCHEDULE_TASK',
  'DEADLOCK_AVOIDED',
  'DISTRIBUTED_TOO_MANY_PENDING_BYTES',
  'QUERY_WAS_CANCELLED',
  'QUOTA_EXCEEDED',
  'SERVER_OVERLOADED',
  'TIMEOUT_EXCEEDED',
  'TOO_MANY_PARTS',
  'TOO_MANY_SIMULTANEOUS_QUERIES',
  'TOO_SLOW',
  'USER_SESSION_LIMIT_EXCEEDED',
  // Memory and disk.
  'CANNOT_ALLOCATE_MEMORY',
  'CANNOT_CREATE_DIRECTORY',
  'CANNOT_FSYNC',
  'CANNOT_OPEN_FILE',
  'CANNOT_READ_FROM_FILE_DESCRIPTOR',
  'CANNOT_WRITE_TO_FILE_DESCRIPTOR',
  'FILE_DOESNT_EXIST',
  'MEMORY_LIMIT_EXCEEDED',
  'NOT_ENOUGH_SPACE',
  'S3_ERROR',
  'SYSTEM_ERROR',
  // A database, table or user that is not as it should be, which an operator can repair.
  'ACCESS_DENIED',
  'AUTHENTICATION_FAILED',
  'NO_SUCH_COLUMN_IN_TABLE',
  'READONLY',
  'TABLE_IS_BEING_RESTARTED',
  'TABLE_IS_DROPPED',
  'TABLE_IS_READ_ONLY',
  'UNKNOWN_DATABASE',
  'UNKNOWN_TABLE',
])

/**
 * Whether ClickHouse works, but does not take these rows: sent again, they would be refused again. The embedded engine has
 * its own copy of the error's class.
 */
export function isRefusal(cause: unknown): cause is Error {
  if (!(cause instanceof Error)) return false
  const { code, type } = cause as { code?: unknown; type?: string }
  return typeof code === 'string' && /^\d+$/.test(code) && !UNAVAILABLE.has(type)
}
