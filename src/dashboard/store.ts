/** What is on the screen, and what changes it: news from the session, keys, time. Ink shows it; nothing here knows Ink. */
import type { Experiment } from '../experiment/schema.ts'
import type { Command, SessionNews } from '../session/protocol.ts'
import { type Effect, type Extent, press } from './control.ts'
import { Player } from './player.ts'
import type { Scene } from './scene.ts'
import { FIRST_VIEW, type View } from './view.ts'
import { Watcher } from './watcher.ts'

/** Between questions about the opened peer. */
const INSPECT_SECONDS = 0.5

/** A swarm of which nothing is heard for so long is shown anew: time passes, and it becomes slower. */
const STILL_SECONDS = 1

export interface StoreHost {
  send(command: Command): void
  leave(): void
  /** Writes the screen to a file and returns its name. */
  write(scene: Scene, view: View): string
  /** Seconds, from some origin. */
  clock(): number
}

export class Store {
  readonly #watcher: Watcher
  readonly #host: StoreHost
  readonly #player = new Player()
  #view = FIRST_VIEW
  #scene: Scene
  /** Something was told since the scene was made. */
  #isStale = false
  /** When the scene was made. */
  #madeAt: number
  /** A command was sent, and what became of it was not told yet. */
  #isAwaiting = false
  #askedAt = Number.NEGATIVE_INFINITY
  #askedFor = ''

  constructor(experiment: Experiment, isRecord: boolean, host: StoreHost) {
    this.#watcher = new Watcher(experiment, isRecord)
    this.#host = host
    this.#madeAt = host.clock()
    this.#scene = this.#watcher.scene(this.#madeAt)
  }

  get scene(): Scene {
    return this.#scene
  }

  get view(): View {
    return this.#view
  }

  /** Returns whether it is what the user waits for. */
  hear(news: SessionNews): boolean {
    this.#watcher.hear(news, this.#host.clock())
    this.#isStale = true
    const isAnswer = this.#isAnswer(news)
    if (isAnswer) this.#isAwaiting = false
    return isAnswer
  }

  note(text: string): void {
    this.#watcher.note(text)
    this.#isStale = true
  }

  end(status: 'finished' | 'interrupted' | 'target-missed'): void {
    this.#watcher.end(status)
    this.#isStale = true
  }

  /** To be called now and then; returns whether there is something new to show. */
  tick(): boolean {
    this.#inspect()
    const seconds = this.#host.clock()
    const isOld = this.#scene.status === 'running' && seconds - this.#madeAt >= STILL_SECONDS
    if (this.#view.isFrozen || !(this.#isStale || isOld)) return false
    this.#isStale = false
    this.#madeAt = seconds
    this.#scene = this.#watcher.scene(seconds)
    this.#play(seconds)
    return true
  }

  /** To be called often while the opened peer is to be seen: moves its episode on; returns whether it looks other than before. */
  move(): boolean {
    if (this.#view.isFrozen) return false
    const before = this.#scene.opened.playing
    this.#play(this.#host.clock())
    const { playing } = this.#scene.opened
    return playing?.frame !== before?.frame || playing?.episode !== before?.episode
  }

  #play(seconds: number): void {
    const { opened } = this.#scene
    const playing = this.#player.at(opened.here, seconds)
    if (playing !== undefined || opened.playing !== undefined)
      this.#scene = { ...this.#scene, opened: { ...opened, playing } }
  }

  press(key: string, extent: Extent): void {
    const { view, effects } = press(key, this.#scene, this.#view, extent)
    if (this.#view.isFrozen && !view.isFrozen) this.#isStale = true
    this.#view = view
    for (const effect of effects) this.#do(effect)
    this.#inspect()
  }

  #isAnswer(news: SessionNews): boolean {
    if (news.kind !== 'inspected') return this.#isAwaiting && news.kind === 'observed'
    const { selected } = this.#view
    const { experiment, opened } = this.#scene
    return (
      news.aggregation === experiment.aggregation &&
      news.report.peer === selected &&
      opened.here?.report.peer !== selected
    )
  }

  #do(effect: Effect): void {
    if (effect.kind === 'send') {
      this.#isAwaiting = true
      this.#host.send(effect.command)
    } else if (effect.kind === 'leave') this.#host.leave()
    else this.note(this.#host.write(this.#scene, this.#view))
  }

  /** Asks for the selected peer where it may have changed. */
  #inspect(): void {
    const { selected } = this.#view
    const { now, status, comparison, experiment } = this.#scene
    if (now === undefined || selected >= experiment.peers) return
    const question = `${selected} ${now.round} ${comparison?.round} ${status}`
    const isOther = !this.#askedFor.startsWith(`${selected} `)
    if (question === this.#askedFor) return
    if (!isOther && this.#host.clock() - this.#askedAt < INSPECT_SECONDS) return
    this.#askedFor = question
    this.#askedAt = this.#host.clock()
    this.#host.send({ kind: 'inspect', peer: selected })
  }
}
