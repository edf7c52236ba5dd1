/**
 * A program in a real terminal: a pseudo-terminal of the operating system (`script`, of util-linux), and what would be seen
 * on its screen (the emulator of xterm.js).
 */
import { type ChildProcess, spawn } from 'node:child_process'
import xterm from '@xterm/headless'

export interface TerminalOptions {
  readonly columns: number
  readonly rows: number
  readonly cwd: string
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** The shell tells its number and the exit code as titles of the window: `script` itself may wait for more keys. */
const SAY_NUMBER = 'printf "\\033]0;pid %s\\007" $$'
const SAY_CODE = 'printf "\\033]0;exit %s\\007" $?'

/** One cell of the screen: a colour is a number of the 256, or −1 for the terminal's own. */
export interface Cell {
  readonly character: string
  readonly colour: number
  readonly bold: boolean
  readonly faint: boolean
  readonly inverse: boolean
}

export class Terminal {
  readonly #screen: InstanceType<typeof xterm.Terminal>
  readonly #child: ChildProcess
  /** Everything that was written to the terminal. */
  output = ''
  /** With the exit code of the program. */
  readonly ended: Promise<number>
  #wake: () => void = () => {}
  #isOver = false
  /** Of the processes in the terminal; 0 while unknown. */
  #group = 0

  /** Starts `command`, words for a POSIX shell. */
  constructor(command: string, { columns, rows, cwd, env = {} }: TerminalOptions) {
    this.#screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 200 })
    const { CI: _, NO_COLOR: __, FORCE_COLOR: ___, VITEST: ____, NODE_ENV: _____, ...inherited } = process.env
    this.#child = spawn(
      'script',
      ['-qfec', `stty rows ${rows} cols ${columns}; ${SAY_NUMBER}; ${command}; ${SAY_CODE}`, '/dev/null'],
      {
        cwd,
        env: {
          ...inherited,
          TERM: 'xterm-256color',
          LANG: 'C.UTF-8',
          LC_ALL: 'C.UTF-8',
          SHELL: '/bin/sh',
          ...env
        },
        stdio: ['pipe', 'pipe', 'inherit']
      }
    )
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.output += text
      this.#screen.write(text, () => this.#wake())
    })
    this.ended = new Promise(resolve => {
      const end = (code: number): void => {
        this.#isOver = true
        this.#child.kill('SIGKILL')
        resolve(code)
        this.#wake()
      }
      this.#screen.onTitleChange(title => {
        this.#group = Number(/^pid (\d+)$/.exec(title)?.[1] ?? this.#group)
        const code = /^exit (\d+)$/.exec(title)?.[1]
        if (code !== undefined) end(Number(code))
      })
      this.#child.once('close', () => end(-1))
    })
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys)
  }

  /** What is seen now, a line a row. */
  get text(): string {
    const buffer = this.#screen.buffer.active
    return Array.from(
      { length: this.#screen.rows },
      (_, row) => buffer.getLine(buffer.viewportY + row)?.translateToString(true) ?? ''
    ).join('\n')
  }

  /** The cells that are seen now, row by row. */
  get cells(): Cell[][] {
    const buffer = this.#screen.buffer.active
    return Array.from({ length: this.#screen.rows }, (_, row) =>
      Array.from({ length: this.#screen.cols }, (_, column) => {
        const cell = buffer.getLine(buffer.viewportY + row)?.getCell(column)
        return {
          character: cell?.getChars() || ' ',
          colour: cell?.isFgDefault() === false ? cell.getFgColor() : -1,
          bold: (cell?.isBold() ?? 0) !== 0,
          faint: (cell?.isDim() ?? 0) !== 0,
          inverse: (cell?.isInverse() ?? 0) !== 0
        }
      })
    )
  }

  /** Whether a program has the other screen, which leaves no trace. */
  get isAlternate(): boolean {
    return this.#screen.buffer.active.type === 'alternate'
  }

  /** Resolves when the screen matches, as a text or as the function says. Throws, with the screen, if the program ends before. */
  async until(wanted: RegExp | ((screen: Terminal) => boolean)): Promise<string> {
    const isSo = typeof wanted === 'function' ? () => wanted(this) : () => wanted.test(this.text)
    while (!isSo()) {
      if (this.#isOver) throw new Error(`the program ended before ${wanted} was seen on\n${this.text}`)
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
    return this.text
  }

  /** Ends whatever still runs. */
  async close(): Promise<void> {
    if (!this.#isOver && this.#group > 0) process.kill(-this.#group, 'SIGKILL')
    else this.#child.kill('SIGKILL')
    await this.ended
    this.#screen.dispose()
  }
}
