/** Fields of a request as a table, read from the generated JSON Schemas, so that the page shows what the door checks. */
import type { ApiRoute, Route } from '../define-route.ts'
import type { ApiDescription } from '../openapi.ts'
import type { Language } from '../problem.ts'
import { z } from 'zod'
import { escapeHtml, prose, type Html } from './page.ts'

/** The part of a JSON Schema the table needs. */
interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly format?: string
  readonly description?: string
  readonly 'x-description-vi'?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
}

const words = {
  vi: {
    required: 'bắt buộc',
    types: {
      string: 'chuỗi',
      integer: 'số nguyên',
      number: 'số',
      boolean: 'đúng/sai',
      object: 'đối tượng',
      array: 'danh sách',
    },
  },
  en: {
    required: 'required',
    types: {
      string: 'string',
      integer: 'integer',
      number: 'number',
      boolean: 'boolean',
      object: 'object',
      array: 'array',
    },
  },
} as const

/** Deeper than any body of the API. */
const maxDepth = 4

export function fieldTable(route: ApiRoute, description: ApiDescription, language: Language): Html {
  const operation = description.paths?.[route.path]?.[route.method === 'GET' ? 'get' : 'post']
  const requestBody = operation?.requestBody as { content?: Record<string, { schema?: Schema }> } | undefined
  const schema = requestBody?.content?.['application/json']?.schema
  if (schema === undefined) return ''
  const schemas = (description.components?.schemas ?? {}) as Readonly<Record<string, Schema>>
  return rows(schema, schemas, language, 0)
}

function rows(schema: Schema, schemas: Readonly<Record<string, Schema>>, language: Language, depth: number): Html {
  const resolved = resolve(schema, schemas)
  const target = resolved.items === undefined ? resolved : resolve(resolved.items, schemas)
  const fields = Object.entries(target.properties ?? {})
  if (fields.length === 0 || depth >= maxDepth) return ''
  const items = fields.map(([name, field]) => {
    const own = resolve(field, schemas)
    const isRequired = target.required?.includes(name) === true
    return `<li>${row(name, own, isRequired, language)}${rows(own, schemas, language, depth + 1)}</li>`
  })
  return `<ul class="fields">${items.join('')}</ul>`
}

function row(name: string, schema: Schema, isRequired: boolean, language: Language): Html {
  const { required, types } = words[language]
  const description = (language === 'vi' ? schema['x-description-vi'] : undefined) ?? schema.description
  const type = types[schema.type as keyof typeof types] ?? ''
  const values = schema.enum ?? (schema.const === undefined ? undefined : [schema.const])
  const choices =
    values === undefined ? '' : values.map((value) => `<code>${escapeHtml(String(value))}</code>`).join(' ')
  return `<code class="name">${escapeHtml(name)}</code> <small>${type}${isRequired ? ` · <em>${required}</em>` : ''}</small>${
    description === undefined ? '' : `<p>${prose(description)}</p>`
  }${choices === '' ? '' : `<p class="choices">${choices}</p>`}`
}

function resolve(schema: Schema, schemas: Readonly<Record<string, Schema>>): Schema {
  if (schema.$ref === undefined) return schema
  return schemas[schema.$ref.replace('#/components/schemas/', '')] ?? schema
}

/** Query and path parameters. */
export function parameterTable({ params, query }: Route, language: Language): Html {
  const schemas = [params, query].flatMap((schema) => (schema === undefined ? [] : [schema]))
  const items = schemas.flatMap((schema) => {
    const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema
    return Object.entries(json.properties ?? {}).map(
      ([name, field]) => `<li>${row(name, field, json.required?.includes(name) === true, language)}</li>`,
    )
  })
  return items.length === 0 ? '' : `<ul class="fields">${items.join('')}</ul>`
}
