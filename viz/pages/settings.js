// The numbers and choices of training, as fields of the page and from its console.

// Each number by its field, with its lower limit; a batch is a whole number of samples.
const FIELDS = { lr: ["lr", 0], batch: ["batch", 1], l1: ["l1", 0], weight_decay: ["l2", 0] };

// given: the settings to begin with. rules: the optimisers by name. picker: their select element.
function makeSettings(given, rules, picker) {
  const settings = { ...given, optimizer: Object.keys(rules)[0], weight_decay: 0, l1: 0, shuffle: false };
  const field = (key) => document.getElementById(FIELDS[key][0]);
  const fits = (key, x) => {
    if (key === "optimizer") return x in rules;
    if (key === "shuffle") return typeof x === "boolean";
    return Number.isFinite(x) && x >= FIELDS[key][1] && (key !== "batch" || Number.isInteger(x));
  };
  function show() {
    for (const key of Object.keys(FIELDS)) {
      field(key).value = settings[key];
      field(key).setAttribute("aria-invalid", "false");
    }
    document.getElementById("shuffle").checked = settings.shuffle;
    picker.value = settings.optimizer;
  }
  for (const key of Object.keys(FIELDS)) {
    field(key).addEventListener("change", () => {
      const value = typed(field(key));
      const fitting = value !== null && fits(key, value);
      field(key).setAttribute("aria-invalid", String(!fitting));
      if (fitting) settings[key] = value;
    });
  }
  document.getElementById("shuffle").addEventListener("change", (event) => { settings.shuffle = event.target.checked; });
  picker.addEventListener("change", () => { settings.optimizer = picker.value; });
  show();
  return {
    settings,
    set(wanted) {
      for (const [key, x] of Object.entries(wanted)) {
        if (!(key in settings)) throw new RangeError(`there is no setting ${key}: ${Object.keys(settings).join(", ")}`);
        if (!fits(key, x)) throw new RangeError(`${key} cannot be ${x}: ${key === "optimizer" ? `it is one of ${Object.keys(rules).join(", ")}` : key === "shuffle" ? "it is true or false" : `it is a${key === "batch" ? " whole" : ""} number from ${FIELDS[key][1]} on`}`);
      }
      Object.assign(settings, wanted);
      show();
    },
  };
}

// Run a computation; if a program refuses it, for a singular matrix say, show why and stop.
function attempt(act, stop = () => {}) {
  try { act(); } catch (error) {
    stop();
    tellRefused(error.message);
  }
}
function tellRefused(text) {
  const told = document.getElementById("refused");
  if (told.textContent !== text) told.textContent = text;
}
