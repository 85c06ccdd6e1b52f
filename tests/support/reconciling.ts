/** What a finance clerk does with the API: brings files, compares days, reads what was found. */
import { eventually } from './eventually.ts'
import type { ReconciliationRowView, ReconciliationView } from '#reconciliation/present-reconciliation.ts'
import type { CaseView } from '#reconciliation/manage-cases.ts'
import type { RunningHouse } from './running-house.ts'

const dayMs = 86_400_000

/** `YYYY-MM-DD` in Vietnam, `daysBack` days ago. */
export const dayBefore = (daysBack: number): string =>
  new Date(Date.now() + 7 * 3_600_000 - daysBack * dayMs).toISOString().slice(0, 10)

/** Compares the day and waits for the end. */
export async function reconciled(
  { client }: RunningHouse,
  date = dayBefore(0),
  connection = 'payment-portal',
): Promise<ReconciliationView> {
  const begun = await client.post<ReconciliationView>('/v1/reconciliations', { connection, date })
  if (begun.status !== 202) throw new Error(`not begun: ${begun.status} ${begun.text}`)
  return eventually(
    async () => (await client.get<ReconciliationView>(`/v1/reconciliations/${begun.body.id}`)).body,
    ({ state }) => state !== 'running',
  )
}

export async function rowsOf(
  { client }: RunningHouse,
  { id }: ReconciliationView,
): Promise<readonly ReconciliationRowView[]> {
  const { body } = await client.get<{ data: readonly ReconciliationRowView[] }>(
    `/v1/reconciliations/${id}/rows?limit=100`,
  )
  return body.data
}

export async function casesOf({ client }: RunningHouse, filter = ''): Promise<readonly CaseView[]> {
  const { body } = await client.get<{ data: readonly CaseView[] }>(`/v1/cases?limit=100${filter}`)
  return body.data
}

export async function bring(
  { client, url }: RunningHouse,
  date: string,
  text: string,
  connection = 'payment-portal',
): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }> {
  const answer = await fetch(`${url}/v1/settlement-files/${connection}/${date}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${client.token}`, 'content-type': 'text/plain; charset=utf-8' },
    body: text,
  })
  return { status: answer.status, body: (await answer.json()) as Readonly<Record<string, unknown>> }
}
