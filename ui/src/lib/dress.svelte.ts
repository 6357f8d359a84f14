// How a page looks before anything is drawn on it: theme, accent, size of texts, movement, contrast. The window
// and the mini window wear the same. The styles obey the attributes here and the wishes of the system alike.

import { accent } from './accent'
import type { Settings, TextSize } from './contract'
import { hearth } from './state.svelte'

/** The accent changes at most once in 400 ms: lights of devices may blink. */
const ACCENT_MS = 400

export const ZOOM: Record<TextSize, number> = { small: 0.92, normal: 1, large: 1.15 }

/** Puts the settings of `Appearance` onto the page. `sized`: also the size of texts. */
export function wear(settings: Pick<Settings, 'textSize' | 'reduceMotion' | 'moreContrast'> | null, sized = true): void {
  const root = document.documentElement
  flag(root, 'motion', settings?.reduceMotion ? 'less' : null)
  flag(root, 'text', sized && settings?.textSize === 'large' ? 'large' : null)
  flag(root, 'contrast', settings?.moreContrast ? 'more' : null)
  const zoom = sized ? ZOOM[settings?.textSize ?? 'normal'] : 1
  if (zoom === 1) root.style.removeProperty('zoom')
  else root.style.setProperty('zoom', String(zoom))
  root.style.setProperty('--zoom', String(zoom))
}

function flag(root: HTMLElement, name: string, value: string | null): void {
  if (value === null) delete root.dataset[name]
  else root.dataset[name] = value
}

/** Keeps the page dressed; call it while a component starts. */
export function dress(sized = true): void {
  let light = $state.raw<string | null>(hearth.device?.led ?? null)
  let changedAt = 0
  $effect(() => {
    const next = hearth.device?.led ?? null
    const wait = Math.max(0, changedAt + ACCENT_MS - performance.now())
    const timer = setTimeout(() => {
      changedAt = performance.now()
      light = next
    }, wait)
    return () => clearTimeout(timer)
  })

  $effect(() => {
    const root = document.documentElement
    const { led, acc, arc, ink } = accent(light, hearth.ground)
    root.dataset.theme = hearth.ground
    for (const [name, value] of Object.entries({ led, acc, arc, 'acc-ink': ink })) {
      root.style.setProperty(`--${name}`, value)
    }
  })

  const worn = $derived(hearth.view?.settings ?? null)
  $effect(() => wear(worn, sized))
}
