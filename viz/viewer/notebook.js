(() => {
  const page = $page;
  const dark = document.body.dataset.jpThemeLight === "false" || document.body.classList.contains("vscode-dark");
  const light = document.body.dataset.jpThemeLight === "true" || document.body.classList.contains("vscode-light");
  const theme = dark ? "dark" : light ? "light" : "auto";
  for (const place of document.querySelectorAll(".chainrule-$name")) {
    const picture = place.querySelector("img");
    if (!picture) continue;
    const frame = document.createElement("iframe");
    frame.title = picture.alt;
    frame.sandbox = "allow-scripts";
    frame.style.cssText = "width:100%;height:620px;border:0;display:block";
    frame.srcdoc = page.replaceAll('data-theme="auto"', 'data-theme="' + theme + '"');
    window.addEventListener("message", (event) => {
      if (event.source === frame.contentWindow && event.data && event.data.chainrule === "height") {
        frame.style.height = event.data.height + "px";
      }
    });
    picture.replaceWith(frame);
  }
})();
