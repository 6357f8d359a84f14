// What a group may be called. Gateways count a name in UTF-16 units, which is what `length` is here.

/** The longest name. */
export const GROUP_NAME = 32

/** What is wrong with a name as it was typed; empty when nothing is. */
export function groupNameProblem(typed: string): string {
  const { length } = typed.trim()
  if (length === 0) return 'A group needs a name.'
  return length > GROUP_NAME ? `Too long by ${length - GROUP_NAME}. An emoji counts as two or more.` : ''
}
