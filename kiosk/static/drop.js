// @ts-check
/**
 * A file dropped anywhere on the screen is sent by the form that `data-drop` names.
 */

/** @param {HTMLElement} area */
function accept(area) {
  const form = document.getElementById(area.dataset.drop ?? "");
  const input = form?.querySelector("input[type=file]");
  if (!(form instanceof HTMLFormElement) || !(input instanceof HTMLInputElement)) return;
  for (const kind of ["dragenter", "dragover"]) {
    document.addEventListener(kind, (event) => {
      event.preventDefault();
      area.classList.add("is-over");
    });
  }
  document.addEventListener("dragleave", () => area.classList.remove("is-over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    area.classList.remove("is-over");
    const files = event.dataTransfer?.files;
    if (!files?.length) return;
    input.files = files;
    form.requestSubmit();
  });
}

for (const area of document.querySelectorAll("[data-drop]")) accept(/** @type {HTMLElement} */ (area));
