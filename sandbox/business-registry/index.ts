/** The national business registry and the platform in front of it, simulated: a token endpoint and one look-up. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { loadOpenApi } from '../kernel/check-openapi.ts'
import { guarded, readBody, type Kernel } from '../kernel/kernel.ts'
import type { Simulator } from '../kernel/simulator.ts'
import { createDetail, detailFaults, failed, platformFaults } from './detail.ts'
import { loadFirms } from './firms.ts'
import { basicClient, createTokens, tokenError } from '../kernel/tokens.ts'

const tokenPath = '/token'
const detailPath = '/apiCSDLDKDN/1.0/chiTietDoanhNghiep'

const system = 'business_registry'
const tokenFaults = ['invalid-client'] as const

export function createBusinessRegistrySimulator(kernel: Kernel): Simulator {
  const account = kernel.credentials.businessRegistry
  const contract = loadOpenApi(new URL('business-registry/openapi.yaml', kernel.contracts))
  const breachesOfToken = contract.checker('TokenRequest')
  const breachesOfCode = contract.checker('BusinessCode')
  const tokens = createTokens(kernel.clock.nowMs)
  const detail = createDetail(loadFirms(kernel.contracts, 'enterprise-v1'))
  const ownFaults = { token: new Set<string>(tokenFaults), detail: new Set<string>(detailFaults) }

  const complainOf = (operation: string) => (pointer: string, message: string) =>
    kernel.violations.add({ system, operation, pointer, message })

  const onToken = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const complain = complainOf('token')
    const form = new URLSearchParams((await readBody(req))?.toString('utf8'))
    const client = basicClient(req.headers.authorization, account)
    await kernel.serve(
      { system, operation: 'token', keys: client === undefined ? {} : { client }, req, res },
      (fault) => {
        if (fault) return tokenError(401, 'invalid_client')
        if (client === undefined) {
          complain('/headers/authorization', 'is not the Basic form of a known key and secret')
          return tokenError(401, 'invalid_client')
        }
        const breaches = breachesOfToken(Object.fromEntries(form))
        for (const { pointer, message } of breaches) complain(`/body${pointer}`, message)
        if (breaches.length === 0) return tokens.issue()
        return tokenError(400, form.has('grant_type') ? 'unsupported_grant_type' : 'invalid_request')
      },
      ownFaults.token,
    )
  }

  const onDetail = async (req: IncomingMessage, res: ServerResponse, query: URLSearchParams): Promise<void> => {
    const complain = complainOf('chiTietDoanhNghiep')
    const code = query.get('msdn') ?? ''
    await kernel.serve(
      { system, operation: 'chiTietDoanhNghiep', keys: { code, client: account.clientId }, req, res },
      (fault) => {
        const platform = fault && platformFaults[fault.fault]
        if (platform) return platform
        if (!tokens.isAccepted(req.headers.authorization)) return platformFaults['token-expired'] ?? failed
        const breaches = breachesOfCode(code)
        for (const { message } of breaches) complain('/query/msdn', message)
        for (const name of query.keys()) if (name !== 'msdn') complain(`/query/${name}`, 'is not a parameter')
        return breaches.length > 0 ? failed : detail.answer(code, fault?.fault)
      },
      ownFaults.detail,
    )
  }

  const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://registry')
    if (req.method === 'POST' && pathname === tokenPath) return onToken(req, res)
    if (req.method === 'GET' && pathname === detailPath) return onDetail(req, res, searchParams)
    complainOf('unknown')('/path', 'is not a path and method of the contract')
    res.writeHead(404).end()
  }

  return {
    system,
    operations: [{ name: 'token' }, { name: 'chiTietDoanhNghiep', aliases: ['findBusiness'] }],
    faults: [...tokenFaults, ...detailFaults],
    paths: { api: detailPath, token: tokenPath },
    handler: guarded(handle),
    reset: tokens.clear,
  }
}
