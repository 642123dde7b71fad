// @ts-check
/**
 * Nobody there: the screen says so for twenty seconds, then goes back to the start and forgets
 * language, options and whatever it showed. A touch, a key or a code before the camera keeps it.
 */

const WARNING_MS = 20_000; // WCAG 2.2.1: at least 20 s to stay

/** @param {HTMLElement} bar the element with `data-away` (seconds) and `data-away-to` (address) */
function watch(bar) {
  const quietMs = Number(bar.dataset.away) * 1000;
  const words = /** @type {HTMLElement} */ (bar.querySelector("[data-away-words]"));
  const nothingToForget = document.querySelector("[data-already-fresh]") !== null;
  let lastSign = performance.now();
  const stay = () => { lastSign = performance.now(); };
  for (const kind of ["pointerdown", "keydown", "wheel", "scroll"]) {
    window.addEventListener(kind, stay, { capture: true, passive: true });
  }
  document.addEventListener("kiosk:alive", stay);
  window.setInterval(() => {
    const left = quietMs - (performance.now() - lastSign);
    const before = bar.hidden;
    bar.hidden = left > WARNING_MS || nothingToForget;
    const seconds = Math.max(Math.ceil(left / 1000), 0);
    words.textContent = (words.dataset.awayWords ?? "").replace("{seconds}", `${seconds}`);
    if (before && !bar.hidden) document.dispatchEvent(new CustomEvent("speech:say", { detail: words.textContent }));
    if (left > 0) return;
    if (nothingToForget) stay();
    else location.replace(bar.dataset.awayTo ?? "/");
  }, 500);
}

const bar = document.querySelector("[data-away]");
if (bar instanceof HTMLElement) watch(bar);
