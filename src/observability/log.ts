/** Structured logs: one JSON object a line, only facts from the allow-list, nothing a sender can forge or hide in. */
import { destination as openDestination, pino, stdTimeFunctions, type DestinationStream } from 'pino'
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
  const lines = pino(options, destination ?? standardOutput())
  return {
    debug: (fields, message) => lines.debug(onlyLoggable(fields), printable(message)),
    info: (fields, message) => lines.info(onlyLoggable(fields), printable(message)),
    warn: (fields, message) => lines.warn(onlyLoggable(fields), printable(message)),
    error: (fields, message) => lines.error(onlyLoggable(fields), printable(message)),
  }
}

/**
 * A system call per line cost a tenth of a request. Lines wait for four kilobytes or 100 ms; a process that ends in order
 * writes what waits, and what a killed one loses stands in the audit log.
 */
const standardOutput = (): DestinationStream =>
  openDestination({ dest: 1, sync: false, minLength: 4_096, periodicFlush: 100 })
