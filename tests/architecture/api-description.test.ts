import { readFileSync } from 'node:fs'
import { globSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { scopes } from '#domain/principal.ts'
import type { Route } from '#http/define-route.ts'
import { generatedFiles } from '#http/generated-files.ts'
import { describeApi } from '#http/openapi.ts'
import { problemsOf } from '#http/problems-of.ts'
import { describeProblem, problemCodes, type ProblemCode } from '#http/problem.ts'
import { routes } from '#http/routes/index.ts'

const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

describe('the checked-in API description', () => {
  it.each(generatedFiles())('$path is what `npm run generate` would write', ({ path, text }) => {
    expect(readFileSync(path, 'utf8') === text, 'stale: run npm run generate').toBe(true)
  })

  it('means the same to a YAML reader', () => {
    const document = parse(readFileSync('contracts/gateway/openapi.yaml', 'utf8'))
    expect(document).toEqual(JSON.parse(JSON.stringify(describeApi(routes, 'http://127.0.0.1:8080'))))
  })

  it('refers only to what it holds', () => {
    const document = describeApi(routes, 'http://gateway.example')
    for (const [, kind = '', name = ''] of JSON.stringify(document).matchAll(
      /"\$ref":"#\/components\/(\w+)\/(\w+)"/g,
    )) {
      expect(document.components?.[kind as 'schemas']?.[name], `${kind}/${name}`).toBeDefined()
    }
  })
})

describe('an operation', () => {
  const files = globSync('src/http/routes/*/*.ts')
  const texts = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]))

  it.each(routes.map((route) => [route.operation, route] as const))(
    '%s has its own file of that name',
    (operation, route) => {
      const own = files.filter((file) => basename(file, '.ts') === kebab(operation))
      expect(own).toHaveLength(1)
      expect(own[0]).toContain(`/${route.tag}/`)
      expect(texts.get(own[0] ?? '')).toContain(`export const ${operation} = define`)
    },
  )

  it('is never declared and then forgotten', () => {
    const declared = [...texts.values()].flatMap((text) =>
      [...text.matchAll(/operation: '(\w+)'/g)].map(([, name]) => name),
    )
    expect(new Set(declared)).toEqual(new Set(routes.map(({ operation }) => operation)))
  })

  it('has a path and a method of its own', () => {
    const names = routes.map(({ method, path }) => `${method} ${path}`)
    expect(new Set(names).size).toBe(names.length)
  })

  it('of the API asks for a scope that exists; money asks for a key', () => {
    for (const route of routes) {
      if (route.kind !== 'api') continue
      expect(scopes).toContain(route.scope)
      if (route.method === 'POST') expect(route.idempotency).not.toBe('none')
      if (route.path.startsWith('/v1/payments') && route.method === 'POST') expect(route.idempotency).toBe('required')
    }
  })

  it('puts no personal data into a path or a query', () => {
    const names = routes.flatMap(({ path, query }) => [
      path,
      ...Object.keys((query as { shape?: object })?.shape ?? {}),
    ])
    expect(names.join(' ')).not.toMatch(/personalId|fullName|cccd|cmnd|birth/i)
  })
})

describe('a problem', () => {
  /** Answered where no operation is: the entrance, and the two fallbacks of the router. */
  const withoutOperation: readonly ProblemCode[] = ['route_not_found', 'method_not_allowed']
  /** Belongs to manners of operations that answer personal data; none of them is here yet. */
  const later: readonly ProblemCode[] = ['idempotency_not_supported']
  const documented = new Set(routes.flatMap((route: Route) => problemsOf(route)))

  it.each(problemCodes)('%s is documented by an operation, or belongs to none', (code) => {
    if (later.includes(code)) expect(documented.has(code), 'take it off the list').toBe(false)
    else expect(documented.has(code) || withoutOperation.includes(code)).toBe(true)
  })

  it.each(problemCodes)('%s has words in both languages, in official tone and NFC', (code) => {
    const { title, detail, cure } = describeProblem(code)
    for (const text of [title, detail, cure]) {
      for (const words of [text.vi, text.en]) {
        expect(words.length).toBeGreaterThan(10)
        expect(words).toBe(words.normalize('NFC'))
      }
      expect(text.vi).not.toBe(text.en)
    }
    for (const words of [detail, cure]) expect(words.vi).toMatch(/[.]$/)
  })

  it('is thrown somewhere, or the catalogue describes what cannot happen', () => {
    const sources = globSync('{src,adapters}/**/*.ts')
      .filter(
        (file) =>
          !file.startsWith('src/http/problem') &&
          !file.startsWith('src/http/upstream') &&
          !file.endsWith('src/domain/errors.ts'),
      )
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n')
    // A route's list of its problems is a claim, not a throw.
    const code = sources.replaceAll(/problems: \[[^\]]*\]/g, '')
    expect(problemCodes.filter((each) => !code.includes(`'${each}'`))).toEqual([])
  })
})

describe('the product', () => {
  it('never reads the invented people and firms', () => {
    const readers = globSync('{src,adapters}/**/*.ts').filter((file) =>
      /contracts\/personas|personas\//.test(readFileSync(file, 'utf8')),
    )
    expect(readers).toEqual([])
  })
})
