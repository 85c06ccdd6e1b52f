/** Journey 2: who is behind a business code. */
import type { Stage } from './stage.ts'

export async function businessJourney(stage: Stage): Promise<void> {
  stage.journey(
    2,
    'Look up a business',
    'Tra cứu doanh nghiệp: one shape for firms, branches, co-operatives, whatever the registry calls them.',
  )
  await stage.ask({ path: '/v1/businesses/9900123459' })
  stage.tell('A typing error is caught by the check digit, before the registry is asked:')
  await stage.ask({ path: '/v1/businesses/9900123456', show: ['status', 'code', 'detail', 'origin'] })
  stage.tell(
    'The registry answers with an HTML page and status 200, as gateways in front of it do. That is no answer, and nobody is told that the firm does not exist:',
  )
  await stage.direct('the registry breaks once', '/_sandbox/faults', {
    system: 'business_registry',
    fault: 'html-with-200',
    times: 1,
  })
  await stage.ask({ path: '/v1/businesses/9900123459', show: ['status', 'code', 'detail', 'origin', 'fate', 'retry'] })
}
