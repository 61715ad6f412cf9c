// What a page holds packed: what its boxes open into, and the script that opens them.

async function unpacked(packed) {
  if (typeof packed !== "string") return packed;
  const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const text = await new Response(stream).text();
  if (!text.startsWith("#")) return JSON.parse(text);
  const end = text.indexOf("\n"); // before it equal heat maps, each once
  const cells = text.slice(1, end).split(" ");
  return JSON.parse(text.slice(end + 1).replace(/(data-levels=\\")#(\d+)/g, (_, begin, i) => begin + cells[i]));
}

// Run a packed script: its functions are there afterwards.
async function learn(packed) {
  const script = document.createElement("script");
  script.textContent = await unpacked(packed);
  document.head.append(script);
}
