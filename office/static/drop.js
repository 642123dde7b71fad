// @ts-check
/** The place for a PDF: shows what was chosen, and takes a file that is dropped on it. */

for (const place of document.querySelectorAll("[data-drop]")) {
  const input = /** @type {HTMLInputElement} */ (place.querySelector("input[type=file]"));
  const name = /** @type {HTMLElement} */ (place.querySelector("[data-drop-name]"));
  const empty = name.textContent;

  const show = () => {
    const file = input.files?.[0];
    name.textContent = file ? file.name : empty;
    place.classList.toggle("is-full", Boolean(file));
  };
  input.addEventListener("change", show);
  for (const kind of ["dragenter", "dragover"]) {
    place.addEventListener(kind, (event) => {
      event.preventDefault();
      place.classList.add("is-over");
    });
  }
  for (const kind of ["dragleave", "drop"]) {
    place.addEventListener(kind, () => place.classList.remove("is-over"));
  }
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    const files = /** @type {DragEvent} */ (event).dataTransfer?.files;
    if (files?.length) {
      input.files = files;
      show();
    }
  });
  show();
}
