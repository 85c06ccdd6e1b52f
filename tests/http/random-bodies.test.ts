import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { aPaymentOrder, aVerification } from '../support/api-bodies.ts'
import { jsonPost, startGatewayApp, type GatewayApp } from '../support/gateway-app.ts'

let app: GatewayApp
beforeAll(async () => {
  app = await startGatewayApp({
    verifyIdentity: async () => ({ id: 'reached' }) as never,
    payments: {
      create: async () => ({ kind: 'created', answer: { status: 201, contentType: 'application/json', body: '{}' } }),
    } as never,
  })
})
afterAll(() => app.close())

const poisoned = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', '\0', '\u202e', '=cmd', "'; --")
const anything = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .dictionary(fc.oneof(poisoned, fc.constantFrom('subject', 'purpose', 'lines', 'payer')), fc.jsonValue(), {
      maxKeys: 6,
    })
    .map((value) => JSON.stringify(value)),
)

/** A right body with one of its members, however deep, replaced by anything. */
const spoiled = (whole: object) => {
  const paths = pathsOf(whole)
  return fc
    .tuple(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 2 }))
    .map(([path, value]) => JSON.stringify(replaced(whole, path, value)))
}

function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, member]) => pathsOf(member, [...path, key]))]
}

function replaced(whole: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value
  const copy: Record<string, unknown> | unknown[] = Array.isArray(whole) ? [...whole] : { ...(whole as object) }
  const holder = copy as Record<string, unknown>
  holder[key] = replaced(holder[key], rest, value)
  return copy
}

const acceptable = new Set([200, 201, 400, 422])

it.each([
  ['/v1/identity-verifications', aVerification()],
  ['/v1/payments', aPaymentOrder()],
])('never answers a random body at %s with anything but 400, 422 or what is right', async (path, whole) => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(anything, spoiled(whole)), async (body) => {
      const answer = await app.fetch(path, jsonPost(body, { 'Idempotency-Key': 'k' }))
      await answer.arrayBuffer()
      expect(acceptable).toContain(answer.status)
      expect(Object.keys(Object.prototype)).toEqual([])
    }),
    { numRuns: 400 },
  )
})
