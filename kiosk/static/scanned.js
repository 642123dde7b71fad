// @ts-check
/**
 * What a code does on the kiosk's own screens, whether the camera or a hand-held scanner read it.
 *
 * The server answers `{location}` (go there), `{problem}` (say it), `{name, html}` (a verdict, put
 * into `[data-found]`) or `{same: true}` (the verdict that is shown already). The name of what is
 * shown goes back with the next picture, so that one code is judged and written down once.
 */
import { post, say } from "../ceremony/static/screen.js";

const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-found]"));
const source = /** @type {HTMLElement | null} */ (document.querySelector("[data-text-url]"));
const camera = /** @type {HTMLElement | null} */ (document.querySelector("[data-camera]"));
const frameUrl = camera?.dataset.frameUrl ?? "";

/** @param {any} answer @returns {boolean} whether it was a verdict and is now on the screen */
function showVerdict(answer) {
  if (place === null || typeof answer.html !== "string") return Boolean(answer.same);
  place.innerHTML = answer.html; // drawn by our own server, which escapes what others wrote
  if (camera) camera.dataset.frameUrl = `${frameUrl}?shown=${encodeURIComponent(answer.name)}`;
  const verdict = /** @type {HTMLElement | null} */ (place.querySelector("[data-verdict]"));
  verdict?.focus({ preventScroll: true });
  place.scrollTop = 0;
  document.dispatchEvent(new CustomEvent("kiosk:alive"));
  return true;
}

camera?.addEventListener("camera:answer", (event) => {
  if (showVerdict(/** @type {CustomEvent} */ (event).detail)) event.preventDefault();
});

document.addEventListener("wedge:scan", async (event) => {
  const text = /** @type {CustomEvent} */ (event).detail.text;
  const json = { "Content-Type": "application/json" };
  const answer = await post(source?.dataset.textUrl ?? "", JSON.stringify({ text }), json).catch(() => ({}));
  if (showVerdict(answer)) return;
  if (answer.location) location.assign(answer.location);
  const problem = document.querySelector("[data-camera-problem]");
  if (problem instanceof HTMLElement) say(problem, answer.problem ?? null);
});
