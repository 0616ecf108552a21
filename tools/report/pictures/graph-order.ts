import type { Edge, Group, Room } from "./graph";

const sweeps = 4;

/** Mean place of the groups that `group` has lines with, or its own place. */
function pull(group: Group, edges: readonly Edge[], places: ReadonlyMap<string, number>): number {
  const others = edges.flatMap((e) => (e.to === group.id ? [e.from] : e.from === group.id ? [e.to] : []));
  const known = others.map((id) => places.get(id)).filter((place) => place !== undefined);
  if (known.length === 0) return places.get(group.id) ?? 0;
  return known.reduce((sum, place) => sum + place, 0) / known.length;
}

/** Groups of a room by layer, each layer in an order with few crossing lines (barycentre method). */
export function orderedLayers(room: Room, edges: readonly Edge[]): Group[][] {
  const layers = Array.from({ length: room.layers }, (_, i) => room.groups.filter((g) => g.layer === i));
  const places = new Map<string, number>();
  const note = (layer: readonly Group[]) => {
    // centred, as they are drawn
    layer.forEach((g, i) => places.set(g.id, i - (layer.length - 1) / 2));
  };
  layers.forEach(note);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const layer of layers) {
      const pulls = new Map(layer.map((g) => [g.id, pull(g, edges, places)]));
      layer.sort((a, b) => (pulls.get(a.id) ?? 0) - (pulls.get(b.id) ?? 0) || (a.id < b.id ? -1 : 1));
      note(layer);
    }
  }
  return layers;
}
