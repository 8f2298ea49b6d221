import pino, { type Logger } from 'pino'

/** Structured logs on stderr, so that stdout carries data alone. Headers and addresses with passwords never enter. */
export function createLog(level: string): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ['*.authorization', '*.apiKeys'],
    },
    pino.destination({ dest: 2, sync: true }),
  )
}
