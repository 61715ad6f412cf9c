(() => {
  const page = $page;
  const dark = document.body.dataset.jpThemeLight === "false" || document.body.classList.contains("vscode-dark");
  const light = document.body.dataset.jpThemeLight === "true" || document.body.classList.contains("vscode-light");
  const theme = dark ? "dark" : light ? "light" : "auto";
  for (const place of document.querySelectorAll(".chainrule-$name")) {
    const picture = place.querySelector("img");
    if (!picture || place.querySelector("iframe")) continue;
    const frame = document.createElement("iframe");
    frame.title = picture.alt;
    frame.sandbox = "allow-scripts";
    frame.allow = "fullscreen";
    frame.style.cssText = "width:100%;height:620px;border:0;display:block";
    // The notebook stores the picture once, in the image; the page takes it from there.
    const bytes = Uint8Array.from(atob(picture.src.split(",")[1]), (c) => c.charCodeAt(0));
    const svg = new TextDecoder().decode(bytes);
    frame.srcdoc = page.replace("<!--picture-->", () => svg).replaceAll('data-theme="auto"', 'data-theme="' + theme + '"');
    window.addEventListener("message", (event) => {
      if (event.source === frame.contentWindow && event.data && event.data.chainrule === "height") {
        frame.style.height = event.data.height + "px";
      }
    });
    // On paper nothing can be changed or opened, and frames are cut off: only the picture is printed.
    const sheet = document.createElement("style");
    sheet.textContent = "@media print{.chainrule-$name iframe{display:none!important}}@media screen{.chainrule-$name img{display:none}}";
    picture.before(sheet, frame);
  }
})();
