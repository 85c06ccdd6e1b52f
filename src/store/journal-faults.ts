/** What is wrong with the journal, by the database's own list (`gateway.journal_faults`). */
import { connectAsOwner } from './database.ts'

interface JournalFault {
  readonly payment_id: string
  readonly fault: string
}

/** The list looks at every payment there is: it is for an operator who waits, not for a request. */
const patience = '60s'
const maxListed = 100

/** At most a hundred. Rejects where the database cannot be asked, has no journal yet, or needs longer. */
export async function findJournalFaults(connectionString: string): Promise<readonly JournalFault[]> {
  const owner = await connectAsOwner(connectionString)
  try {
    await owner.query(`set statement_timeout = '${patience}'`)
    const { rows } = await owner.query<JournalFault>(
      'select payment_id, fault from gateway.journal_faults order by payment_id, fault limit $1',
      [maxListed],
    )
    return rows
  } finally {
    await owner.end()
  }
}
