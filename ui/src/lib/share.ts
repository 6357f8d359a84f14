// What was told again as it was: it stays the same object, so that nothing that shows it has anything to do.

/** `now`, with everything in it that equals what stood at its place in `before` taken from there. */
export function share<T>(before: unknown, now: T): T {
  if (Object.is(before, now) || typeof before !== 'object' || typeof now !== 'object' || before === null || now === null) return now
  if (Array.isArray(now)) return Array.isArray(before) ? (list(before, now) as T) : now
  return Array.isArray(before) ? now : (record(before as Record<string, unknown>, now as Record<string, unknown>) as T)
}

function record(before: Record<string, unknown>, now: Record<string, unknown>): Record<string, unknown> {
  const names = Object.keys(now)
  let same = names.length === Object.keys(before).length
  for (const name of names) {
    const one = share(before[name], now[name])
    now[name] = one
    if (one !== before[name]) same = false
  }
  return same ? before : now
}

/** Members come and go: each is compared with the one of its id, wherever that stood. */
function list(before: unknown[], now: unknown[]): unknown[] {
  let same = before.length === now.length
  for (let i = 0; i < now.length; i++) {
    const one = share(counterpart(before, now[i], i), now[i])
    now[i] = one
    if (one !== before[i]) same = false
  }
  return same ? before : now
}

const idOf = (one: unknown): unknown => (typeof one === 'object' && one !== null && 'id' in one ? one.id : undefined)

function counterpart(before: unknown[], one: unknown, at: number): unknown {
  const id = idOf(one)
  if (id === undefined || idOf(before[at]) === id) return before[at]
  return before.find((each) => idOf(each) === id)
}
