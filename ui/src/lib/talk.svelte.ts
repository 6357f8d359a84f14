// Push to talk: what is held, in this window, to be heard. A key that is held when the window loses the focus, or when
// talking so ends, is let go: a microphone never stays open because nobody saw the key come up.

import { hearth } from './state.svelte'

/** Held to be heard. Where letters are typed it is held with Alt. */
export const TALK_KEY = 'V'

class Talk {
  /** The physical key that is held. */
  #key: string | null = null
  #told = false

  /** There is something to hold. */
  get offered(): boolean {
    const { voice } = hearth
    return voice?.stage.stage === 'in' && voice.talk.talk === 'push' && !voice.muted && !voice.deafened
  }

  hold(held: boolean): void {
    if (held === this.#told || (held && !this.offered)) return
    this.#told = held
    hearth.send({ command: 'hold_to_talk', held })
  }

  /** Everything is let go. */
  release(): void {
    this.#key = null
    this.hold(false)
  }

  readonly down = (event: KeyboardEvent): void => {
    if (this.#key !== null) {
      // Repeats of the key that is held are nothing to type.
      if (event.code === this.#key) event.preventDefault()
      return
    }
    if (event.repeat || event.ctrlKey || event.metaKey || !isTalkKey(event) || !this.offered) return
    if (!event.altKey && (event.shiftKey || isTyping(event.target))) return
    event.preventDefault()
    this.#key = event.code
    this.hold(true)
  }

  readonly up = (event: KeyboardEvent): void => {
    if (event.code !== this.#key) return
    event.preventDefault()
    this.release()
  }
}

/** With Alt, some systems make another letter of it. */
const isTalkKey = (event: KeyboardEvent) => event.key.toUpperCase() === TALK_KEY || (event.altKey && event.code === `Key${TALK_KEY}`)

const isTyping = (target: EventTarget | null) => target instanceof HTMLElement && (target.matches('input:not([type="range"]), textarea, select') || target.isContentEditable)

export const talk = new Talk()
