// @ts-check
/** How the client's copy on paper stands: asked every second until it has come out or was given up. */
import { say } from "./screen.js";

const EVERY_MS = 1000;

/** @param {HTMLElement} place */
async function follow(place) {
  let shown = place.dataset.printState ?? "";
  for (;;) {
    await new Promise((resolve) => { window.setTimeout(resolve, EVERY_MS); });
    let answer;
    try {
      const response = await fetch(place.dataset.printUrl ?? "", { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (response.redirected) { location.replace(response.url); return; }
      answer = await response.json();
    } catch {
      continue; // the device is busy; the copy comes out all the same
    }
    if (answer.state !== shown) {
      shown = answer.state;
      say(place, answer.message);
    }
    if (answer.ended) {
      const again = document.querySelector("[data-print-again]");
      if (again instanceof HTMLElement) again.hidden = false;
      return;
    }
  }
}

const place = document.querySelector("[data-print-url]");
if (place instanceof HTMLElement && place.dataset.printState) follow(place);
