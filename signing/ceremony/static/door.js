// @ts-check
/** Waits for the picture that the client takes with their phone, and then shows what came of it. */
const EVERY_MS = 1000;

/** @param {HTMLElement} place */
async function wait(place) {
  for (;;) {
    await new Promise((resolve) => { window.setTimeout(resolve, EVERY_MS); });
    let answer;
    try {
      const response = await fetch(place.dataset.doorUrl ?? "", { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (response.redirected) { location.replace(response.url); return; }
      answer = await response.json();
    } catch {
      continue; // busy with the picture
    }
    if (answer.location) { location.assign(answer.location); return; }
    for (const words of place.querySelectorAll("[data-door-state]")) {
      const one = /** @type {HTMLElement} */ (words);
      one.hidden = one.dataset.doorState !== answer.state;
    }
    if (answer.state === "closed") return;
  }
}

const place = document.querySelector("[data-door-url]");
if (place instanceof HTMLElement) wait(place);
