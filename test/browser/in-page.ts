/**
 * What can be wrong with a page as it is shown. Each of these runs within the page and needs nothing around it; all but the last list
 * faults, a line each.
 */

/** Text that cannot be told from what is behind it: a contrast below 4.5 (WCAG 2.2, 1.4.3). */
export function faintText(): string[] {
  type Colour = readonly [red: number, green: number, blue: number, alpha: number]
  const colourOf = (text: string): Colour => {
    const [red = 0, green = 0, blue = 0, alpha = 1] = (text.match(/[\d.]+/g) ?? ['0', '0', '0', '0']).map(
      Number
    )
    return [red, green, blue, alpha]
  }
  const linear = (part: number): number =>
    part <= 10.31 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4
  const luminance = ([red, green, blue]: Colour): number =>
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  const backgroundOf = (element: Element): Colour => {
    const shape =
      element instanceof SVGTextElement
        ? element.closest('g')?.querySelector(':scope > circle, :scope > rect')
        : null
    const fill = colourOf(shape ? getComputedStyle(shape).fill : 'none')
    if (fill[3] > 0 && shape) return fill
    for (let at: Element | null = element; at !== null; at = at.parentElement) {
      const colour = colourOf(getComputedStyle(at).backgroundColor)
      if (colour[3] > 0) return colour
    }
    return [255, 255, 255, 1]
  }
  const faults = new Set<string>()
  for (const element of document.body.querySelectorAll('*')) {
    const own = [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE)
    const text = own
      .map(({ textContent }) => textContent ?? '')
      .join('')
      .trim()
    if (text === '' || element.getClientRects().length === 0 || element.tagName === 'title') continue
    const style = getComputedStyle(element)
    const [ink, ground] = [
      colourOf(element instanceof SVGElement ? style.fill : style.color),
      backgroundOf(element)
    ].map(luminance) as [number, number]
    const contrast = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05)
    if (contrast < 4.5)
      faults.add(
        `<${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}"> "${text.slice(0, 40)}": ${contrast.toFixed(2)}`
      )
  }
  return [...faults]
}

/** What sticks out of the page at the right, or makes it scroll sideways; what is within a box that scrolls may. */
export function sidewaysParts(): string[] {
  const width = document.documentElement.clientWidth
  const faults: string[] = []
  if (document.documentElement.scrollWidth > width) {
    faults.push(`the page is ${document.documentElement.scrollWidth} wide, the screen ${width}`)
  }
  const isInBox = (element: Element): boolean => {
    for (let at = element.parentElement; at !== null; at = at.parentElement) {
      if (['auto', 'scroll'].includes(getComputedStyle(at).overflowX)) return true
    }
    return false
  }
  for (const element of document.body.querySelectorAll('*')) {
    const { right, left } = element.getBoundingClientRect()
    if ((right > width + 1 || left < -1) && !isInBox(element)) {
      faults.push(
        `<${element.tagName.toLowerCase()}> from ${left.toFixed()} to ${right.toFixed()} of ${width}`
      )
    }
  }
  return faults
}

/** Drawings without a size or out of shape, and text of theirs that leaves them or lies on other text. */
export function spoiltDrawings(): string[] {
  const faults: string[] = []
  for (const [number, svg] of [...document.querySelectorAll('svg')].entries()) {
    const name = `svg ${number}`
    const box = svg.getBoundingClientRect()
    const view = svg.viewBox.baseVal
    if (box.width < 5 || box.height < 5) {
      faults.push(`${name} is ${box.width} × ${box.height}`)
      continue
    }
    if (Math.abs(box.width / box.height / (view.width / view.height) - 1) > 0.02) {
      faults.push(`${name} is ${box.width} × ${box.height}, and drawn for ${view.width} × ${view.height}`)
    }
    const texts = [...svg.querySelectorAll('text')]
      .map(text => ({ said: text.textContent ?? '', at: text.getBoundingClientRect() }))
      .filter(({ said }) => said.trim() !== '')
    for (const [k, { said, at }] of texts.entries()) {
      if (
        at.left < box.left - 1 ||
        at.right > box.right + 1 ||
        at.top < box.top - 1 ||
        at.bottom > box.bottom + 1
      ) {
        faults.push(`${name}: "${said}" lies outside`)
      }
      for (const other of texts.slice(k + 1)) {
        const across = Math.min(at.right, other.at.right) - Math.max(at.left, other.at.left)
        const down = Math.min(at.bottom, other.at.bottom) - Math.max(at.top, other.at.top)
        if (across > 0.5 && down > 0.5) faults.push(`${name}: "${said}" lies on "${other.said}"`)
      }
    }
  }
  return faults
}

/** Tables of which a part can be seen only by moving them. */
export function hiddenTables(): string[] {
  return [...document.querySelectorAll('.scroll')]
    .filter(each => each.scrollWidth > each.clientWidth)
    .map(each => `${each.previousElementSibling?.textContent}: ${each.scrollWidth} in ${each.clientWidth}`)
}

/** Everything that is shown, and where. */
export function layoutOf(): string[] {
  return [...document.body.querySelectorAll('*')].map(element => {
    const { x, y, width, height } = element.getBoundingClientRect()
    const text = element.childElementCount === 0 ? element.textContent : ''
    return `${element.tagName} ${[x, y, width, height].map(Math.round).join(' ')} ${text}`
  })
}
