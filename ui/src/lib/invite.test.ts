import { expect, it } from 'vitest'
import { codeFrom, inviteLink } from './invite'

it.each([
  ['q7xk2m', 'q7xk2m'],
  ['  q7xk2m\n', 'q7xk2m'],
  ['Q7XK2M', 'q7xk2m'],
  ['hearth://join/q7xk2m', 'q7xk2m'],
  ['Join us: hearth://join/q7xk2m tonight', 'q7xk2m'],
  ['https://puff.social/q7xk2m', 'q7xk2m'],
  ['https://puff.social/q7xk2m/', 'q7xk2m'],
  ['https://hearth.example/join/q7xk2m?from=mail', 'q7xk2m'],
  ['https://hearth.example/?code=q7xk2m', 'q7xk2m'],
  ['friday-night', 'friday-night'],
])('finds the code in %j', (pasted, code) => {
  expect(codeFrom(pasted)).toBe(code)
})

it.each(['', '   ', 'not a code!', 'https://puff.social/', 'a-code-that-is-much-too-long', 'javascript:alert(1)', '%00'])(
  'finds none in %j',
  (pasted) => {
    expect(codeFrom(pasted)).toBeNull()
  },
)

it('reads its own links', () => {
  expect(codeFrom(inviteLink('q7xk2m'))).toBe('q7xk2m')
})
