/** Structured logs: one JSON object a line, only facts from the allow-list, nothing a sender can forge or hide in. */
import { pino, stdTimeFunctions, type DestinationStream } from 'pino'
import type { Log } from '#domain/log.ts'
import { onlyLoggable, printable } from './loggable.ts'

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Where lines go; standard output when absent. */
  readonly destination?: DestinationStream
}

export function createLog({ level, destination }: LogOptions): Log {
  const options = {
    level,
    // The process's id and host name say nothing an operator's collector does not know.
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  const lines = destination === undefined ? pino(options) : pino(options, destination)
  return {
    debug: (fields, message) => lines.debug(onlyLoggable(fields), printable(message)),
    info: (fields, message) => lines.info(onlyLoggable(fields), printable(message)),
    warn: (fields, message) => lines.warn(onlyLoggable(fields), printable(message)),
    error: (fields, message) => lines.error(onlyLoggable(fields), printable(message)),
  }
}
