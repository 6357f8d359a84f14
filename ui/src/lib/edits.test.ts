import { expect, it } from 'vitest'
import { device } from './demo/people'
import { editOf, profileEdit, saveLine, troubleOf } from './edits'

it('tells how far the saving is, and what became of it', () => {
  expect(saveLine({ state: 'saving', done: 2, of: 6 }, true, '')).toEqual({ tone: 'busy', text: 'Saving 3 of 6' })
  expect(saveLine({ state: 'saving', done: 6, of: 6 }, true, '').text).toBe('Saving 6 of 6')
  expect(saveLine({ state: 'saving', done: 0, of: 1 }, true, '').text).toBe('Saving')
  expect(saveLine({ state: 'failed', words: { text: 'It is heating.' } }, true, '')).toEqual({ tone: 'failed', text: 'It is heating.' })
  expect(saveLine({ state: 'saved' }, false, 'Matches the device')).toEqual({ tone: 'clean', text: 'Matches the device' })
})

it('speaks of new edits rather than of what the device kept before', () => {
  const kept = { state: 'kept' as const, words: [{ text: 'It kept 547°.' }] }
  expect(saveLine(kept, false, '').tone).toBe('kept')
  expect(saveLine(kept, true, '')).toEqual({ tone: 'dirty', text: 'Not saved yet' })
})

it('finds the change of one part', () => {
  const edited = device({
    edits: [
      { part: { part: 'profile', slot: 1 }, number: 1, state: { state: 'saved' } },
      { part: { part: 'lantern' }, number: 2, state: { state: 'failed', words: { text: 'No answer.' } } },
    ],
  })
  expect(profileEdit(edited, 1)).toBe(edited.edits[0])
  expect(profileEdit(edited, 2)).toBeUndefined()
  expect(troubleOf(editOf(edited, 'lantern')?.state)).toBe('No answer.')
  expect(troubleOf(editOf(edited, 'stealth')?.state)).toBeNull()
})
