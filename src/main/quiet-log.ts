/** For commands that report on standard error in their own words. */
import type { Log } from '#domain/log.ts'

const nothing = () => {}
export const quietLog: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing }
