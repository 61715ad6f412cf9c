// Running a page that trains: play and pause, steps and epochs, by buttons and from the console.

// trainer: returns the one that trains now. train: trains until a time in ms. draw: draws the page.
// kept: how many losses the curve keeps; of more, every other one.
function makeRun({ trainer, train, draw, kept }) {
  const $ = (id) => document.getElementById(id);
  const run = { playing: false, frames: 0, play, commands: { loss: () => trainer().loss(), parameters: () => trainer().nested() } };
  let cost = 5; // ms that drawing takes: training gets the rest of a frame
  function frame() {
    if (!run.playing) return;
    const until = performance.now() + Math.max(3, 15 - cost);
    attempt(() => train(until), () => play(false));
    if (trainer().losses.length > kept) thin(trainer());
    run.frames += 1;
    const began = performance.now();
    draw();
    cost += (performance.now() - began - cost) / 5;
    requestAnimationFrame(frame);
  }
  function thin(one) {
    for (const losses of ["losses", "heldLosses"]) one[losses] = one[losses].filter((_, i) => i % 2 === 0);
  }
  function play(on) {
    run.playing = on;
    if (on) tellRefused("");
    $("play").textContent = on ? "Pause" : "Play";
    $("play").setAttribute("aria-pressed", String(on));
    if (on) requestAnimationFrame(frame);
    else draw();
  }
  const acts = {
    step(n = 1) {
      for (let i = 0; i < n; i += 1) trainer().step();
      trainer().note();
    },
    epoch(n = 1) { for (let i = 0; i < n; i += 1) trainer().epoch(); },
    reset(anew = false) { trainer().reset(anew); },
  };
  $("play").addEventListener("click", () => play(!run.playing));
  for (const [name, act] of Object.entries(acts)) {
    $(name).addEventListener("click", () => { play(false); tellRefused(""); attempt(() => act()); draw(); });
    run.commands[name] = (given) => { act(given); draw(); return trainer().losses[trainer().losses.length - 1]; };
  }
  $("seed").addEventListener("click", () => { tellRefused(""); attempt(() => acts.reset(true)); draw(); });
  return run;
}
