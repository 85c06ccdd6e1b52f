/** What the register says to a request that keeps the contract, in one dialect, or mixed up if a tester asked for it. */
import type { SandboxClock } from '../kernel/clock.ts'
import type { Answer } from '../kernel/simulator.ts'
import { emptyNameDancu037, renderDancu037 } from './dancu037.ts'
import { answered, collection, confirmation } from './envelope.ts'
import { fixedAnswers, mixUps, rewrites, type MixUp } from './faults.ts'
import { emptyNameQcvn109, renderQcvn109 } from './qcvn109.ts'
import type { Found, Register, RegisteredPerson, SearchKeys } from './register.ts'
import type { PopulationOperation } from './request.ts'

export const dialects = ['dancu037', 'qcvn109'] as const
export type DialectName = (typeof dialects)[number]

const codecs = {
  dancu037: { render: renderDancu037, emptyName: emptyNameDancu037 },
  qcvn109: { render: renderQcvn109, emptyName: emptyNameQcvn109 },
} as const

export interface Answering {
  answer(dialect: DialectName, operation: PopulationOperation, keys: SearchKeys, fault: string | undefined): Answer
}

export function createAnswering(register: Register, clock: SandboxClock): Answering {
  const nowText = createDataTime(clock)
  const rendered = { dancu037: new Map<RegisteredPerson, string>(), qcvn109: new Map<RegisteredPerson, string>() }

  const render = (dialect: DialectName, person: RegisteredPerson): string => {
    const known = rendered[dialect].get(person)
    if (known !== undefined) return known
    const text = codecs[dialect].render(person)
    rendered[dialect].set(person, text)
    return text
  }

  const citizensOf = (dialect: DialectName, found: Found): readonly string[] => {
    if (found.kind === 'people') return found.people.map((person) => render(dialect, person))
    return found.form === 'empty_name' ? [codecs[dialect].emptyName] : []
  }

  /** Somebody else than was asked for, or nobody: what the fault of that name makes of the right answer. */
  const mixedUp: Record<MixUp, (dialect: DialectName, keys: SearchKeys, found: Found) => readonly string[]> = {
    'not-found': () => [],
    'empty-name': (dialect) => [codecs[dialect].emptyName],
    'wrong-person': (dialect, keys) => [render(dialect, register.somebodyElse(keys.number))],
    'wrong-name': (dialect, keys, found) => {
      const { name } = register.somebodyElse(keys.number)
      return found.kind === 'people' ? found.people.map((one) => codecs[dialect].render({ ...one, name })) : []
    },
    'multiple-matches': (dialect, keys, found) => [
      ...citizensOf(dialect, found),
      render(dialect, register.somebodyElse(keys.number)),
    ],
  }

  return {
    answer(dialect, operation, keys, fault) {
      const fixed = fault === undefined ? undefined : fixedAnswers[fault]
      if (fixed) return fixed
      const found = register.find(keys)
      const isConfirmation = (operation === 'XacThucThongTinCongDan') !== (fault === 'wrong-operation')
      if (isConfirmation) return rewritten(answered(confirmation(found.kind === 'people')), fault)
      const mixUp = mixUps.find((one) => one === fault)
      const citizens = mixUp ? mixedUp[mixUp](dialect, keys, found) : citizensOf(dialect, found)
      return rewritten(answered(collection(citizens, nowText())), fault)
    },
  }
}

function rewritten(answer: Answer, fault: string | undefined): Answer {
  const rewrite = fault === undefined ? undefined : rewrites[fault]
  return rewrite ? { ...answer, body: rewrite(String(answer.body)) } : answer
}

/** `ThoiDiemDuLieu` in Vietnam's time, to the second; made once a second. */
function createDataTime(clock: SandboxClock): () => string {
  let second = -1
  let text = ''
  return () => {
    const now = Math.floor(clock.nowMs() / 1000)
    if (now !== second) {
      second = now
      text = `${new Date(now * 1000 + 7 * 3_600_000).toISOString().slice(0, 19)}+07:00`
    }
    return text
  }
}
