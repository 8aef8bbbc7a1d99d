// Sections 4 (steps 3 and 4) and 6.1: what a reader makes of an outbox's packets, with handlers that end at once. Windows and
// credit are left out: nothing here is large.

class Stream {
  name = ''
  next = 0
  early = new Map()
  end = null
  begun = null // the message in the middle of which the stream is
  skipping = false
  waiting = [] // messages that an earlier stream of the name comes before

  get done() {
    if (this.waiting.length > 0) return this.waiting[0].first
    return this.begun === null ? this.next : this.begun.first
  }

  get unfinished() {
    return this.waiting.length > 0 || this.begun !== null || this.early.size > 0 || (this.end ?? 0) > this.next
  }

  /** Whether pieces up to here belong to the stream. */
  takes = data => this.end === null || data.sequence + data.pieces.length <= this.end

  status(stream) {
    const beyond = []
    for (const number of [...this.early.keys()].sort((a, b) => a - b)) {
      if (beyond.at(-1)?.until === number) beyond.at(-1).until++
      else beyond.push({ from: number, until: number + 1 })
    }
    return { stream, stored: this.next, beyond, done: this.done, closed: false }
  }
}

export class Reader {
  #streams = new Map()
  #closed = new Set()
  #message = 0

  constructor({ incarnation, session, channel, messageBytes }) {
    Object.assign(this, { incarnation, session, channel, messageBytes })
  }

  /** The messages of a packet, and the last piece of each, how many were given up, and the ack that is due. */
  onPacket(frames) {
    Object.assign(this, { messages: [], lasts: [], givenUp: 0, touched: new Set() })
    for (const frame of frames) if (!frame.data) this.#control(frame)
    for (const { data } of frames) if (data) this.#data(data)
    for (const number of [...this.#streams.keys()].sort((a, b) => a - b)) {
      const stream = this.#streams.get(number)
      this.#handOut(number, stream)
      if (stream.end === null || stream.done < stream.end) continue
      this.#streams.delete(number)
      this.#closed.add(number)
    }
    const { messages, lasts, givenUp } = this
    return { messages, lasts, givenUp, ack: this.#ack(++this.#message) }
  }

  #ack(message) {
    if (this.touched.size === 0) return null
    const known = [...this.touched].map(number =>
      this.#closed.has(number)
        ? { stream: number, stored: 0, beyond: [], done: 0, closed: true }
        : this.#streams.get(number).status(number)
    )
    const seen = [{ channel: this.channel, message }]
    return { incarnation: this.incarnation, session: this.session, streams: known, seen }
  }

  /** The stream that is meant; null if it is closed. */
  #stream(number) {
    if (!this.#closed.has(number) && !this.#streams.has(number)) this.#streams.set(number, new Stream())
    return this.#closed.has(number) ? null : this.#streams.get(number)
  }

  #control(frame) {
    if (frame.ping) for (const number of this.#streams.keys()) this.touched.add(number)
    const about = frame.open ?? frame.close ?? frame.reset
    if (about === undefined) return
    const stream = this.#stream(about.stream)
    if (stream === null || !frame.open) this.touched.add(about.stream)
    if (frame.open?.earlierEnd > 0) this.#earlier(frame.open)
    if (stream === null) return
    if (frame.open) stream.name ||= frame.open.name
    if (frame.close) this.#end(stream, frame.close.sequence)
    if (frame.reset && frame.reset.sequence > stream.next) {
      for (const number of [...stream.early.keys()]) if (number < frame.reset.sequence) stream.early.delete(number)
      Object.assign(stream, { next: frame.reset.sequence, begun: null, skipping: false })
      this.#inOrder(about.stream, stream)
    }
  }

  #end(stream, end) {
    if (stream.end === null && end >= stream.next) stream.end = end
  }

  /** Who had the name before; all that is missing of it is waited for. */
  #earlier({ name, earlier, earlierEnd }) {
    if (this.#closed.has(earlier)) return
    const stream = this.#stream(earlier)
    this.touched.add(earlier)
    stream.name ||= name
    this.#end(stream, earlierEnd)
  }

  #data(data) {
    const stream = this.#stream(data.stream)
    if (stream === null) this.touched.add(data.stream)
    if (stream === null || !stream.takes(data)) return
    this.touched.add(data.stream)
    data.pieces.forEach((piece, i) => {
      const number = data.sequence + i
      if (number >= stream.next && !stream.early.has(number)) stream.early.set(number, piece)
    })
    this.#inOrder(data.stream, stream)
  }

  #inOrder(number, stream) {
    for (; stream.early.has(stream.next); stream.next++) {
      const piece = stream.early.get(stream.next)
      stream.early.delete(stream.next)
      this.#piece(number, stream, piece)
    }
  }

  /** Step 4: a message, a part of one, or what is given up. */
  #piece(number, stream, piece) {
    const hand = (subject, body, first = stream.next) => {
      const message = { stream: number, name: stream.name, subject, body }
      stream.waiting.push({ first, last: stream.next, message })
      this.#handOut(number, stream)
    }
    const giveUp = skipping => {
      this.givenUp++
      Object.assign(stream, { begun: null, skipping })
    }
    if (piece.position === 'WHOLE' || piece.position === 'FIRST') {
      if (stream.begun !== null) giveUp(false)
      stream.skipping = false
      if (piece.length > this.messageBytes) giveUp(piece.position === 'FIRST')
      else if (piece.position === 'WHOLE') hand(piece.subject, piece.body)
      else stream.begun = { ...piece, first: stream.next }
      return
    }
    const last = piece.position === 'LAST'
    if (stream.begun === null) {
      if (!stream.skipping) giveUp(true)
      if (last) stream.skipping = false
      return
    }
    stream.begun.body += piece.body
    const missing = stream.begun.length - stream.begun.body.length / 2
    if (missing < 0 || (missing === 0) !== last) giveUp(!last)
    else if (last) {
      hand(stream.begun.subject, stream.begun.body, stream.begun.first)
      stream.begun = null
    }
  }

  /** Messages go to their handlers, unless an earlier stream of the name is not over. */
  #handOut(number, stream) {
    const waits = ([other, one]) => other < number && one.name !== '' && one.name === stream.name && one.unfinished
    if ([...this.#streams].some(waits)) return
    for (const { message, last } of stream.waiting.splice(0)) {
      this.messages.push(message)
      this.lasts.push(last)
      this.touched.add(number)
    }
  }
}
