/** Service 037 of the national population database, simulated: SOAP 1.1, both operations, both dialects. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { guarded, readBody, type Kernel } from '../kernel/kernel.ts'
import { loadPeople } from '../kernel/personas.ts'
import type { Answer, Simulator } from '../kernel/simulator.ts'
import { createAnswering, dialects, type DialectName } from './answer.ts'
import { refusalOf, userOf } from './credentials.ts'
import { createDocuments } from './documents.ts'
import {
  officerNotAuthorised,
  populationFaults,
  procedureNotLicensed,
  rejectedCredentials,
  rejectedRequest,
} from './faults.ts'
import { createRegister, type SearchKeys } from './register.ts'
import { operations, readRequest, type RequestRead } from './request.ts'

const system = 'population'

/** Not public which are refused: these are ours, named in contracts/population/faults.yaml. */
const unlicensedProcedure = '0.000000'
const officerWithoutRight = '010184000124'

/** So many request ids are remembered to notice one that comes twice. */
const rememberedRequests = 10_000

export function createPopulationSimulator(kernel: Kernel): Simulator {
  const answering = createAnswering(createRegister(loadPeople(kernel.contracts)), kernel.clock)
  const documents = createDocuments(kernel.contracts, () => kernel.originOf(system))
  const account = kernel.credentials.population
  const ownFaults = new Set(populationFaults)
  const seen = new Set<string>()

  const isRepeated = (requestId: string): boolean => {
    if (seen.has(requestId)) return true
    seen.add(requestId)
    if (seen.size > rememberedRequests) seen.delete(seen.values().next().value as string)
    return false
  }

  const answerTo = (req: IncomingMessage, dialect: DialectName, read: RequestRead, fault?: string): Answer => {
    const { operation, fields, breaches } = read
    const complain = (pointer: string, message: string) =>
      kernel.violations.add({ system, operation, pointer, message })

    for (const { pointer, message } of breaches) complain(pointer, message)
    complainOfHeaders(req, complain)
    const refusal = refusalOf(req.headers, account, kernel.clock.nowMs())
    if (refusal) {
      complain(refusal.pointer, refusal.message)
      return rejectedCredentials
    }
    const fatal = breaches.find(({ code }) => code !== undefined)
    if (fatal?.code !== undefined || operation === 'unknown') return rejectedRequest(fatal?.code ?? '100')
    if (isRepeated(fields.get('MaYeuCau') ?? '')) {
      complain(`/Envelope/Body/${operation}/MaYeuCau`, 'was used before: request ids are unique')
    }
    if (fields.get('MaDVC') === unlicensedProcedure) return procedureNotLicensed
    if (fields.get('MaCanBo') === officerWithoutRight) return officerNotAuthorised
    return answering.answer(dialect, operation, searchKeysOf(fields), fault)
  }

  const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const url = req.url ?? '/'
    if (req.method === 'GET') return documents(url, res)
    const dialect = dialects.find((name) => url === `/${name}`)
    if (req.method !== 'POST' || !dialect) return void res.writeHead(req.method === 'POST' ? 404 : 405).end()
    const body = await readBody(req)
    if (body === undefined) return void res.writeHead(413, { connection: 'close' }).end()
    const read = readRequest(body.toString('utf8'))
    const { operation, fields } = read
    const personalId = fields.get('SoDinhDanh') ?? fields.get('SoCMND')
    const requestId = fields.get('MaYeuCau')
    const client = userOf(req.headers)
    const keys = { ...(personalId !== undefined && { personalId }), ...(client !== undefined && { client }) }
    await kernel.serve(
      { system, operation, keys, ...(requestId !== undefined && { requestId }), req, res },
      (fault) => answerTo(req, dialect, read, fault?.fault),
      ownFaults,
    )
  }

  return {
    system,
    operations: [
      { name: operations[0], aliases: ['findPerson'] },
      { name: operations[1], aliases: ['confirmPerson'] },
    ],
    faults: populationFaults,
    paths: { api: '/dancu037', strict: '/qcvn109' },
    handler: guarded(handle),
    reset: () => seen.clear(),
  }
}

function complainOfHeaders({ headers }: IncomingMessage, complain: (pointer: string, message: string) => void): void {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/xml' && type !== 'text/xml') complain('/headers/content-type', 'is not XML')
  if (headers['soapaction'] !== '""' && headers['soapaction'] !== '') {
    complain('/headers/soapaction', 'must be there and empty (SOAP 1.1, section 6.1.1)')
  }
}

function searchKeysOf(fields: ReadonlyMap<string, string>): SearchKeys {
  const day = fields.get('NgayThangNam')
  return {
    number: fields.get('SoDinhDanh') ?? fields.get('SoCMND') ?? '',
    nameKey: fields.get('HoVaTen') ?? '',
    birth: day === undefined ? { year: fields.get('Nam') ?? '' } : { day },
  }
}
