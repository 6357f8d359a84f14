// Somebody who has a keyboard and no mouse, and looks at every stop where the focus is.

/** More stops than any screen has: what is not reached by then is not reached at all. */
const FARTHEST = 120

export class Hands {
  presses = 0
  stops = 0
  #unseen = new Map()

  constructor(page) {
    this.page = page
  }

  /** Presses a key once. */
  async press(key) {
    this.presses += 1
    await this.page.keyboard.press(key)
  }

  /** Tab, until the focus is at `selector`. */
  tabTo(selector) {
    return this.#walk(selector, 'Tab')
  }

  /** An arrow key, until the focus is at `selector`. */
  arrowTo(selector, key) {
    return this.#walk(selector, key)
  }

  /** Goes on, so that the last stop is compared as well. */
  async leave() {
    await this.press('Tab')
    await this.#look()
  }

  /** The stops at which nothing told where the focus was. */
  unseen() {
    return [...this.#unseen].map(([stop, why]) => `${stop}: ${why}`)
  }

  async #walk(selector, key) {
    for (let far = 0; far <= FARTHEST; far += 1) {
      if (await this.page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return
      await this.press(key)
      await this.#look()
    }
    throw new Error(`${key} does not lead to ${selector}`)
  }

  async #look() {
    const { stop, why, before } = await this.page.evaluate(see)
    if (before) this.#unseen.set(before, 'looks the same without the focus')
    if (!stop) return
    this.stops += 1
    if (why) this.#unseen.set(stop, why)
  }
}

// Runs in the page: what has the focus now, why it cannot be seen, and whether the stop `before` it looks as it did.
function see() {
  const look = (element) => {
    const marks = []
    for (let e = element, depth = 0; e && depth < 3; e = e.parentElement, depth += 1) {
      const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor } = getComputedStyle(e)
      marks.push(outlineStyle === 'none' ? 'none' : `${outlineStyle} ${outlineWidth} ${outlineColor}`, boxShadow, borderColor)
    }
    return marks.join(' | ')
  }
  const name = (element) => {
    const test = element.dataset.test ? `[data-test=${element.dataset.test}]` : [...element.classList].map((each) => `.${each}`).join('')
    return element.tagName.toLowerCase() + test
  }
  const last = window.lastStop
  const before = last && last.element.isConnected && last.element !== document.activeElement && look(last.element) === last.look ? name(last.element) : null
  const element = document.activeElement
  if (!element || element === document.body) {
    window.lastStop = null
    return { stop: null, before }
  }
  window.lastStop = { element, look: look(element) }
  const box = element.getBoundingClientRect()
  const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1)
  const y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1)
  const inside = box.width > 0 && box.height > 0 && box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight
  const top = document.elementFromPoint(x, y)
  const why = !inside
    ? 'out of sight'
    : !element.matches(':focus-visible')
      ? 'has no :focus-visible'
      : top && !element.contains(top) && !top.contains(element)
        ? `under ${name(top)}`
        : null
  return { stop: name(element), why, before }
}
