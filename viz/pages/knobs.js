// The knobs: a slider and a field for each leaf that may be changed. A double click resets one.

const SHORT = 8; // letters of a name that stand beside a slider

function makeKnobs(place, engine, settings, changed) {
  const { graph } = engine;
  const rows = settings.map(([node, low, high]) => {
    const row = document.createElement("div");
    row.className = "knob";
    const name = graph.names[node];
    const title = document.createElement("button");
    title.type = "button";
    title.className = "name";
    title.textContent = name;
    title.title = `Show the chain rule of ${name}`;
    const slider = document.createElement("input");
    slider.type = "range";
    slider.step = "any";
    slider.setAttribute("aria-label", name);
    slider.title = "Double click: back to the recorded value";
    const field = document.createElement("input");
    field.type = "text";
    field.inputMode = "decimal";
    field.setAttribute("aria-label", `${name}, typed`);
    const learns = document.createElement("input");
    learns.type = "checkbox";
    learns.checked = true;
    learns.title = "moves when you step downhill";
    learns.setAttribute("aria-label", `${name} moves downhill`);
    row.append(title, slider, field, learns);
    place.append(row);
    const knob = { node, name, low, high, row, title, slider, field, learns };
    range(knob, engine.recorded[node]);
    slider.addEventListener("input", () => { set(knob, Number(slider.value)); changed(node); });
    slider.addEventListener("dblclick", () => { reset(knob); changed(node); });
    title.addEventListener("click", () => changed(node));
    field.addEventListener("change", () => {
      const value = typed(field);
      if (value !== null) { set(knob, value); changed(node); }
    });
    return knob;
  });

  // A slider's range grows to include the value that it shows.
  function range(knob, shown) {
    const value = Number.isFinite(shown) ? shown : knob.low;
    knob.slider.min = Math.min(knob.low, value);
    knob.slider.max = Math.max(knob.high, value);
  }
  function set(knob, value) {
    engine.values[knob.node] = value;
    show(knob);
  }
  function reset(knob) { set(knob, engine.recorded[knob.node]); }
  function show(knob) {
    const value = engine.values[knob.node];
    if (Object.is(knob.shown, value)) return;
    knob.shown = value;
    range(knob, value);
    if (Number(knob.slider.value) !== value) knob.slider.value = value;
    if (document.activeElement !== knob.field) {
      knob.field.value = String(Number(value.toPrecision(6)));
      knob.field.setAttribute("aria-invalid", "false");
    } else knob.shown = NaN; // what is being typed stays as it is
    knob.field.title = String(value);
    knob.slider.setAttribute("aria-valuetext", number(value));
  }
  rows.forEach(show);
  place.classList.toggle("long", rows.some(({ name }) => name.length > SHORT)); // names on lines of their own
  let chosen = -1;
  return {
    rows,
    show: () => rows.forEach(show),
    select: (node) => {
      if (node === chosen) return;
      chosen = node;
      for (const { row, node: mine } of rows) row.classList.toggle("selected", mine === node);
    },
    learning: () => rows.filter((knob) => knob.learns.checked).map((knob) => knob.node),
  };
}
