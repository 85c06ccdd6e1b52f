import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

interface Person {
  readonly personalId?: string
  readonly fullName: string
  readonly birth: { readonly date?: string }
  readonly gender: string
}

interface Representative {
  readonly fullName: string
  readonly documentNumber: string
  readonly gender: string
  readonly dateOfBirth: string
}

interface Story {
  readonly key: string
  readonly order: {
    readonly payer: { readonly fullName: string; readonly personalId?: string }
    readonly lines: readonly { readonly kind: string; readonly amount: number }[]
  }
  readonly story: readonly Readonly<Record<string, unknown>>[]
  readonly ends: { readonly state: string | readonly string[]; readonly portal: string }
}

const read = (file: string): unknown => parse(readFileSync(`contracts/personas/${file}`, 'utf8'))
const people = new Map((read('people.yaml') as Person[]).map((person) => [person.personalId, person]))
const firms = read('businesses.yaml') as { key: string; representatives: Representative[] }[]
const stories = read('payments.yaml') as Story[]

describe('the same invented people in all three systems', () => {
  const holders = firms.flatMap(({ key, representatives }) =>
    representatives.filter(({ documentNumber }) => /^\d{12}$/.test(documentNumber)).map((person) => ({ key, person })),
  )

  it.each(holders)('the representative of $key is the person of that number', ({ person }) => {
    const known = people.get(person.documentNumber)
    expect(known?.fullName.toUpperCase()).toBe(person.fullName)
    expect(known).toMatchObject({ gender: person.gender, birth: { date: person.dateOfBirth } })
  })

  it.each(stories.filter(({ order }) => order.payer.personalId))('the payer of $key is that person', ({ order }) => {
    expect(people.get(order.payer.personalId)?.fullName).toBe(order.payer.fullName)
  })
})

describe('payments.yaml', () => {
  const steps = ['fault', 'create', 'outcome', 'advance']

  it.each(stories)('$key can be told: one creation, known steps, possible amounts', ({ order, story, ends }) => {
    expect(story.filter((step) => 'create' in step)).toHaveLength(1)
    for (const step of story) expect(steps).toContain(Object.keys(step).join())
    for (const { kind, amount } of order.lines) {
      expect(['phi', 'le_phi', 'fine']).toContain(kind)
      expect(Number.isInteger(amount) && amount >= 1 && amount <= 999_999_999_999).toBe(true)
    }
    expect(['1', '3', '4']).toContain(ends.portal)
  })

  it('tells every right end of a payment', () => {
    const ends = new Set(stories.flatMap(({ ends }) => ends.state))
    expect([...ends]).toEqual(expect.arrayContaining(['paid', 'failed', 'expired', 'mismatch']))
  })
})
