/** `XacThucThongTinCongDan`: whether such a person exists, and nothing else about anybody. */
import type { PopulationClient } from './client.ts'
import { encodeQuery } from './search-keys.ts'
import { serviceNamespace } from './wire.ts'
import { ContractBreach, decoding, type CallSite } from '#adapters/transport/fate.ts'
import { textOf, type XmlElement } from '#adapters/transport/xml-reader.ts'
import type { CallContext } from '#domain/call-context.ts'
import type { PersonQuery, PersonSource } from '#domain/person.ts'

const operation = 'XacThucThongTinCongDan'
const site: CallSite = { upstream: 'population', operation: 'confirmPerson', effect: 'read' }

export async function confirmPerson(
  client: PopulationClient,
  query: PersonQuery,
  call: CallContext,
): Promise<{ readonly exists: boolean; readonly source: PersonSource }> {
  const reply = await client.ask(operation, encodeQuery(query, call), site, call)
  return { exists: decoding(site, () => decodeConfirmation(reply.element)), source: reply.source }
}

function decodeConfirmation(result: XmlElement): boolean {
  if (result.name !== 'KetQuaXacThuc' || result.namespace !== serviceNamespace) {
    throw new ContractBreach('the answer of another operation')
  }
  const exists = booleans.get(textOf(result, serviceNamespace, 'TonTai') ?? '')
  if (exists === undefined) throw new ContractBreach('TonTai is neither true nor false')
  return exists
}

/** xs:boolean has two words for each. */
const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])
