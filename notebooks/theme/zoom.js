// A click on a picture enlarges it to the window; another click or Escape puts it back.
"use strict";

const zoomed = document.createElement("dialog");
zoomed.className = "zoom";
zoomed.addEventListener("click", () => zoomed.close());
document.body.append(zoomed);
document.addEventListener("click", (event) => {
  const picture = event.target.closest(".output_area img, .output_area svg, .text_cell img");
  if (!picture || picture.closest("a")) return;
  zoomed.replaceChildren(picture.cloneNode(true));
  zoomed.showModal();
});
