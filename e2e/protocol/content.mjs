// Section 3: contents, as the vectors write them.
import { MAX_NUMBER, hex, refuse, unhex } from './bytes.mjs'
import { read, write } from './protobuf.mjs'

const MAX = Number(MAX_NUMBER)
const POSITIONS = ['WHOLE', 'FIRST', 'MIDDLE', 'LAST']
const invalid = () => refuse('CONTENT_INVALID')

const number = name => ({ name, type: 'number' })
const bytes = name => ({ name, type: 'bytes' })
const text = (name, most) => ({ name, type: 'text', most })
const many = (name, type, counts) => ({ name, type, repeated: true, counts })

const HEADER = { 1: text('name', Infinity), 2: bytes('value') }
const PIECE = {
  1: bytes('body'),
  2: { name: 'position', type: 'position' },
  3: number('length'),
  4: number('subject'),
  5: many('headers', HEADER, 'headers')
}
const DATA = {
  1: number('stream'),
  2: number('sequence'),
  3: { ...many('subjects', 'text', 'subjects'), most: 256 },
  4: many('pieces', PIECE, 'pieces')
}
const STREAM_ACK = {
  1: number('stream'),
  2: number('stored'),
  3: { name: 'beyond', type: 'numbers', repeated: true, each: 'control' },
  4: number('done'),
  5: { name: 'closed', type: 'flag' }
}
const SEEN = { 1: { name: 'channel', type: 'signed' }, 2: number('message') }
const ACK = {
  1: bytes('incarnation'),
  2: bytes('session'),
  3: many('streams', STREAM_ACK, 'control'),
  4: many('seen', SEEN, 'control')
}
const STREAM_CREDIT = { 1: number('stream'), 2: number('weight') }
const LANE = { 1: { name: 'writer', type: 'writer' }, 2: number('millipostPerMinute') }
const CREDIT = {
  1: bytes('incarnation'),
  2: number('weight'),
  3: many('streams', STREAM_CREDIT, 'control'),
  4: many('lanes', LANE, 'control')
}
const POSTS = { 1: { name: 'channel', type: 'signed' }, 2: number('first'), 3: number('count') }
const PIECES = { 1: number('stream'), 2: number('first'), 3: number('count') }
const NACK = { 1: bytes('incarnation'), 2: many('posts', POSTS, 'control'), 3: many('pieces', PIECES, 'control') }
const OPEN = { 1: number('stream'), 2: text('name', 256), 3: number('earlier'), 4: number('earlierEnd') }
const CLOSE = { 1: number('stream'), 2: number('sequence') }
const RESET = { 1: number('stream'), 2: number('sequence'), 3: number('weight') }
const PING = { 1: number('token') }
const PONG = { 1: bytes('incarnation'), 2: number('token') }
const ONION = { 1: text('next', 128), 2: bytes('packet') }
const KEY = { 1: text('group', 128), 2: number('epoch'), 3: bytes('key'), 4: bytes('secret') }
const REGISTER = { 1: text('topic', 128), 2: number('version'), 3: bytes('value') }
const kind = (name, type) => ({ name, type, alone: true })
const FRAME = {
  1: kind('data', DATA),
  2: kind('ack', ACK),
  3: kind('credit', CREDIT),
  4: kind('nack', NACK),
  5: kind('open', OPEN),
  6: kind('close', CLOSE),
  7: kind('reset', RESET),
  8: kind('ping', PING),
  9: kind('pong', PONG),
  13: kind('onion', ONION),
  14: kind('key', KEY),
  16: kind('register', REGISTER)
}
const CONTENT = { 1: text('sender', 128), 2: many('frames', FRAME, 'frames') }
const MOST = { frames: 4096, pieces: 262144, subjects: 262144, headers: 262144, control: 4096 }

/** Reads a content; what is refused is `Refused`. */
export const parseContent = bytes => {
  const counts = {}
  const seen = {
    unknown: 0,
    count: what => {
      counts[what] = (counts[what] ?? 0) + 1
      if (counts[what] > MOST[what]) refuse('LIMIT_COUNT')
    }
  }
  const raw = read(CONTENT, bytes, seen)
  const frames = []
  for (const frame of raw.frames) {
    const [name] = Object.keys(frame)
    if (name !== undefined) frames.push({ [name]: FROM[name](frame[name]) })
  }
  return { sender: raw.sender ?? '', unknown: seen.unknown + empty(bytes), frames }
}

/** Frames without a field count as unknown too; those of an unknown kind were counted by their field. */
const empty = bytes =>
  read({ 2: many('frames', 'bytes') }, bytes, { unknown: 0 }).frames.filter(frame => frame.length === 0).length

const id = bytes => (bytes?.length === 8 ? hex(bytes) : invalid())
const span = (from, count) => {
  if (from + count > MAX) refuse('LIMIT_NUMBER')
  return { from, until: from + count }
}

