/** A log nobody reads. */
import type { Log } from '#domain/log.ts'

const ignore = () => undefined
export const silentLog: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore }
