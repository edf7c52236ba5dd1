/** Every key of the dashboard, once: dispatch, the last line, help and README all read this table. */
import type { PanelName } from './view.ts'

/** What a key does; `control.ts` has the deeds. */
export type Deed =
  | 'quit'
  | 'help'
  | 'pause'
  | 'step'
  | 'stepBack'
  | 'faster'
  | 'slower'
  | 'seekBack'
  | 'seekForward'
  | 'seekFirst'
  | 'seekLast'
  | 'up'
  | 'down'
  | 'pageUp'
  | 'pageDown'
  | 'first'
  | 'last'
  | 'open'
  | 'back'
  | 'nextPanel'
  | 'previousPanel'
  | 'panel'
  | 'enlarge'
  | 'sort'
  | 'reverse'
  | 'filter'
  | 'scale'
  | 'metric'
  | 'stopPeer'
  | 'cutLink'
  | 'loss'
  | 'freeze'
  | 'write'

export interface Binding {
  readonly deed: Deed
  /** What is pressed, as it is shown; one of them is enough. Names of other keys than characters are as in `pressed.ts`. */
  readonly keys: readonly string[]
  /** A word or two, for the last line. */
  readonly short: string
  /** A sentence without its stop, for help and README. */
  readonly long: string
  /** Where it means something: in a run, over a record, or both. */
  readonly of: 'run' | 'record' | 'both'
  /** The panels whose last line shows it; every panel obeys it. */
  readonly shownIn: readonly PanelName[]
}

const EVERYWHERE: readonly PanelName[] = ['peers', 'chart', 'map', 'peer', 'log']

