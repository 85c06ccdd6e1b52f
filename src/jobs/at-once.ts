/**
 * Runs jobs in this process as they come, without a row in the queue: for work that already says in its own table that it
 * waits. A burst of it then costs the database nothing but the work. What this process takes to its grave is found by the
 * sweep; what fails, or does not fit, belongs into the queue, which tries again.
 */
export interface AtOnceOptions<Work> {
  /** The same subject is one piece of work, from its coming to its end. */
  readonly subjectOf: (work: Work) => string
  /** True when it is done; false to leave it to the queue. Never rejects. */
  readonly run: (work: Work) => Promise<boolean>
  /** Gets what this process does not do. */
  readonly leave: (work: Work) => void
}

export interface AtOnce<Work> {
  add(work: Work): void
  /** Before this and after `close` everything is left to the queue. */
  open(): void
  /** Leaves what waits, and resolves when what runs has ended: each has deadlines of its own. */
  close(): Promise<void>
}

/** As many questions as the portal's bulkhead lets through, less some places for whoever else asks. */
const places = 48
/** Some seconds of work at full speed. */
const maxWaiting = 10_000

export function createAtOnce<Work>({ subjectOf, run, leave }: AtOnceOptions<Work>): AtOnce<Work> {
  const waiting = new Map<string, Work>()
  const running = new Map<string, Promise<void>>()
  let isOpen = false

  const fill = () => {
    for (const [subject, work] of waiting) {
      if (running.size >= places) return
      waiting.delete(subject)
      running.set(subject, finish(subject, work))
    }
  }

  const finish = async (subject: string, work: Work): Promise<void> => {
    const isDone = await run(work)
    running.delete(subject)
    if (!isDone) leave(work)
    fill()
  }

  return {
    add: (work) => {
      const subject = subjectOf(work)
      if (waiting.has(subject) || running.has(subject)) return
      if (!isOpen || waiting.size >= maxWaiting) return leave(work)
      waiting.set(subject, work)
      fill()
    },
    open: () => {
      isOpen = true
    },
    close: async () => {
      isOpen = false
      for (const work of waiting.values()) leave(work)
      waiting.clear()
      await Promise.all(running.values())
    },
  }
}
