import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { KEY_NAMES } from '../../src/experiment/keys.ts'
import { jsonSchema } from '../../src/experiment/write-schema.ts'
import { topologies } from '../../topologies/index.ts'

const file = new URL('../../src/experiment/experiment.schema.json', import.meta.url)

describe('the JSON schema', () => {
  test('is current (else: npm run generate)', () => {
    expect(readFileSync(file, 'utf8')).toBe(jsonSchema())
  })

  test('describes every key, requires none and allows no other', () => {
    const { properties, required, additionalProperties } = JSON.parse(jsonSchema())
    expect(Object.keys(properties)).toEqual(KEY_NAMES)
    for (const property of Object.values(properties)) expect(property).toHaveProperty('description')
    expect(required).toBe(undefined)
    expect(additionalProperties).toBe(false)
  })

  test('knows a named thing by its name, by its name with options, and as an object with the options of its family', () => {
    const { anyOf } = JSON.parse(jsonSchema()).definitions.topology
    const names = Object.keys(topologies)
    expect(anyOf[0].enum).toEqual(names)
    const pattern = new RegExp(anyOf[1].pattern)
    expect(names.filter(name => !pattern.test(`${name}:a=1`))).toEqual([])
    expect(pattern.test('rng:a=1')).toBe(false)
    const regular = anyOf.find(
      (each: { properties?: { name: { const: string } } }) => each.properties?.name.const === 'random-regular'
    )
    expect(regular.properties.degree).toMatchObject({ type: 'integer', minimum: 1, default: 4 })
    expect(regular.required).toEqual(['name'])
  })

  test('knows a number where it stands for a name', () => {
    const { properties, definitions } = JSON.parse(jsonSchema())
    const { loss, delayMs } = properties
    for (const { anyOf } of [loss, delayMs]) expect(anyOf).toContainEqual({ type: 'number' })
    expect(definitions.topology.anyOf).not.toContainEqual({ type: 'number' })
  })

  test('allows names that are not ours, in text and as an object, only where files of the user are used', () => {
    const { if: condition, then: used, else: without } = JSON.parse(jsonSchema())
    expect(condition).toEqual({ required: ['use'] })
    expect(without.properties.topology).toEqual({ $ref: '#/definitions/topology' })
    const [ours, text, object] = used.properties.topology.anyOf
    expect(ours).toEqual(without.properties.topology)
    const isOurs = new RegExp(text.not.pattern)
    const names = Object.keys(topologies)
    expect(names.filter(name => !isOurs.test(name) || !isOurs.test(`${name}:a=1`))).toEqual([])
    expect(['moebius-ladder', 'ringlet', 'my-ring:a=1'].filter(name => isOurs.test(name))).toEqual([])
    expect(object.properties.name.not.enum).toEqual(names)
  })

  test('knows faults by their path, by every event, and by null', () => {
    const { anyOf } = JSON.parse(jsonSchema()).properties.faults
    const [path, faults, none] = [anyOf[0].anyOf[0], anyOf[0].anyOf[1], anyOf[1]]
    expect(path.type).toBe('string')
    expect(none.type).toBe('null')
    expect(Object.keys(faults.properties)).toEqual([
      'loss',
      'delayMs',
      'duplicates',
      'reordering',
      'links',
      'events'
    ])
    const kinds = faults.properties.events.items.anyOf.map((each: { required: string[] }) => each.required[1])
    expect(kinds).toEqual([
      'stop',
      'return',
      'join',
      'cut',
      'heal',
      'partition',
      'slow',
      'loss',
      'delayMs',
      'duplicates',
      'reordering'
    ])
  })
})
