// Reads what the Java programs made of cases that nobody chose, and tells where this reading of docs/protocol.md differs.
// usage: node compare.mjs FILE; a line is KIND INPUT OUTCOME, the input in hex, of texts in UTF-16
import { readFileSync } from 'node:fs'
import { Refused, hex, unhex } from './bytes.mjs'
import * as armour from './armour.mjs'
import { contentBytes, parseContent } from './content.mjs'
import { headerBytes, openPlain, parsePacket } from './packet.mjs'

const content = bytes => {
  const read = parseContent(bytes)
  return `${read.unknown}/${hex(contentBytes(read))}`
}
const readings = {
  content: input => content(unhex(input)),
  packet: input => `${hex(headerBytes(parsePacket(unhex(input)).header))}/${content(openPlain(unhex(input)))}`,
  armour: input => hex(armour.decode(unhex(input).swap16().toString('utf16le')))
}
const outcome = (kind, input) => {
  try {
    return readings[kind](input)
  } catch (refused) {
    // Which of several faults is named is left to each reader.
    return refused instanceof Refused ? 'refused' : `broken: ${refused.stack}`
  }
}

let cases = 0
const differing = []
for (const line of readFileSync(process.argv[2], 'utf8').split('\n').slice(0, -1)) {
  const [kind, input, wanted] = line.split(' ')
  const seen = outcome(kind, input)
  cases++
  if (seen !== wanted) differing.push(`${kind} ${input}: ${seen} instead of ${wanted}`)
}
console.log(differing.length ? differing.slice(0, 20).join('\n') : `${cases} alike`)
process.exitCode = differing.length ? 1 : 0
