// How large a file is, for people.

import { locale, t } from '../../lib/tongue.svelte'

/** `812 bytes`, `4.1 kB`, `2.3 MB` */
export function size(bytes: number, language: string = locale()): string {
  if (bytes < 1000) return t('{count} bytes', { count: bytes })
  const [value, unit] = bytes < 999_950 ? [bytes / 1000, 'kB'] : [bytes / 1_000_000, 'MB']
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: value >= 100 ? 0 : 1 }).format(value)
  return `${number} ${unit}`
}
