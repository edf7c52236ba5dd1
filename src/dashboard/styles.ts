/**
 * How things look, by what they mean. Colours are chosen to be told apart without red and green, on dark and on light
 * ground; nothing is said by colour alone.
 */

/** Of curves that differ in nothing but whose they are. */
export const CURVE_STYLES = [
  'curve0',
  'curve1',
  'curve2',
  'curve3',
  'curve4',
  'curve5',
  'curve6',
  'curve7'
] as const

/** What a style is called. */
export const STYLES = [
  'text',
  'dim',
  'strong',
  'frame',
  /** The frame of the panel that keys go to. */
  'focus',
  'title',
  /** A key to press. */
  'key',
  /** The run itself, and its value error or return. */
  'here',
  /** Each peer alone. */
  'alone',
  /** Star federation, the server. */
  'server',
  /** Another rival, as the textbook recursion. */
  'rival',
  'consensus',
  'fixedPoint',
  /** What theory says. */
  'predicted',
  'good',
  'warning',
  'bad',
  /** Five levels of error, from small to large. */
  'level0',
  'level1',
  'level2',
  'level3',
  'level4',
  ...CURVE_STYLES
] as const
export type Style = (typeof STYLES)[number]

/** How many colours the terminal shows: none (NO_COLOR), 16, or 256. */
export type Colours = 'none' | '16' | '256'

interface Look {
  /** SGR parameters of the colour with 256 colours and with 16; none where it is the terminal's own. */
  readonly in256?: string
  readonly in16?: string
  /** 1 bold, 2 faint. */
  readonly weight?: 1 | 2
}

const LOOKS: Readonly<Record<Style, Look>> = {
  text: {},
  dim: { weight: 2 },
  strong: { weight: 1 },
  frame: { in256: '38;5;244', in16: '90' },
  focus: { in256: '38;5;39', in16: '94', weight: 1 },
  title: { weight: 1 },
  key: { in256: '38;5;39', in16: '94', weight: 1 },
  here: { in256: '38;5;39', in16: '94', weight: 1 },
  alone: { in256: '38;5;208', in16: '33' },
  server: { in256: '38;5;170', in16: '95' },
  rival: { in256: '38;5;137', in16: '31' },
  consensus: { in256: '38;5;36', in16: '36' },
  fixedPoint: { in256: '38;5;178', in16: '93' },
  predicted: { in256: '38;5;244', in16: '90' },
  good: { in256: '38;5;36', in16: '36' },
  warning: { in256: '38;5;178', in16: '93', weight: 1 },
  bad: { in256: '38;5;202', in16: '91', weight: 1 },
  level0: { in256: '38;5;33', in16: '34' },
  level1: { in256: '38;5;37', in16: '36' },
  level2: { in256: '38;5;143', in16: '37' },
  level3: { in256: '38;5;214', in16: '93' },
  level4: { in256: '38;5;202', in16: '91', weight: 1 },
  curve0: { in256: '38;5;33', in16: '94' },
  curve1: { in256: '38;5;208', in16: '33' },
  curve2: { in256: '38;5;36', in16: '36' },
  curve3: { in256: '38;5;170', in16: '95' },
  curve4: { in256: '38;5;178', in16: '93' },
  curve5: { in256: '38;5;98', in16: '35' },
  curve6: { in256: '38;5;74', in16: '96' },
  curve7: { in256: '38;5;137', in16: '90' }
}

/** `text` in this style, `inverse` or not, as SGR escape sequences that end what they begin. */
export function dressed(text: string, style: Style, inverse: boolean, colours: Colours): string {
  const { in256, in16, weight } = LOOKS[style]
  const colour = colours === '256' ? in256 : colours === '16' ? in16 : undefined
  // What is inverse is of one piece, and legible on every ground.
  const codes = inverse
    ? { opening: weight === 1 ? [1, 7] : [7], closing: weight === 1 ? [27, 22] : [27] }
    : {
        opening: [weight, colour].filter(part => part !== undefined),
        closing: [colour && 39, weight && 22].filter(part => part !== undefined)
      }
  if (codes.opening.length === 0) return text
  return `\x1b[${codes.opening.join(';')}m${text}\x1b[${codes.closing.join(';')}m`
}
