/** `contracts/gateway`: what is generated from the routes and the catalogue of problems, and checked in. */
import { stringify } from 'yaml'
import { describeApi } from './openapi.ts'
import { problemsOf } from './problems-of.ts'
import { isUpstreamCode } from './problem-examples.ts'
import { describeProblem, problemCodes } from './problem.ts'
import { routes } from './routes/index.ts'

export interface GeneratedFile {
  /** From the repository's root. */
  readonly path: string
  readonly text: string
}

/** The checked-in description names the origin `npm start` listens on; a running gateway names its own. */
const localOrigin = 'http://127.0.0.1:8080'

const banner = '# Generated from src/http by `npm run generate`. Do not edit.\n'

export function generatedFiles(): readonly GeneratedFile[] {
  return [
    { path: 'contracts/gateway/openapi.yaml', text: banner + yaml(describeApi(routes, localOrigin)) },
    { path: 'contracts/gateway/problems.yaml', text: banner + yaml({ problems: problemCodes.map(catalogueEntry) }) },
  ]
}

/** Readable for YAML 1.1 readers too, which take an unquoted day for a date. */
const yaml = (value: unknown): string =>
  stringify(value, { lineWidth: 120, aliasDuplicateObjects: false, compat: 'yaml-1.1' })

function catalogueEntry(code: (typeof problemCodes)[number]) {
  const { status, retry, retryAfterSeconds, title, detail, cure } = describeProblem(code)
  return {
    code,
    status,
    retry,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    page: `/docs/problems/${code}`,
    aboutUpstream: isUpstreamCode(code),
    title,
    detail,
    cure,
    operations: routes.filter((route) => problemsOf(route).includes(code)).map(({ operation }) => operation),
  }
}
