import { flushSync } from 'svelte'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { device, PROFILES } from './demo/people'
import { editing } from './editing.svelte'
import { keepEdits, keptEdits } from './unfinished.svelte'

const slow = PROFILES[2]!
const kept = new Map<string, string>()
const storage = {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
  removeItem: (key: string) => void kept.delete(key),
}
let end = () => {}

/** The window is closed, with all that it knew, and opened again. */
function again(): void {
  end()
  editing.close()
  end = keepEdits(storage)
}

beforeEach(() => {
  kept.clear()
  again()
})
afterEach(() => {
  end()
  editing.close()
})

it('keeps edits for the next window, the open ones and those that were left', () => {
  editing.open('ember', 2)
  editing.set(slow, 'seconds', 60)
  editing.open('ember', 1)
  editing.set(PROFILES[1]!, 'name', 'Dawn')
  flushSync()
  again()
  expect(editing.followLeft([device()])).toEqual([])
  expect([editing.isLeft('ember', 2), editing.isLeft('ember', 1)]).toEqual([true, true])
  editing.open('ember', 2)
  expect(editing.draft.changes).toEqual({ seconds: 60 })
  expect(editing.unsaved).toBe(true)
  editing.undo(slow)
  expect(editing.dirty).toBe(false)
})

it('keeps nothing that was saved, discarded, or is of a device that was forgotten', () => {
  editing.open('ember', 2)
  editing.set(slow, 'seconds', 60)
  flushSync()
  expect(kept.size).toBe(1)
  editing.revert()
  flushSync()
  expect(kept.size).toBe(0)
  editing.set(slow, 'seconds', 60)
  flushSync()
  again()
  // The device has it already: it was on its way when the window was closed.
  editing.followLeft([device({ profiles: PROFILES.map((each) => (each.slot === 2 ? { ...each, seconds: 60 } : each)) })])
  flushSync()
  expect(kept.size).toBe(0)
  editing.open('ember', 2)
  editing.set(slow, 'seconds', 75)
  flushSync()
  again()
  editing.followLeft([])
  flushSync()
  expect(kept.size).toBe(0)
})

it.each(['', 'nonsense', '{}', '[1, null]', '[{"device":"ember","slot":9,"draft":{"changes":{},"past":[]}}]', '[{"device":"ember","slot":2,"draft":{"changes":{"heat":1},"past":[]}}]', '[{"device":"ember","slot":2,"draft":{"changes":{}}}]'])(
  'takes nothing that it does not understand: %s',
  (text) => {
    kept.set('hearth.unfinished-edits', text)
    expect(keptEdits(storage)).toEqual([])
  },
)

it('does without a storage', () => {
  const none = () => {
    throw new Error('not allowed')
  }
  end()
  end = keepEdits({ getItem: none, setItem: none, removeItem: none })
  editing.open('ember', 2)
  editing.set(slow, 'seconds', 60)
  flushSync()
  expect(editing.dirty).toBe(true)
})
