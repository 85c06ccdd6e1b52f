/** Texts as portals take them. */
import { unaccented } from '#adapters/transport/unaccented.ts'

/** Unaccented printable ASCII without the separator of the platform's checksum, at most 255 characters. */
export const plainText = (text: string): string =>
  unaccented(text)
    .replace(/[^ -{}~]+/g, ' ')
    .slice(0, 255)

/** The first `length` characters as people count them: a surrogate pair is one. */
export const clip = (text: string, length: number): string =>
  text.length <= length ? text : Array.from(text).slice(0, length).join('')
