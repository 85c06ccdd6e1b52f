/** Every variable of the environment, from the table the program reads them by. */
import { z } from 'zod'
import { settings, type Setting } from '#config/env.ts'
import { banner, code, table } from './markdown.ts'

export const configurationPage = (): string =>
  `${banner('src/config/env.ts')}# Environment variables

All of them are read before anything starts, and one failed start names every mistake. An empty value counts as not set. Secrets are never among them: they
are files, which \`CONFIG_FILE\` names. What that file holds is shown in [the guide](../guides/configuration.md); \`lienthong config\` prints these
variables as they stand, \`lienthong config --check\` judges both. \`npm start\` is \`MODE=sandbox\` unless told otherwise.

${table(['variable', 'default', 'values', 'meaning'], settings.map(rowOf))}`

const rowOf = ({ name, fallback, schema, meaning }: Setting): readonly string[] => [
  code(name),
  fallback === undefined ? '' : code(fallback),
  valuesOf(schema),
  meaning,
]

/** What zod says about a value, in words. */
function valuesOf(schema: z.ZodType): string {
  const { enum: choices, type, minimum, maximum, format, pattern } = z.toJSONSchema(schema, { io: 'input' })
  if (choices !== undefined) return choices.map((choice) => code(String(choice))).join(', ')
  if (type === 'integer') return `${String(minimum)} to ${String(maximum)}`
  if (pattern !== undefined) return `text, ${code(pattern.replaceAll(String.raw`\/`, '/'))}`
  return format === 'uri' ? 'a URL' : 'text'
}
