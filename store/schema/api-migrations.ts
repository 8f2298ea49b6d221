import { documentTable } from '../engine/documents.ts'

/** The tables of the HTTP API, to be appended to the migrations in this order. */
export const API_MIGRATIONS: readonly string[] = [documentTable('api_keys'), documentTable('alert_acks')]