export const BINDINGS: readonly Binding[] = [
  {
    deed: 'pause',
    keys: ['space'],
    short: 'pause',
    long: 'pause the swarm, or go on',
    of: 'run',
    shownIn: EVERYWHERE
  },
  { deed: 'step', keys: ['n'], short: 'step', long: 'one round, then a pause', of: 'run', shownIn: [] },
  {
    deed: 'pause',
    keys: ['space'],
    short: 'play',
    long: 'play or pause the record',
    of: 'record',
    shownIn: EVERYWHERE
  },
  {
    deed: 'step',
    keys: ['n'],
    short: 'step',
    long: 'the next measured round',
    of: 'record',
    shownIn: []
  },
  {
    deed: 'stepBack',
    keys: ['b'],
    short: 'back',
    long: 'the measured round before',
    of: 'record',
    shownIn: EVERYWHERE
  },
  {
    deed: 'seekBack',
    keys: ['←'],
    short: '',
    long: 'back by a twentieth',
    of: 'record',
    shownIn: []
  },
  {
    deed: 'seekForward',
    keys: ['→'],
    short: 'seek',
    long: 'forward by a twentieth',
    of: 'record',
    shownIn: EVERYWHERE
  },
  {
    deed: 'seekFirst',
    keys: ['0'],
    short: '',
    long: 'to the first round',
    of: 'record',
    shownIn: []
  },
  {
    deed: 'seekLast',
    keys: ['$'],
    short: '',
    long: 'to the last, or follow a run that goes on',
    of: 'record',
    shownIn: []
  },
  { deed: 'slower', keys: ['-'], short: '', long: 'fewer rounds a second', of: 'both', shownIn: [] },
  {
    deed: 'faster',
    keys: ['+', '='],
    short: 'speed',
    long: 'more rounds a second',
    of: 'both',
    shownIn: EVERYWHERE
  },
  {
    deed: 'down',
    keys: ['j', '↓'],
    short: '',
    long: 'next peer, or scroll down',
    of: 'both',
    shownIn: []
  },
  {
    deed: 'up',
    keys: ['k', '↑'],
    short: 'move',
    long: 'peer before, or scroll up',
    of: 'both',
    shownIn: ['peers', 'peer', 'log']
  },
  { deed: 'pageDown', keys: ['PgDn'], short: '', long: 'a page down', of: 'both', shownIn: [] },
  { deed: 'pageUp', keys: ['PgUp'], short: '', long: 'a page up', of: 'both', shownIn: [] },
  { deed: 'first', keys: ['g', 'Home'], short: '', long: 'to the first', of: 'both', shownIn: [] },
  { deed: 'last', keys: ['G', 'End'], short: '', long: 'to the last', of: 'both', shownIn: [] },
  {
    deed: 'open',
    keys: ['enter'],
    short: 'open',
    long: 'open the selected peer',
    of: 'both',
    shownIn: ['peers', 'map']
  },
  {
    deed: 'back',
    keys: ['esc'],
    short: 'back',
    long: 'close what is open',
    of: 'both',
    shownIn: ['peer']
  },
  {
    deed: 'stopPeer',
    keys: ['x'],
    short: 'stop',
    long: 'stop the selected peer, or bring it back',
    of: 'run',
    shownIn: ['peers', 'map', 'peer']
  },
  {
    deed: 'cutLink',
    keys: ['c'],
    short: 'cut',
    long: 'cut a link of the selected peer, or heal it',
    of: 'run',
    shownIn: ['map', 'peer']
  },
  {
    deed: 'loss',
    keys: ['L'],
    short: 'loss',
    long: 'set the share of messages that are lost',
    of: 'run',
    shownIn: ['map', 'log']
  },
  {
    deed: 'sort',
    keys: ['s'],
    short: 'sort',
    long: 'sort by the next column',
    of: 'both',
    shownIn: ['peers']
  },
  { deed: 'reverse', keys: ['S'], short: '', long: 'sort the other way round', of: 'both', shownIn: [] },
  {
    deed: 'filter',
    keys: ['/'],
    short: 'filter',
    long: 'filter by number, environment or state',
    of: 'both',
    shownIn: ['peers']
  },
  {
    deed: 'nextPanel',
    keys: ['tab'],
    short: 'panel',
    long: 'the next panel',
    of: 'both',
    shownIn: EVERYWHERE
  },
  {
    deed: 'previousPanel',
    keys: ['shift-tab'],
    short: '',
    long: 'the panel before',
    of: 'both',
    shownIn: []
  },
  {
    deed: 'panel',
    keys: ['1', '2', '3', '4', '5'],
    short: '',
    long: 'the panel of that number',
    of: 'both',
    shownIn: []
  },
  {
    deed: 'enlarge',
    keys: ['e'],
    short: 'enlarge',
    long: 'give the panel the whole screen, or take it back',
    of: 'both',
    shownIn: ['chart', 'map']
  },
  {
    deed: 'scale',
    keys: ['l'],
    short: 'log/linear',
    long: 'log or linear chart',
    of: 'both',
    shownIn: ['chart']
  },
  {
    deed: 'metric',
    keys: ['m'],
    short: 'measure',
    long: 'change what the chart shows',
    of: 'both',
    shownIn: ['chart']
  },
  {
    deed: 'freeze',
    keys: ['f'],
    short: '',
    long: 'freeze the screen; the swarm goes on',
    of: 'both',
    shownIn: []
  },
  {
    deed: 'write',
    keys: ['w'],
    short: '',
    long: 'write the screen to a file',
    of: 'both',
    shownIn: []
  },
  {
    deed: 'help',
    keys: ['?'],
    short: 'help',
    long: 'all keys, and how to read the screen',
    of: 'both',
    shownIn: EVERYWHERE
  },
  {
    deed: 'quit',
    keys: ['q', 'ctrl-c'],
    short: 'quit',
    long: 'stop the run and leave its table on the screen',
    of: 'run',
    shownIn: EVERYWHERE
  },
  { deed: 'quit', keys: ['q', 'ctrl-c'], short: 'quit', long: 'leave', of: 'record', shownIn: EVERYWHERE }
]

/** The bindings of a run, or of a record. */
export const bindingsOf = (isRecord: boolean): readonly Binding[] =>
  BINDINGS.filter(({ of }) => of === 'both' || of === (isRecord ? 'record' : 'run'))
