// What the person is asked over the community screen: one thing at a time.

/** Gateways, clients and services by what names them; they are looked up while they are asked about. */
export type Asking =
  | { about: 'add' }
  | { about: 'edit' | 'remove'; gateway: string }
  | { about: 'heat'; gateway: string; name: string }
  | { about: 'message'; gateway: string; uuid: string }
  | null

class Question {
  now = $state.raw<Asking>(null)

  ask(asking: Asking): void {
    this.now = asking
  }

  close = (): void => {
    this.now = null
  }
}

export const question = new Question()
