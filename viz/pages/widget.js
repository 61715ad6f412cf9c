// The page in a frame, with its numbers in the model: a widget in the form of anywidget.
function render({ model, el }) {
  const frame = document.createElement("iframe");
  frame.title = "live page";
  frame.sandbox = "allow-scripts";
  frame.style.cssText = "width:100%;height:620px;border:0;display:block";
  frame.srcdoc = model.get("html");
  const turn = () => frame.contentWindow?.postMessage({ chainrule: "set", leaves: model.get("leaves") }, "*");
  // A slider moves sixty times a second; the model hears of it ten times, and of the last move.
  let told = 0;
  let waiting = 0;
  function tell(numbers) {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      told = Date.now();
      for (const name of ["leaves", "values", "gradients"]) model.set(name, numbers[name]);
      model.save_changes();
    }, Math.max(0, told + 100 - Date.now()));
  }
  function hear(event) {
    if (event.source !== frame.contentWindow || !event.data) return;
    if (event.data.chainrule === "height") frame.style.height = `${event.data.height}px`;
    if (event.data.chainrule === "numbers") tell(event.data);
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
