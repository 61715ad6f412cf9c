// Unpack what a page holds packed: its scripts, and what its boxes open into.

async function unpacked(packed) {
  if (typeof packed !== "string") return packed;
  const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const text = await new Response(stream).text();
  const found = JSON.parse(text);
  return found.pictures ? together(found) : found;
}

// Restore the levels of a page with their pictures, which packing.py took apart.
function together({ inside, pictures, cells }) {
  const maps = cells.split(" ");
  const taken = []; // pieces of each picture
  for (const one of pictures) {
    if (typeof one === "string") { taken.push(one.split(/(["<>])/)); continue; }
    const pieces = [...taken[one[0]]];
    for (let k = 1, at = 0; k < one.length; k += 2) {
      at += one[k];
      pieces[at] = one[k + 1];
    }
    taken.push(pieces);
  }
  const whole = taken.map((pieces) => pieces.join("").replace(/(data-levels=")#(\d+)/g, (_, begin, i) => begin + maps[i]));
  const fill = (levels) => {
    for (const level of Object.values(levels)) {
      level.svg = whole[level.svg];
      fill(level.inside);
    }
  };
  fill(inside);
  return inside;
}

// Run a packed script, which defines its functions.
async function learn(packed) {
  const script = document.createElement("script");
  script.textContent = await unpacked(packed);
  document.head.append(script);
}
