// What is shown, put together from what Hearth says. Times that Hearth sends as durations become moments of
// this page's own clock.

import type { OverlayMember, OverlayMessage, OverlayView, Trail } from './contract'
import { beat } from './beat.svelte'

/** Between two points of a curve, ms. */
const STEP_MS = 250
/** The longest countdown that is shown, seconds. */
const LONGEST_COUNT = 30
/** Points of one curve; when there are more, every other one goes. */
const LONGEST = 1200

/** A member, and when what it says was true. */
export interface Shown extends OverlayMember {
  at: number
}

export class Show {
  view = $state.raw<OverlayView | null>(null)
  members = $state.raw<Shown[]>([])
  trails = $state.raw<ReadonlyMap<number, Trail['points']>>(new Map())
  #viewAt = 0
  #beganAt = 0

  /** `now` is this page's clock, ms. */
  take(message: OverlayMessage, now: number): void {
    switch (message.type) {
      case 'hello':
        this.#whole(message.view, now)
        this.trails = new Map(message.trails.map((trail) => [trail.member, trail.points]))
        break
      case 'view':
        this.#whole(message.view, now)
        break
      case 'members': {
        const news = new Map(message.members.map((member) => [member.id, member]))
        this.members = this.members.map((old) => {
          const member = news.get(old.id)
          return member ? { ...member, at: now } : old
        })
      }
    }
    if (this.view?.stage === 'seshing') this.#trace(now)
  }

  /** ms until the devices start, in the countdown. */
  countdown(): number | null {
    const left = this.view?.countdownMs ?? null
    return left === null ? null : Math.max(0, left - (beat.now - this.#viewAt))
  }

  /** The seconds that are left, at last 3, 2 and 1, in the countdown. */
  count(): number | null {
    const left = this.countdown()
    return left === null ? null : Math.min(LONGEST_COUNT, Math.max(1, Math.ceil(left / 1000)))
  }

  /** Seconds since the sesh began, while it runs. */
  elapsed(): number | null {
    const elapsed = this.view?.elapsedS ?? null
    return elapsed === null ? null : elapsed + (beat.now - this.#viewAt) / 1000
  }

  #whole(view: OverlayView, now: number): void {
    if (view.stage === 'seshing') {
      if (this.view?.stage !== 'seshing') this.trails = new Map()
      this.#beganAt = now - (view.elapsedS ?? 0) * 1000
    }
    this.view = view
    this.members = view.members.map((member) => ({ ...member, at: now }))
    this.#viewAt = now
  }

  #trace(now: number): void {
    const ms = Math.max(0, Math.round(now - this.#beganAt))
    const trails = new Map(this.trails)
    for (const { id, celsius, away, at } of this.members) {
      if (celsius === null || away || at !== now) continue
      const points = trails.get(id) ?? []
      const last = points.at(-1)
      if (last && ms < last[0] + STEP_MS) continue
      const longer: Trail['points'] = [...points, [ms, celsius]]
      trails.set(id, longer.length > LONGEST ? longer.filter((_, i) => i % 2 === 0) : longer)
    }
    this.trails = trails
  }
}

/** Seconds left at temperature. */
export const left = (member: Shown): number | null =>
  member.leftS === null ? null : Math.max(0, member.leftS - (beat.now - member.at) / 1000)
