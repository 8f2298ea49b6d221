interface Block {
  members: number[]
  middle: number
}

/**
 * Places moved so that any two are `apart` at least and keep their order: those that would touch stand around the middle
 * of where they were.
 */
export function spread(places: readonly number[], apart: number): number[] {
  const order = places.map((_, i) => i).toSorted((a, b) => places[a] - places[b])
  let blocks: Block[] = []
  for (const i of order) {
    blocks.push({ members: [i], middle: places[i] })
    // A block that now touches the one before joins it, and may so touch the next before.
    for (let last = blocks.length - 1; last > 0 && touch(blocks[last - 1], blocks[last], apart); last--)
      blocks = [...blocks.slice(0, last - 1), joined(blocks[last - 1], blocks[last], places)]
  }
  const moved = [...places]
  for (const { members, middle } of blocks)
    members.forEach((i, k) => (moved[i] = middle + (k - (members.length - 1) / 2) * apart))
  return moved
}

function touch(above: Block, below: Block, apart: number): boolean {
  return below.middle - above.middle < ((above.members.length + below.members.length) / 2) * apart
}

function joined(above: Block, below: Block, places: readonly number[]): Block {
  const members = [...above.members, ...below.members]
  return { members, middle: members.reduce((sum, i) => sum + places[i], 0) / members.length }
}
