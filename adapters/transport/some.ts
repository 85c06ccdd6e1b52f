/** A member only when there is something to say: `exactOptionalPropertyTypes` has no place for an undefined one. */
export function some<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: V })
}
