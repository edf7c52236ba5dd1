/** Eigenvalues as a strip of Braille over [−1, 1]: the higher, the more of them lie there. */
import { Canvas } from './canvas.ts'

/** A strip of `height` rows with its axis below, `width` cells wide; beyond [−1, 1] if there are eigenvalues. */
export function drawEigenvalues(values: Float64Array, width: number, height: number): string {
  const low = values.reduce((least, value) => Math.min(least, value), -1)
  const high = values.reduce((most, value) => Math.max(most, value), 1)
  const bins = new Int32Array(2 * width)
  for (const value of values) bins[Math.round(((value - low) / (high - low)) * (bins.length - 1))]!++
  const most = bins.reduce((found, number) => Math.max(found, number), 1)
  const canvas = new Canvas(width, height)
  bins.forEach((number, x) => {
    const dots = Math.ceil((number / most) * 4 * height)
    for (let y = 4 * height - dots; y < 4 * height; y++) canvas.point(x, y)
  })
  const [left, right] = [label(low), label(high)]
  const zero = Math.round((-low / (high - low)) * (width - 1))
  const axis = Array.from({ length: width }, (_, x) =>
    x === 0 ? '├' : x === width - 1 ? '┤' : x === zero ? '┼' : '─'
  )
  const labels = `${`${left.padEnd(zero)}0`.padEnd(width - right.length)}${right}`
  return [canvas.toString(), axis.join(''), labels].join('\n').replace(/^(?:[^\S\n]*\n)+/, '')
}

const label = (value: number): string => Number(value.toPrecision(3)).toString().replace('-', '−')
