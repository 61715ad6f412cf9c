// Keys of a page: acts says what each does, unless a control of the page has it.
function onKeys(acts) {
  document.addEventListener("keydown", (event) => {
    event.stopPropagation(); // a notebook around the page must not act on keys pressed here
    if (event.target.matches("input, select, button") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  });
}
