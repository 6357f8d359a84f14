// Keyboard shortcuts of the whole window. They press the same buttons that a pointer would, so a shortcut
// can do nothing that is not on screen.

import { hearth, SCREENS } from './state.svelte'

const visible = (selector: string) =>
  [...document.querySelectorAll<HTMLButtonElement>(selector)].find((button) => !button.disabled)

/** What a letter is typed into. */
const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.matches('input, textarea, select') || target.isContentEditable)

export function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented) return
  const mod = event.ctrlKey || event.metaKey
  const press = (selector: string) => {
    const button = visible(selector)
    if (!button) return
    event.preventDefault()
    button.click()
  }
  // A dialog has the keyboard to itself.
  if (document.querySelector('[role="dialog"]')) return
  // So do the first steps; a heat is stopped there, too.
  if (hearth.welcoming) {
    if (mod && event.key === 'Enter') press(hearth.heating ? '[data-test="stop-heat"]' : '[data-test="welcome-next"]')
    return
  }
  const numbered = mod && !event.altKey && !event.shiftKey ? SCREENS[Number(event.key) - 1] : undefined
  if (numbered) {
    event.preventDefault()
    hearth.go(numbered)
  } else if (mod && event.key === ',') {
    event.preventDefault()
    hearth.go('settings')
  } else if (mod && event.key === 'Enter') {
    // While a heat runs, that key stops it, whatever else there is to do.
    const elsewhere = hearth.heating ? '[data-test="stop-heat"]' : '[data-test="profile-save"]'
    press(hearth.screen === 'session' ? '[data-test="stage-primary"]' : elsewhere)
  } else if (mod && !event.shiftKey && event.key.toLowerCase() === 'j' && hearth.me) {
    event.preventDefault()
    hearth.send({ command: 'set_away', away: !hearth.me.away })
  } else if (mod && event.shiftKey && event.key.toLowerCase() === 'h' && hearth.view?.desk.window) {
    event.preventDefault()
    hearth.toggleMini()
  } else if (mod && event.shiftKey && event.key.toLowerCase() === 'c') {
    press('[data-test="copy-code"]')
  } else if (event.key === '/' && !mod && !event.altKey && !typing(event.target)) {
    const field = document.querySelector<HTMLInputElement>('[data-test="search"]')
    if (!field) return
    event.preventDefault()
    field.focus()
  } else if (event.altKey && event.key >= '1' && event.key <= '6') {
    press(`[data-test="react"]:nth-of-type(${event.key})`)
  }
}

/** Arrow keys inside a group of radios, tabs, tools or menu items: one of them is in the tab order. */
export function roving(node: HTMLElement, options: { choose?: boolean } = {}) {
  const items = () => [...node.querySelectorAll<HTMLButtonElement>('button:not([disabled])')]
  // A checked item of a menu is one of several: it is not the one that a menu begins with.
  const chosen = () => items().find((item) => item.matches('[role="radio"][aria-checked="true"], [aria-selected="true"], [aria-current="page"]'))
  function settle() {
    const current = chosen() ?? items()[0]
    for (const item of items()) item.tabIndex = item === current ? 0 : -1
  }
  function key(event: KeyboardEvent) {
    const list = items()
    const at = list.indexOf(document.activeElement as HTMLButtonElement)
    if (at < 0) return
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: -1 }
    const to = steps[event.key]
    if (to === undefined) return
    event.preventDefault()
    const item = list.at(to % list.length)
    item?.focus()
    if (options.choose) item?.click()
    settle()
    if (item && !options.choose) for (const each of list) each.tabIndex = each === item ? 0 : -1
  }
  const observer = new MutationObserver(settle)
  observer.observe(node, { subtree: true, childList: true, attributes: true, attributeFilter: ['aria-checked', 'aria-selected', 'aria-current'] })
  node.addEventListener('keydown', key)
  settle()
  return {
    destroy() {
      observer.disconnect()
      node.removeEventListener('keydown', key)
    },
  }
}
