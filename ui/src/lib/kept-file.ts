// Files that the companion hands to a browser: it keeps them by itself, as a download.

const TYPES: Record<string, string> = { csv: 'text/csv', json: 'application/json', png: 'image/png', zip: 'application/zip' }

/** How long the browser has to fetch it. */
const FETCHED_MS = 60_000

export function download(name: string, base64: string): void {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
  const type = TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream'
  const url = URL.createObjectURL(new Blob([bytes], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), FETCHED_MS)
}

/** `Downloads` of `/home/rowan/Downloads/hearth.csv` or `C:\…\Downloads\hearth.csv`. */
export const folderOf = (path: string): string => path.split(/[\\/]/).at(-2) || path
