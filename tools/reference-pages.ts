/** `docs/reference`: pages for people, made from the declarations the program itself runs by. */
import type { GeneratedFile } from '#http/generated-files.ts'
import { configurationPage } from './reference/configuration.ts'
import { problemsPage } from './reference/problems.ts'
import { statesPage } from './reference/states.ts'

export const referencePages = (): readonly GeneratedFile[] => [
  { path: 'docs/reference/configuration.md', text: configurationPage() },
  { path: 'docs/reference/problems.md', text: problemsPage() },
  { path: 'docs/reference/states.md', text: statesPage() },
]
