/**
 * Checks a message against a schema of an OpenAPI 3.1 document: the contract itself is the checker, so it cannot drift
 * from what the simulator accepts. JSON Schema 2020-12 by ajv, compiled once per schema.
 */
import { readFileSync } from 'node:fs'
import { isIPv4, isIPv6 } from 'node:net'
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import { parse } from 'yaml'

interface Breach {
  /** JSON Pointer. */
  readonly pointer: string
  /** Never repeats the value. */
  readonly message: string
}

export interface OpenApiContract {
  /** A checker for `#/components/schemas/<name>`; an empty list means the value is within the contract. */
  checker(name: string): (value: unknown) => readonly Breach[]
}

export function loadOpenApi(file: URL): OpenApiContract {
  // Not strict: an OpenAPI document is full of keywords that are not JSON Schema's.
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  ajv.addFormat('ipv4', isIPv4).addFormat('ipv6', isIPv6)
  ajv.addFormat('uri', (text: string) => URL.canParse(text))
  ajv.addSchema(parse(readFileSync(file, 'utf8')) as object, 'contract')
  return {
    checker(name) {
      const validate = ajv.compile({ $ref: `contract#/components/schemas/${name}` })
      return (value) => (validate(value) ? [] : breachesOf(validate.errors ?? []))
    },
  }
}

/** `if`, `oneOf` and the like only say that something below them failed; what failed is listed by itself. */
const frames = new Set(['if', 'oneOf', 'anyOf', 'allOf', '$ref'])

function breachesOf(errors: readonly ErrorObject[]): Breach[] {
  const plain = errors.filter(({ keyword }) => !frames.has(keyword))
  return (plain.length > 0 ? plain : errors).map(({ instancePath, message, params }) => {
    const named = params as Record<string, unknown>
    const property = named['missingProperty'] ?? named['additionalProperty'] ?? named['unevaluatedProperty']
    const pointer = typeof property === 'string' ? `${instancePath}/${property}` : instancePath
    return { pointer, message: message ?? 'breaks the contract' }
  })
}
