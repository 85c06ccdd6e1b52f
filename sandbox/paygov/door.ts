/** The provincial sharing platform (LGSP) in front of PayGov: it gives out bearer tokens and looks at two headers. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { readBody, type Kernel } from '../kernel/kernel.ts'
import { basicClient, createTokens, tokenError } from '../kernel/tokens.ts'

type Complain = (pointer: string, message: string) => void

export interface Door {
  /** Answers a request for a token. */
  token(req: IncomingMessage, res: ServerResponse): Promise<void>
  isOpenTo(req: IncomingMessage, complain: Complain): boolean
  clear(): void
}

export function createDoor(kernel: Kernel): Door {
  const { lgsp } = kernel.credentials.payGov
  const tokens = createTokens(kernel.clock.nowMs)
  const complain: Complain = (pointer, message) =>
    kernel.violations.add({ system: 'paygov', operation: 'TOKEN', pointer, message })
  return {
    async token(req, res) {
      const form = new URLSearchParams((await readBody(req))?.toString('utf8'))
      const client = basicClient(req.headers.authorization, lgsp)
      const answer = () => {
        if (client === undefined) {
          complain('/headers/authorization', 'is not the Basic form of a known key and secret')
          return tokenError(401, 'invalid_client')
        }
        if (form.get('grant_type') === 'client_credentials') return tokens.issue()
        complain('/body/grant_type', 'is not client_credentials')
        return tokenError(400, 'unsupported_grant_type')
      }
      const keys = client === undefined ? {} : { client }
      await kernel.serve({ system: 'paygov', operation: 'TOKEN', keys, req, res }, answer, new Set())
    },
    isOpenTo(req, tell) {
      // A token that ran out is everyday life; a wrong lgspaccesstoken is a mistake.
      const isKnown = req.headers['lgspaccesstoken'] === lgsp.accessToken
      if (!isKnown) tell('/headers/lgspaccesstoken', 'is not what the province handed out')
      return isKnown && tokens.isAccepted(req.headers.authorization)
    },
    clear: tokens.clear,
  }
}
