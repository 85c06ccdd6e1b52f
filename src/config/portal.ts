/** `portals.<connection>`: a shape for each dialect, chosen by its `dialect`. */
import { z } from 'zod'
import { httpUrl, secretFile, secretIn, withSecret, type Scope, type WithSecret } from './with-secret.ts'

const paymentPlatform = z.strictObject({
  dialect: z.literal('pp-1.0.6'),
  url: httpUrl,
  partnerCode: z.string().min(1).max(50),
  secretFile,
})

const payGov = z.strictObject({
  dialect: z.literal('paygov'),
  /** The base address; `/transactions`, `/receipts` and `/doi-soat` lie under it. */
  url: httpUrl,
  partnerCode: z.string().regex(/^[0-9A-Za-z]{1,50}$/, 'letters and digits, at most 50'),
  /** Names the key, and travels in every message; what proves it is in `secretFile`. */
  accessKey: z.string().regex(/^[0-9A-Za-z]{1,64}$/, 'letters and digits, at most 64'),
  secretFile,
  /** The provincial sharing platform in front of it. */
  lgsp: z.strictObject({
    tokenUrl: httpUrl,
    clientId: z.string().min(1),
    secretFile,
    /** The whole value of the header `lgspaccesstoken`, as the province handed it out. */
    accessTokenFile: secretFile,
  }),
})

export const portal = z.discriminatedUnion('dialect', [paymentPlatform, payGov])

type PayGovFile = z.infer<typeof payGov>
type LgspConfig = WithSecret<Omit<PayGovFile['lgsp'], 'accessTokenFile'>> & { readonly accessToken: string }

export type PortalConfig =
  | WithSecret<z.infer<typeof paymentPlatform>>
  | (WithSecret<Omit<PayGovFile, 'lgsp'>> & { readonly lgsp: LgspConfig })

export function resolvePortal(one: z.infer<typeof portal>, scope: Scope): PortalConfig {
  if (one.dialect === 'pp-1.0.6') return withSecret(one, scope)
  const { lgsp, ...account } = one
  return { ...withSecret(account, scope), lgsp: resolveLgsp(lgsp, { ...scope, path: `${scope.path}.lgsp` }) }
}

function resolveLgsp({ secretFile, accessTokenFile, ...rest }: PayGovFile['lgsp'], scope: Scope): LgspConfig {
  const accessToken = secretIn(accessTokenFile, 'accessTokenFile', scope)
  // It goes into a header: visible ASCII, nothing that could end the line.
  if (!/^[!-~]*$/.test(accessToken))
    scope.problems.push(`${scope.path}.accessTokenFile: holds more than one line of ASCII`)
  return { ...rest, secret: secretIn(secretFile, 'secretFile', scope), accessToken }
}

/** What is wrong with a collecting unit's portal, after the unit's own key. */
export function unitProblem(
  unit: string,
  connection: string,
  chosen: z.infer<typeof portal> | undefined,
): string | undefined {
  if (chosen === undefined) return `portal: no portal "${connection}" is configured`
  if (chosen.dialect === 'paygov' && !/^[A-Za-z]/.test(unit)) {
    return `portal: "${connection}" speaks PayGov, whose order ids begin with the unit's code; give the unit one that begins with a letter`
  }
  return undefined
}
