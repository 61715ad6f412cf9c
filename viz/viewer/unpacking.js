// What a page holds packed: what its boxes open into, and the script that opens them.

async function unpacked(packed) {
  if (typeof packed !== "string") return packed;
  const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
}

// Run a packed script: its functions are there afterwards.
async function learn(packed) {
  const script = document.createElement("script");
  script.textContent = await unpacked(packed);
  document.head.append(script);
}
