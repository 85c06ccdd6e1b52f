/**
 * Looks for people in text: every name and number of the invented personas in every form in which it may travel, and
 * whatever else must stay inside. What it finds it calls by a label, not by the value.
 */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { Person } from '#sandbox/kernel/personas.ts'
import { checkout } from './checkout.ts'
import { people } from './invented-people.ts'

export interface Finding {
  readonly what: string
  /** A few characters of the text around it, for whoever must find the leak. */
  readonly where: string
}

interface Needle {
  readonly what: string
  readonly pattern: RegExp
}

/** `secrets`: values by what they are, e.g. tokens that were in use while the text was written. */
export function findPersonalData(text: string, secrets: Readonly<Record<string, readonly string[]>> = {}): Finding[] {
  const haystack = text.normalize('NFC')
  const needles = [...ofPeople, ...Object.entries(secrets).flatMap(([what, values]) => values.map(exactly(what)))]
  return needles.flatMap(({ what, pattern }) => {
    const at = haystack.search(pattern)
    return at === -1 ? [] : [{ what, where: haystack.slice(Math.max(0, at - 120), at + 60) }]
  })
}

/** Short values count only as whole words: three letters come up in any identifier. */
const shortest = 8

interface Firm {
  readonly key: string
  readonly representatives?: readonly { readonly fullName: string; readonly documentNumber: string }[]
}

const firms = parse(readFileSync(`${checkout}/contracts/personas/businesses.yaml`, 'utf8')) as readonly Firm[]

const ofPeople: readonly Needle[] = [
  ...people.flatMap(needlesOfPerson),
  ...firms.flatMap(({ key, representatives = [] }) =>
    representatives.flatMap(({ fullName, documentNumber }) => [
      ...needlesOfName(`representative of ${key}`, fullName),
      exactly(`document of a representative of ${key}`)(documentNumber),
    ]),
  ),
]

function needlesOfPerson({ key, fullName, personalId, legacyId, permanentAddress, kin }: Person): Needle[] {
  const numbers = [personalId, legacyId, ...kin.flatMap((one) => [one.personalId, one.legacyId])]
  const addresses = [permanentAddress.old?.detail, permanentAddress.new?.detail]
  return [
    ...needlesOfName(`name of ${key}`, fullName),
    ...kin.flatMap((one) => needlesOfName(`name of ${key}'s ${one.relation}`, one.fullName)),
    ...numbers.filter((one) => one !== undefined).map(exactly(`number of ${key}`)),
    ...addresses.filter((one) => one !== undefined).map(exactly(`address of ${key}`)),
  ]
}

/** As written, in either case, without accents, without spaces as it is sent upstream, and as part of a URL. */
function needlesOfName(what: string, fullName: string): Needle[] {
  const name = fullName.normalize('NFC')
  const plain = name.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll(/[ĐÐ]/g, 'D').replaceAll('đ', 'd')
  const forms = [name, plain, plain.replaceAll(/[^\p{L}]/gu, ''), encodeURIComponent(name)]
  return [...new Set(forms)].map(exactly(what))
}

function exactly(what: string): (value: string) => Needle {
  return (value) => {
    const literal = value.normalize('NFC').replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
    const whole = value.length < shortest ? `(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])` : literal
    return { what, pattern: new RegExp(whole, 'iu') }
  }
}
