import { documentTable } from './documents.ts'

/** The tables of Kafka topics, to be appended to the migrations in this order. */
export const TOPIC_MIGRATIONS: readonly string[] = [documentTable('topics')]
