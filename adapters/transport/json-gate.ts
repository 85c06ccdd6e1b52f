/** JSON answers: content type, encoding and the strict reader, then fields by name. Numbers stay as they were written. */
import { ContractBreach } from './fate.ts'
import { mediaTypeOf, type HttpAnswer } from './http-answer.ts'
import { JsonNumber, readStrictJson, type JsonRecord, type JsonValue } from '#domain/strict-json.ts'
import { isUtf8 } from 'node:buffer'

const maxLength = 2 * 1024 * 1024
const maxDepth = 32

export function isJson(answer: HttpAnswer): boolean {
  const { type } = mediaTypeOf(answer)
  return type === 'application/json' || type.endsWith('+json')
}

/** The object an answer holds. Throws `ContractBreach` or `StrictJsonError`. */
export function passJsonGate(answer: HttpAnswer): JsonRecord {
  const { charset } = mediaTypeOf(answer)
  if (!isJson(answer)) throw new ContractBreach('JSON is not what the content type says')
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8') throw new ContractBreach('JSON is not UTF-8')
  if (answer.body.length === 0) throw new ContractBreach('an empty body instead of JSON')
  return readJsonRecord(answer.body)
}

/** The object in these bytes. Throws `ContractBreach` or `StrictJsonError`. */
export function readJsonRecord(bytes: Uint8Array): JsonRecord {
  if (!isUtf8(bytes)) throw new ContractBreach('JSON is not UTF-8')
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  const value = readStrictJson(text, { maxLength, maxDepth, numbers: 'text' })
  if (!isRecord(value)) throw new ContractBreach('JSON that is not an object')
  return value
}

export const isRecord = (value: JsonValue | undefined): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber)

/** An own field, absent when it is null: inherited names such as `constructor` are no fields. */
export function fieldOf(record: JsonRecord, name: string): Exclude<JsonValue, null> | undefined {
  if (!Object.hasOwn(record, name)) return undefined
  return record[name] ?? undefined
}

/** A string field, or undefined when it is absent or null. */
export function stringOf(record: JsonRecord, name: string): string | undefined {
  const value = fieldOf(record, name)
  if (value === undefined || typeof value === 'string') return value
  throw new ContractBreach(`${name} is not a string`)
}

/** The text of a string or number field, exactly as it was written; undefined when it is absent or null. */
export function scalarOf(record: JsonRecord, name: string): string | undefined {
  const value = fieldOf(record, name)
  if (value === undefined || typeof value === 'string') return value
  if (value instanceof JsonNumber) return value.text
  throw new ContractBreach(`${name} is neither a string nor a number`)
}

export function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new ContractBreach(`${name} is missing`)
  return value
}
