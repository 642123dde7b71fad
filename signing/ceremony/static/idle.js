// @ts-check
/**
 * Watches whether anybody is still there. After `data-seconds` without a touch or a key it asks,
 * seen and heard, for `data-warning` seconds; without an answer it sends the form that wipes the
 * session. The dialog is the element with `data-idle`; see step.html.
 */
import { csrfToken } from "./screen.js";

const TELL_SERVER_EVERY_MS = 60_000; // the server forgets after 15 minutes without a sign of life

/** @param {HTMLDialogElement} dialog */
function watch(dialog) {
  const quietMs = Number(dialog.dataset.seconds) * 1000;
  const warningSeconds = Number(dialog.dataset.warning);
  const count = dialog.querySelector("[data-idle-count]");
  const said = /** @type {HTMLElement | null} */ (dialog.querySelector("[data-idle-said]"));
  const leave = /** @type {HTMLFormElement | null} */ (dialog.querySelector("[data-idle-leave]"));
  let lastSign = performance.now();
  let lastTold = performance.now();
  let wipeAt = 0;

  const stay = () => {
    lastSign = performance.now();
    wipeAt = 0;
    if (dialog.open) dialog.close();
    tellServer();
  };
  const tellServer = () => {
    lastTold = performance.now();
    const headers = { "X-CSRFToken": csrfToken() };
    fetch(dialog.dataset.awakeUrl ?? "", { method: "POST", headers }).catch(() => undefined);
  };
  const warn = () => {
    wipeAt = performance.now() + warningSeconds * 1000;
    dialog.showModal();
    document.dispatchEvent(new CustomEvent("speech:say", { detail: (said?.dataset.words ?? "").replace("{seconds}", `${warningSeconds}`) }));
    if (said) said.textContent = (said.dataset.words ?? "").replace("{seconds}", `${warningSeconds}`);
    chime();
  };
  const tick = () => {
    const now = performance.now();
    if (wipeAt === 0 && now - lastSign > quietMs) warn();
    else if (wipeAt === 0 && now - lastTold > TELL_SERVER_EVERY_MS && lastSign > lastTold) tellServer();
    if (wipeAt === 0) return;
    if (count) count.textContent = `${Math.max(Math.ceil((wipeAt - now) / 1000), 0)}`;
    if (now >= wipeAt) leave?.requestSubmit();
  };

  for (const kind of ["pointerdown", "pointermove", "keydown", "wheel", "scroll"]) {
    const options = { capture: true, passive: true };
    window.addEventListener(kind, () => { if (wipeAt === 0) lastSign = performance.now(); }, options);
  }
  document.addEventListener("kiosk:alive", () => { if (wipeAt === 0) lastSign = performance.now(); });
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); stay(); });
  dialog.querySelector("[data-idle-stay]")?.addEventListener("click", stay);
  window.setInterval(tick, 250);
}

/** Two soft tones; silent where the browser does not allow sound. */
function chime() {
  try {
    const sound = new AudioContext();
    for (const [start, pitch] of [[0, 660], [0.28, 880]]) {
      const tone = sound.createOscillator();
      const volume = sound.createGain();
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.12, sound.currentTime + start);
      volume.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + start + 0.25);
      tone.connect(volume).connect(sound.destination);
      tone.start(sound.currentTime + start);
      tone.stop(sound.currentTime + start + 0.26);
    }
    window.setTimeout(() => sound.close(), 1000);
  } catch {
    // no loudspeaker: the warning is still seen and read
  }
}

const dialog = document.querySelector("dialog[data-idle]");
if (dialog instanceof HTMLDialogElement) watch(dialog);
