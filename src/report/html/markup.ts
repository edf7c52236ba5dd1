/**
 * HTML as a tagged template. Whatever is put in is text and is escaped, unless it is markup itself, so that no name of a user can
 * become an element.
 */
import { escaped } from '../../drawing/panel.ts'

/** Text that is HTML already. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }
}

/** What a template takes; nothing stands for undefined. */
export type Content = Markup | string | number | undefined | readonly Content[]

/** As html`<b>${name}</b>`. */
export const html = (parts: TemplateStringsArray, ...contents: readonly Content[]): Markup =>
  new Markup(parts.map((part, k) => part + textOf(contents[k])).join(''))

function textOf(content: Content): string {
  if (content === undefined) return ''
  if (content instanceof Markup) return content.text
  if (typeof content === 'object') return content.map(textOf).join('')
  return escaped(String(content))
}
