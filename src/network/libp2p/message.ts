import { decodeMessage, encodeMessage, message, streamMessage } from 'protons-runtime'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface Message {
  version?: number
  swarm?: Uint8Array<ArrayBuffer>
  round?: number
  hop?: number
  sender?: number
  encoding?: number
  payload?: Uint8Array<ArrayBuffer>
  receipts?: Uint8Array<ArrayBuffer>
  degree?: number
  epochs?: Uint8Array<ArrayBuffer>
  flows?: Uint8Array<ArrayBuffer>
}

let _codec: Codec<Message, Partial<Message>>

const codec = (): Codec<Message, Partial<Message>> => {
  if (_codec == null) {
    _codec = message<Message, Partial<Message>>((obj, w, opts = {}) => {
      if (opts.lengthDelimited !== false) {
        w.fork()
      }

      if (obj.version != null) {
        w.uint32(13)
        w.fixed32(obj.version)
      }

      if (obj.swarm != null) {
        w.uint32(18)
        w.bytes(obj.swarm)
      }

      if (obj.round != null) {
        w.uint32(29)
        w.fixed32(obj.round)
      }

      if (obj.hop != null) {
        w.uint32(37)
        w.fixed32(obj.hop)
      }

      if (obj.sender != null) {
        w.uint32(45)
        w.fixed32(obj.sender)
      }

      if (obj.encoding != null) {
        w.uint32(53)
        w.fixed32(obj.encoding)
      }

      if (obj.payload != null) {
        w.uint32(58)
        w.bytes(obj.payload)
      }

      if (obj.receipts != null) {
        w.uint32(66)
        w.bytes(obj.receipts)
      }

      if (obj.degree != null) {
        w.uint32(77)
        w.fixed32(obj.degree)
      }

      if (obj.epochs != null) {
        w.uint32(82)
        w.bytes(obj.epochs)
      }

      if (obj.flows != null) {
        w.uint32(90)
        w.bytes(obj.flows)
      }

      if (opts.lengthDelimited !== false) {
        w.ldelim()
      }
    }, (reader, length, opts = {}) => {
      const obj: Message = {}

      const end = length == null ? reader.len : reader.pos + length

      while (reader.pos < end) {
        const tag = reader.uint32()

        switch (tag >>> 3) {
          case 1: {
            obj.version = reader.fixed32()
            break
          }
          case 2: {
            obj.swarm = reader.bytes()
            break
          }
          case 3: {
            obj.round = reader.fixed32()
            break
          }
          case 4: {
            obj.hop = reader.fixed32()
            break
          }
          case 5: {
            obj.sender = reader.fixed32()
            break
          }
          case 6: {
            obj.encoding = reader.fixed32()
            break
          }
          case 7: {
            obj.payload = reader.bytes()
            break
          }
          case 8: {
            obj.receipts = reader.bytes()
            break
          }
          case 9: {
            obj.degree = reader.fixed32()
            break
          }
          case 10: {
            obj.epochs = reader.bytes()
            break
          }
          case 11: {
            obj.flows = reader.bytes()
            break
          }
          default: {
            reader.skipType(tag & 7)
            break
          }
        }
      }

      return obj
    }, function * (reader, length, prefix, opts = {}) {
      const end = length == null ? reader.len : reader.pos + length

      while (reader.pos < end) {
        const tag = reader.uint32()

        switch (tag >>> 3) {
          case 1: {
            yield {
              field: `${prefix}.version`,
              value: reader.fixed32()
            }
            break
          }
          case 2: {
            yield {
              field: `${prefix}.swarm`,
              value: reader.bytes()
            }
            break
          }
          case 3: {
            yield {
              field: `${prefix}.round`,
              value: reader.fixed32()
            }
            break
          }
          case 4: {
            yield {
              field: `${prefix}.hop`,
              value: reader.fixed32()
            }
            break
          }
          case 5: {
            yield {
              field: `${prefix}.sender`,
              value: reader.fixed32()
            }
            break
          }
          case 6: {
            yield {
              field: `${prefix}.encoding`,
              value: reader.fixed32()
            }
            break
          }
          case 7: {
            yield {
              field: `${prefix}.payload`,
              value: reader.bytes()
            }
            break
          }
          case 8: {
            yield {
              field: `${prefix}.receipts`,
              value: reader.bytes()
            }
            break
          }
          case 9: {
            yield {
              field: `${prefix}.degree`,
              value: reader.fixed32()
            }
            break
          }
          case 10: {
            yield {
              field: `${prefix}.epochs`,
              value: reader.bytes()
            }
            break
          }
          case 11: {
            yield {
              field: `${prefix}.flows`,
              value: reader.bytes()
            }
            break
          }
          default: {
            reader.skipType(tag & 7)
            break
          }
        }
      }
    })
  }

  return _codec
}

interface MessageVersionFieldEvent {
  field: '$.version'
  value: number
}

interface MessageSwarmFieldEvent {
  field: '$.swarm'
  value: Uint8Array<ArrayBuffer>
}

interface MessageRoundFieldEvent {
  field: '$.round'
  value: number
}

interface MessageHopFieldEvent {
  field: '$.hop'
  value: number
}

interface MessageSenderFieldEvent {
  field: '$.sender'
  value: number
}

interface MessageEncodingFieldEvent {
  field: '$.encoding'
  value: number
}

interface MessagePayloadFieldEvent {
  field: '$.payload'
  value: Uint8Array<ArrayBuffer>
}

interface MessageReceiptsFieldEvent {
  field: '$.receipts'
  value: Uint8Array<ArrayBuffer>
}

interface MessageDegreeFieldEvent {
  field: '$.degree'
  value: number
}

interface MessageEpochsFieldEvent {
  field: '$.epochs'
  value: Uint8Array<ArrayBuffer>
}

interface MessageFlowsFieldEvent {
  field: '$.flows'
  value: Uint8Array<ArrayBuffer>
}

export function encode (obj: Partial<Message>): Uint8Array<ArrayBuffer> {
  return encodeMessage(obj, codec())
}

export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Message>): Message {
  return decodeMessage(buf, codec(), opts)
}

function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Message>): Generator<MessageVersionFieldEvent | MessageSwarmFieldEvent | MessageRoundFieldEvent | MessageHopFieldEvent | MessageSenderFieldEvent | MessageEncodingFieldEvent | MessagePayloadFieldEvent | MessageReceiptsFieldEvent | MessageDegreeFieldEvent | MessageEpochsFieldEvent | MessageFlowsFieldEvent> {
  return streamMessage(buf, codec(), opts)
}
