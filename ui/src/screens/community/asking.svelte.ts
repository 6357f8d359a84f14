// What the person is asked over the community screen: one thing at a time.

/** Gateways, clients, servers and lines by what names them; they are looked up while they are asked about. */
export type Asking =
  | { about: 'add' }
  | { about: 'edit' | 'remove'; gateway: string }
  | { about: 'heat'; gateway: string; name: string }
  | { about: 'message'; gateway: string; uuid: string }
  | { about: 'new_server' | 'join_server' | 'status'; gateway: string }
  | { about: 'leave_server' | 'new_channel'; gateway: string; server: string }
  | { about: 'delete_line'; gateway: string; line: string }
  | null

class Question {
  now = $state.raw<Asking>(null)
  /** Where this person asked for one place more, those that there were, and where they were: it is opened when it is there. */
  awaits: { gateway: string; known: ReadonlySet<string>; here: string | null } | null = null
  /** What servers said that was put away, by gateway. */
  read = $state.raw<Record<string, string>>({})

  ask(asking: Asking): void {
    this.now = asking
  }

  close = (): void => {
    this.now = null
  }
}

export const question = new Question()
