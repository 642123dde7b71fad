// @ts-check
/** Shows the name in each handwriting while it is typed. */
import { post } from "./screen.js";

const AFTER_TYPING_MS = 180;

/** @param {HTMLFormElement} form */
function preview(form) {
  const input = /** @type {HTMLInputElement} */ (form.querySelector("input[name=name]"));
  const problem = /** @type {HTMLElement} */ (form.querySelector("#name-problem"));
  const note = form.querySelector("[data-hands-note]");
  const use = /** @type {HTMLButtonElement | null} */ (document.querySelector(`button[form="${form.id}"]`));
  let timer = 0;
  let asked = 0;
  const refresh = async () => {
    asked += 1;
    const mine = asked;
    const body = new FormData();
    body.set("name", input.value);
    const answer = await post(form.dataset.previewUrl ?? "", body).catch(() => ({}));
    if (mine !== asked) return;
    problem.hidden = !answer.problem;
    const words = problem.querySelector("span");
    if (words) words.textContent = answer.problem ?? "";
    input.toggleAttribute("aria-invalid", Boolean(answer.problem));
    if (answer.location) location.assign(answer.location);
    if (answer.faces) show(answer.faces);
    if (note) note.textContent = answer.note ?? "";
    if (use) use.disabled = !answer.faces || Object.keys(answer.faces).length === 0;
  };
  const show = (/** @type {Record<string, {path: string, view_box: string}>} */ faces) => {
    for (const hand of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-face]"))) {
      const shape = faces[hand.dataset.face ?? ""];
      hand.hidden = shape === undefined;
      if (shape === undefined) continue;
      hand.querySelector("svg")?.setAttribute("viewBox", shape.view_box);
      hand.querySelector("path")?.setAttribute("d", shape.path);
    }
    const chosen = /** @type {HTMLInputElement | null} */ (form.querySelector("input[name=typeface]:checked"));
    if (chosen?.closest("[data-face]")?.hasAttribute("hidden")) {
      const first = form.querySelector("[data-face]:not([hidden]) input");
      if (first instanceof HTMLInputElement) first.checked = true;
    }
  };
  input.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(refresh, AFTER_TYPING_MS);
  });
}

const form = document.querySelector("form[data-typed]");
if (form instanceof HTMLFormElement) preview(form);
