/** What is asked of a logger; pino's is one. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}
