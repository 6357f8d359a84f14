import { expect, it } from 'vitest'
import { groupNameProblem } from './group-name'

it.each(['a', ' Sunday slow burn ', 'x'.repeat(32), '🔥'.repeat(16), ` ${'x'.repeat(32)} `])('takes %j', (name) => {
  expect(groupNameProblem(name)).toBe('')
})

it('wants a name', () => {
  expect(groupNameProblem('   ')).toBe('A group needs a name.')
})

it('counts as gateways do, in UTF-16 units', () => {
  expect(groupNameProblem('x'.repeat(35))).toMatch(/^Too long by 3\./)
  expect(groupNameProblem('🔥'.repeat(17))).toMatch(/^Too long by 2\./)
})