const FROM = {
  data: data => {
    if (data.pieces.length === 0) invalid()
    const sequence = data.sequence ?? 0
    if (sequence + data.pieces.length > MAX) refuse('LIMIT_NUMBER')
    const pieces = data.pieces.map(piece => fromPiece(piece, data.subjects))
    return { stream: data.stream ?? 0, sequence, pieces }
  },
  ack: ack => ({
    incarnation: id(ack.incarnation),
    session: id(ack.session),
    streams: ack.streams.map(fromStreamAck),
    seen: ack.seen.map(({ channel = 0, message = 0 }) => ({ channel, message }))
  }),
  credit: credit => ({
    incarnation: id(credit.incarnation),
    weight: credit.weight ?? 0,
    streams: credit.streams.map(({ stream = 0, weight = 0 }) => ({ stream, weight })),
    lanes: credit.lanes.map(({ writer = 0, millipostPerMinute = 0 }) => ({ writer, millipostPerMinute }))
  }),
  nack: nack => ({
    incarnation: id(nack.incarnation),
    posts: nack.posts.map(({ channel = 0, first = 0, count }) => ({ channel, ...span(first, count || invalid()) })),
    pieces: nack.pieces.map(({ stream = 0, first = 0, count }) => ({ stream, ...span(first, count || invalid()) }))
  }),
  open: ({ stream = 0, name, earlier = 0, earlierEnd = 0 }) => {
    if (!name || (earlierEnd === 0 ? earlier !== 0 : earlier >= stream)) invalid()
    return { stream, name, earlier, earlierEnd }
  },
  close: ({ stream = 0, sequence = 0 }) => ({ stream, sequence }),
  reset: ({ stream = 0, sequence = 0, weight = 0 }) => ({ stream, sequence, weight }),
  ping: ({ token = 0 }) => ({ token }),
  pong: ({ incarnation, token = 0 }) => ({ incarnation: id(incarnation), token }),
  onion: ({ next = '', packet }) => ({ next, packet: packet?.length ? hex(packet) : invalid() }),
  key: ({ group = '', epoch = 0, key, secret = [] }) => {
    if (key?.length !== 32 || (secret.length !== 0 && (secret.length !== 32 || group === ''))) invalid()
    return { group, epoch, key: hex(key), secret: hex(secret) }
  },
  register: ({ topic, version, value = [] }) => ({
    topic: topic || invalid(),
    version: version || invalid(),
    value: hex(value)
  })
}

const fromStreamAck = ({ stream = 0, stored = 0, beyond, done = 0, closed = false }) => {
  if (done > stored || (closed && (stored > 0 || beyond.length > 0)) || beyond.length % 2 === 1) invalid()
  const spans = []
  let at = stored
  for (let i = 0; i < beyond.length; i += 2) {
    if (beyond[i] === 0n || beyond[i + 1] === 0n) invalid()
    if (beyond[i] > MAX_NUMBER || beyond[i + 1] > MAX_NUMBER) refuse('LIMIT_NUMBER')
    const one = span(span(at, Number(beyond[i])).until, Number(beyond[i + 1]))
    spans.push(one)
    at = one.until
  }
  return { stream, stored, beyond: spans, done, closed }
}

const fromPiece = (piece, subjects) => {
  const { body = [], position = 0, length, subject, headers } = piece
  if (headers.length > 32) refuse('LIMIT_COUNT')
  const begins = position <= 1
  if (position === 0 && length !== undefined && length !== 0 && length !== body.length) invalid()
  if (position === 1 && !(length > body.length)) invalid()
  if (position !== 0 && body.length === 0) invalid()
  if (!begins && (length || subject || headers.length > 0)) invalid()
  if (headers.some(header => !header.name)) invalid()
  const size = headers.reduce((sum, { name, value = [] }) => sum + Buffer.byteLength(name) + value.length, 0)
  if (size > 1024) refuse('LIMIT_NAME')
  const index = subject ?? 0
  if (index >= Math.max(1, subjects.length)) invalid()
  return {
    position: POSITIONS[position],
    length: position === 0 ? body.length : (length ?? 0),
    subject: begins ? (subjects[index] ?? '') : '',
    body: hex(body),
    headers: headers.map(({ name, value = [] }) => ({ name, value: hex(value) }))
  }
}

/** The one way to write a content. */
export const contentBytes = content =>
  write(CONTENT, {
    sender: content.sender,
    frames: content.frames.map(frame => {
      const [name] = Object.keys(frame)
      return { [name]: (TO[name] ?? plainly)(frame[name]) }
    })
  })

const BYTES = ['incarnation', 'session', 'packet', 'key', 'secret', 'value']
const plainly = frame =>
  Object.fromEntries(Object.entries(frame).map(([name, value]) => [name, BYTES.includes(name) ? unhex(value) : value]))
const ranges = list => list.map(({ from, until, ...rest }) => ({ ...rest, first: from, count: until - from }))

const TO = {
  data: ({ stream, sequence, pieces }) => {
    const subjects = [...new Set(pieces.filter(piece => begins(piece)).map(piece => piece.subject))]
    return {
      stream,
      sequence,
      subjects: subjects.every(subject => subject === '') ? [] : subjects,
      pieces: pieces.map(piece => ({
        body: unhex(piece.body),
        position: POSITIONS.indexOf(piece.position),
        length: piece.position === 'FIRST' ? piece.length : 0,
        subject: begins(piece) ? subjects.indexOf(piece.subject) : 0,
        headers: piece.headers.map(({ name, value }) => ({ name, value: unhex(value) }))
      }))
    }
  },
  ack: ack => ({
    ...plainly(ack),
    streams: ack.streams.map(stream => {
      let at = stream.stored
      const beyond = stream.beyond.flatMap(({ from, until }) => {
        const pair = [from - at, until - from]
        at = until
        return pair
      })
      return { ...stream, beyond }
    })
  }),
  nack: nack => ({ ...plainly(nack), posts: ranges(nack.posts), pieces: ranges(nack.pieces) })
}

const begins = piece => piece.position === 'WHOLE' || piece.position === 'FIRST'
