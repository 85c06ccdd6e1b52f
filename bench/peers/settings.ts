/** What the bench hands to each program it compares, in one environment variable. */
import type { JWK } from 'jose'

export interface PeerSettings {
  readonly port: number
  readonly databaseUrl: string
  /** The vendored WSDL of service 037. */
  readonly wsdl: string
  readonly issuer: string
  readonly audience: string
  readonly verificationJwk: JWK
  readonly signingJwk: JWK
  readonly sandbox: {
    readonly populationUrl: string
    readonly registryUrl: string
    readonly registryTokenUrl: string
    readonly portalUrl: string
    readonly credentials: {
      readonly population: { readonly user: string; readonly secret: string; readonly hashUrl: string }
      readonly businessRegistry: { readonly clientId: string; readonly clientSecret: string }
      readonly paymentPortal: { readonly partnerCode: string; readonly secret: string }
    }
  }
}

export function readPeerSettings(): PeerSettings {
  return JSON.parse(process.env['PEER_SETTINGS'] ?? '{}') as PeerSettings
}
