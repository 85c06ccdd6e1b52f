/** The chain of one process's audit rows: each link's hash covers the one before, so that a row cannot be taken out unseen. */
import { hash } from 'node:crypto'

/** Where the chain ends now. */
export interface ChainTip {
  readonly sequence: number
  readonly chained: Uint8Array
}

export interface ChainLink extends ChainTip {
  readonly previous: Uint8Array
}

/** Before the first link: bound to the writer, so that two chains never begin alike. */
export const chainStart = (writer: string): ChainTip => ({ sequence: 0, chained: hash('sha256', writer, 'buffer') })

/** chain_hash = SHA-256(prev_hash ‖ leaf_hash). */
export function nextLink(tip: ChainTip, leafHash: Uint8Array): ChainLink {
  const chained = hash('sha256', Buffer.concat([tip.chained, leafHash]), 'buffer')
  return { sequence: tip.sequence + 1, previous: tip.chained, chained }
}
