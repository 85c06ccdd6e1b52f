/** The three requests every compared program answers. All people and firms are the simulators' personas. */
export type ScenarioName = 'verify' | 'business' | 'payment'

export interface Scenario {
  readonly name: ScenarioName
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly status: number
  /** A fresh body per request where the request must be new each time. */
  body?(): string
  headers?(): Readonly<Record<string, string>>
}

let serial = 0
const run = Date.now().toString(36)

export const scenarios: readonly Scenario[] = [
  {
    name: 'verify',
    method: 'POST',
    path: '/v1/identity-verifications',
    status: 200,
    body: () =>
      JSON.stringify({
        subject: {
          personalId: '015185000011',
          fullName: 'Nguyễn Thị Hoà',
          dateOfBirth: '1985-03-07',
          gender: 'female',
        },
        purpose: { procedureCode: '2.000635', dossierCode: 'H38.17-261123-0007', officerId: '015080000123' },
      }),
  },
  { name: 'business', method: 'GET', path: '/v1/businesses/9900123459', status: 200 },
  {
    name: 'payment',
    method: 'POST',
    path: '/v1/payments',
    status: 201,
    headers: () => ({ 'idempotency-key': `bench-${run}-${serial}` }),
    body: () => {
      serial += 1
      const dossierCode = `H38.17-${run}-${serial}`
      return JSON.stringify({
        reference: `${dossierCode}:P01`,
        dossierCode,
        procedureCode: '2.000635',
        procedureName: 'Cấp bản sao trích lục hộ tịch',
        payer: { fullName: 'Nguyễn Thị Hoà', personalId: '015185000011', address: 'Lào Cai' },
        lines: [{ code: 'P01', name: 'Phí cấp bản sao trích lục hộ tịch', kind: 'phi', amount: 50_000 }],
        collectingUnit: 'H38.17',
        returnUrl: 'https://one-stop.example/return',
      })
    },
  },
]
