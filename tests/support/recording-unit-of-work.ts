/** A unit of work that only remembers, or refuses what a test tells it to refuse. */
import type { CommitUnit, UnitOfWork } from '#domain/ports/unit-of-work.ts'

export interface RecordingUnitOfWork extends UnitOfWork {
  readonly committed: CommitUnit[]
  /** The next commits fail with these, in order. */
  readonly failures: Error[]
}

export function recordingUnitOfWork(): RecordingUnitOfWork {
  const committed: CommitUnit[] = []
  const failures: Error[] = []
  return {
    committed,
    failures,
    commit: async (unit) => {
      const failure = failures.shift()
      if (failure !== undefined) throw failure
      committed.push(unit)
    },
  }
}
