import { expect, it } from 'vitest'
import { isCommon, keyName, keysOf, pressed } from './shortcut'

const NONE = { ctrlKey: false, altKey: false, shiftKey: false, metaKey: false }

it('waits for a key while others are held', () => {
  expect(pressed({ ...NONE, code: 'ControlLeft', ctrlKey: true })).toEqual({ held: ['Ctrl'] })
  expect(pressed({ ...NONE, code: 'AltRight', ctrlKey: true, altKey: true })).toEqual({ held: ['Ctrl', 'Alt'] })
})

it.each([
  [{ code: 'KeyH', ctrlKey: true, altKey: true }, 'Ctrl+Alt+H'],
  [{ code: 'Digit3', metaKey: true, shiftKey: true }, 'Shift+Super+3'],
  [{ code: 'F8' }, 'F8'],
  [{ code: 'ArrowUp', altKey: true }, 'Alt+Up'],
])('writes %j as %s', (event, shortcut) => {
  expect(pressed({ ...NONE, ...event })).toEqual({ shortcut })
})

it('takes no key away from other programs', () => {
  expect(pressed({ ...NONE, code: 'KeyH' })).toEqual({ alone: 'H' })
  expect(pressed({ ...NONE, code: 'Space', shiftKey: true })).toEqual({ alone: 'Shift+Space' })
})

it('goes by the place of a key, not by its letter, and leaves out what cannot be registered', () => {
  expect(keyName('KeyZ')).toBe('Z')
  expect(keyName('F24')).toBe('F24')
  expect(['F25', 'CapsLock', 'Process', ''].map(keyName)).toEqual([null, null, null, null])
  expect(pressed({ ...NONE, code: 'AudioVolumeUp', ctrlKey: true })).toEqual({ unknown: true })
})

it('knows what other programs are likely to use', () => {
  expect(['Ctrl+C', 'Ctrl+Shift+T', 'Alt+1'].map(isCommon)).toEqual([true, true, true])
  expect(['Ctrl+Alt+H', 'F8', 'Ctrl+F5', 'Alt+Up'].map(isCommon)).toEqual([false, false, false, false])
})

it('shows keys by the names on the keyboard', () => {
  expect(keysOf('Ctrl+Alt+H', false)).toEqual(['Ctrl', 'Alt', 'H'])
  expect(keysOf('Ctrl+Super+H', true)).toEqual(['⌃', '⌘', 'H'])
})
