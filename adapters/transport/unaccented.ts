/** Vietnamese text for systems that take no accents. One way only: nothing is ever compared with what comes out. */

/** Letters without tone and vowel marks; Đ, and the Icelandic Ð often typed for it, become D. */
export function unaccented(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[ĐÐ]/g, 'D').replace(/[đð]/g, 'd')
}
