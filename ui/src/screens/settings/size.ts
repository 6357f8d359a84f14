// How large a file is, for people.

/** `812 bytes`, `4.1 kB`, `2.3 MB` */
export function size(bytes: number, locale: string = navigator.language): string {
  const [value, unit] = bytes < 1000 ? [bytes, 'bytes'] : bytes < 999_950 ? [bytes / 1000, 'kB'] : [bytes / 1_000_000, 'MB']
  const digits = unit === 'bytes' || value >= 100 ? 0 : 1
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value)
  return `${number} ${unit === 'bytes' && bytes === 1 ? 'byte' : unit}`
}
