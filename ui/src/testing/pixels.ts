// What a document without pixels lacks and the window asks for as soon as it is imported.

/** A document has no size and no media; the window asks for them as soon as it is imported. */
export const media = { width: 1120 }
const listeners = new Set<(event: Event) => void>()

/** Makes the window that is open wider or narrower. */
export function resize(width: number): void {
  media.width = width
  for (const heard of [...listeners]) heard(new Event('change'))
}
globalThis.matchMedia = ((query: string) => ({
  get matches() {
    const low = Number(/min-width: (\d+)px/.exec(query)?.[1] ?? 0)
    const high = Number(/max-width: (\d+)px/.exec(query)?.[1] ?? Infinity)
    return /width/.test(query) && media.width >= low && media.width <= high
  },
  addEventListener: (_: string, heard: (event: Event) => void) => listeners.add(heard),
  removeEventListener: (_: string, heard: (event: Event) => void) => listeners.delete(heard),
})) as unknown as typeof matchMedia
globalThis.ResizeObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
}
