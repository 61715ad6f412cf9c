// The page in a frame, with its numbers in the model: a widget in the form of anywidget.
function render({ model, el }) {
  const frame = document.createElement("iframe");
  frame.title = "live page";
  frame.sandbox = "allow-scripts";
  frame.style.cssText = "width:100%;height:620px;border:0;display:block";
  frame.srcdoc = model.get("html");
  let told = 0;
  let waiting = 0;
  // Each wish has a number: what the page told before it heard of the last one would undo it.
  let turns = 0;
  let telling = false; // what the page itself has told is no wish
  function turn() {
    if (telling) return;
    clearTimeout(waiting);
    frame.contentWindow?.postMessage({ chainrule: "set", turn: (turns += 1), leaves: model.get("leaves") }, "*");
  }
  // A slider moves sixty times a second; the model hears of it ten times, and of the last move.
  function tell(numbers) {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      told = Date.now();
      telling = true;
      for (const name of ["leaves", "values", "gradients"]) model.set(name, numbers[name]);
      telling = false;
      model.save_changes();
    }, Math.max(0, told + 100 - Date.now()));
  }
  function hear(event) {
    if (event.source !== frame.contentWindow || !event.data) return;
    if (event.data.chainrule === "height") frame.style.height = `${event.data.height}px`;
    if (event.data.chainrule === "numbers" && event.data.heard === turns) tell(event.data);
  }
  window.addEventListener("message", hear);
  model.on("change:leaves", turn);
  frame.addEventListener("load", turn);
  el.append(frame);
  return () => {
    clearTimeout(waiting);
    window.removeEventListener("message", hear);
    model.off("change:leaves", turn);
  };
}
export default { render };
