/** Which part is not ready, for /readyz and whoever routes traffic by it. */
import type { Readiness } from '#http/use-cases.ts'
import type { Database } from '#store/database.ts'

export interface ReadinessParts {
  readonly database: Pick<Database, 'ready'>
  readonly jobs: { isReady(): boolean }
}

export const createReadiness =
  ({ database, jobs }: ReadinessParts) =>
  async (): Promise<Readiness> => {
    const parts = {
      database: (await database.ready()) ? 'ready' : 'unreachable',
      jobs: jobs.isReady() ? 'ready' : 'not running',
    }
    return { ready: Object.values(parts).every((part) => part === 'ready'), parts }
  }
