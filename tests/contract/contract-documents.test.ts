import { readdirSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { loadOpenApi } from '#sandbox/kernel/check-openapi.ts'
import { createKernel } from '#sandbox/kernel/kernel.ts'
import { createBusinessRegistrySimulator } from '#sandbox/business-registry/index.ts'
import { createPayGovSimulator } from '#sandbox/paygov/index.ts'
import { createPaymentPortalSimulator } from '#sandbox/payment-portal/index.ts'
import { transportFaults } from '#sandbox/kernel/transport-faults.ts'

const contracts = pathToFileURL(`${process.cwd()}/contracts/`)
const portal = loadOpenApi(new URL('payment-portal/openapi.yaml', contracts))
const notifications = loadOpenApi(new URL('payment-portal/notifications.yaml', contracts))
const payGov = loadOpenApi(new URL('paygov/openapi.yaml', contracts))
const payGovNotifications = loadOpenApi(new URL('paygov/notifications.yaml', contracts))
const registry = loadOpenApi(new URL('business-registry/openapi.yaml', contracts))

/** The beginning of an example's name says which schema it belongs to; the longest beginning wins. */
const schemas = {
  'payment-portal': {
    'init-request': portal.checker('InitRequest'),
    'init-answer': portal.checker('InitAnswer'),
    'query-request': portal.checker('QueryRequest'),
    'query-answer': portal.checker('QueryAnswer'),
    'get-bill-request': portal.checker('GetBillRequest'),
    'get-bill-refusal': portal.checker('GetBillRefusal'),
    'refund-request': portal.checker('RefundRequest'),
    'refund-answer': portal.checker('RefundAnswer'),
    'query-refund-request': portal.checker('QueryRefundRequest'),
    'query-refund-answer': portal.checker('RefundAnswer'),
    refusal: portal.checker('Refusal'),
    confirm: notifications.checker('Confirm'),
    acknowledgement: notifications.checker('Acknowledgement'),
  },
  paygov: {
    'create-request': payGov.checker('CreateRequest'),
    'create-answer': payGov.checker('CreateAnswer'),
    'receipt-request': payGov.checker('ReceiptRequest'),
    'receipt-answer': payGov.checker('ReceiptAnswer'),
    refusal: payGov.checker('Refusal'),
    ipn: payGovNotifications.checker('Ipn'),
    acknowledgement: payGovNotifications.checker('Acknowledgement'),
  },
  'business-registry': {
    found: registry.checker('Answer'),
    'not-found': registry.checker('Answer'),
    failed: registry.checker('Answer'),
    'token-answer': registry.checker('TokenAnswer'),
    'token-error': registry.checker('TokenError'),
    'platform-fault': registry.checker('PlatformFault'),
  },
} as const

const examples = (Object.keys(schemas) as (keyof typeof schemas)[]).flatMap((system) =>
  readdirSync(new URL(`${system}/examples/`, contracts)).map((file) => ({ system, file })),
)

describe('the examples of the contracts', () => {
  it.each(examples)('$system/$file is within its schema', ({ system, file }) => {
    const checkers = Object.entries(schemas[system]).filter(([prefix]) => file.startsWith(prefix))
    const [, check] = checkers.sort(([one], [other]) => other.length - one.length)[0] ?? []
    expect(check, 'an example without a schema').toBeDefined()
    const example: unknown = JSON.parse(readFileSync(new URL(`${system}/examples/${file}`, contracts), 'utf8'))
    expect(check?.(example)).toEqual([])
  })
})

interface FaultRow {
  readonly id: string
  readonly name: string
  readonly operations: readonly string[]
}

describe('faults.yaml', () => {
  const kernel = createKernel({ contracts })
  const simulators = [
    { folder: 'payment-portal', simulator: createPaymentPortalSimulator(kernel) },
    { folder: 'paygov', simulator: createPayGovSimulator(kernel) },
    { folder: 'business-registry', simulator: createBusinessRegistrySimulator(kernel) },
  ]

  it.each(simulators)('of $folder has complete rows, and the simulator can do every one', ({ folder, simulator }) => {
    const rows = parse(readFileSync(new URL(`${folder}/faults.yaml`, contracts), 'utf8')) as FaultRow[]
    const operations = simulator.operations.map(({ name }) => name)
    const known = [...simulator.faults, ...transportFaults]
    for (const row of rows) {
      expect(Object.keys(row)).toEqual([
        'id',
        'name',
        'operations',
        'appears',
        'meaning',
        'code',
        'fate',
        'retry',
        'source',
      ])
      expect(row).toMatchObject({
        fate: expect.stringMatching(/^(not_sent|answered|unknown)$/) as string,
        retry: expect.stringMatching(/^(never|safe|same_key|after)$/) as string,
        source: expect.stringMatching(/^(DOC|CODE|OURS)$/) as string,
      })
      expect(operations).toEqual(expect.arrayContaining([...row.operations]))
      expect(known).toContain(row.name)
    }
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining([...simulator.faults]))
  })
})
