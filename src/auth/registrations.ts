/**
 * Registered clients as the token checks need them: keys already judged and imported, kept for a few seconds. Short enough
 * that a disabled client stops within five seconds, long enough that a busy one costs no read per request.
 */
import type { Clock } from '#domain/clock.ts'
import type { ClientStore } from '#domain/ports/stores.ts'
import type { Client } from '#domain/principal.ts'
import { acceptKeySet, KeyRefused, type RegisteredKey } from './registered-key.ts'
import { registrationTtlMs } from './token-profile.ts'

export interface Registration {
  readonly client: Client
  readonly keys: readonly RegisteredKey[]
}

export interface Registrations {
  /** An active client; undefined when it is unknown, disabled, or its stored keys are no longer acceptable. */
  find(clientId: string): Promise<Registration | undefined>
  /** The same as the store has it now: for issuing tokens, where a client disabled a moment ago must get none. */
  findNow(clientId: string): Promise<Registration | undefined>
}

export interface RegistrationsOptions {
  readonly clients: Pick<ClientStore, 'find'>
  readonly clock: Clock
}

/** Strangers can invent client ids: the memory for answers is bounded, the oldest goes first. */
const maxRemembered = 1_000

export function createRegistrations({ clients, clock }: RegistrationsOptions): Registrations {
  const remembered = new Map<string, { readonly answer: Promise<Registration | undefined>; readonly untilMs: number }>()

  function read(clientId: string): Promise<Registration | undefined> {
    const answer = clients.find(clientId).then(judge)
    remembered.delete(clientId)
    remembered.set(clientId, { answer, untilMs: clock.monotonicMs() + registrationTtlMs })
    // A read that failed says nothing about the client: the next caller asks again.
    answer.catch(() => remembered.delete(clientId))
    const [oldest] = remembered.keys()
    if (remembered.size > maxRemembered && oldest !== undefined) remembered.delete(oldest)
    return answer
  }

  return {
    find(clientId) {
      const known = remembered.get(clientId)
      return known !== undefined && clock.monotonicMs() < known.untilMs ? known.answer : read(clientId)
    },
    findNow: read,
  }
}

/** Keys are judged again on every read: a row may be older than the rules. */
function judge(client: Client | undefined): Registration | undefined {
  if (client === undefined || client.disabledAt !== undefined) return undefined
  try {
    return { client, keys: acceptKeySet(client.jwks) }
  } catch (error) {
    if (error instanceof KeyRefused) return undefined
    throw error
  }
}
