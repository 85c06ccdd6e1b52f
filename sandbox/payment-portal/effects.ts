/**
 * What really happened at the platform, one JSON line per effect, on the disk before anybody is answered. A platform that
 * was killed takes it up again from there; and whoever must judge a gateway holds its books against this file. It names
 * payers as INIT did, so it is as secret as a real platform's books.
 */
import { closeSync, fdatasyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { NewTransaction, Refund } from './ledger.ts'

export type Effect =
  | ({ readonly effect: 'opened' } & NewTransaction)
  | {
      readonly effect: 'paid' | 'failed' | 'bank_pending'
      readonly reference: string
      readonly amount: number
      readonly transactionId: string
      readonly bank: string
      readonly atMs: number
    }
  /** The newest word on a refund reference. */
  | ({ readonly effect: 'refund'; readonly reference: string } & Refund)
  | {
      readonly effect: 'acknowledged'
      readonly reference: string
      /** `MaLoi` of the notification. */
      readonly resultCode: string
      readonly amount: number
      readonly atMs: number
    }
  /** The sandbox was reset: nothing before counts. */
  | { readonly effect: 'reset' }

export type Note = (effect: Effect) => void

export interface EffectsFile {
  /** Since the last reset, oldest first. */
  readonly past: readonly Effect[]
  /** Durable when it returns. */
  readonly note: Note
  close(): void
}

/** Creates the file where there is none; a line torn by a sudden death was never answered and is cut off. */
export function openEffectsFile(path: string): EffectsFile {
  const file = openSync(path, 'a+', 0o600)
  const text = readFileSync(path, 'utf8')
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  ftruncateSync(file, Buffer.byteLength(whole))
  const effects = whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Effect)
  return {
    past: effects.slice(effects.findLastIndex(({ effect }) => effect === 'reset') + 1),
    note(effect) {
      writeSync(file, `${JSON.stringify(effect)}\n`)
      fdatasyncSync(file)
    },
    close: () => closeSync(file),
  }
}
