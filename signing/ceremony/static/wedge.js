// @ts-check
/**
 * A keyboard-wedge scanner: a QR reader that types what it reads, very fast, and ends with Enter.
 * Needs no focus in any field. Dispatches `wedge:scan` on `document` with `detail.text`.
 *
 * A burst is a scan when no gap between its keys is over `gapMs`, the mean is under `meanMs` and it
 * has at least `least` characters; people type at 100 ms and more. Override them on the script's
 * page with `<meta name="wedge" content="gap=60,mean=35,least=12">`.
 */

const limits = { gap: 60, mean: 35, least: 12 };
const LONGEST = 4000; // characters; a version 40 QR of digits has 7,089, ours have 900

function readLimits() {
  const meta = document.querySelector('meta[name="wedge"]');
  if (!(meta instanceof HTMLMetaElement)) return;
  for (const part of meta.content.split(",")) {
    const [name, value] = part.split("=");
    if (name in limits && Number(value) > 0) limits[/** @type {keyof limits} */ (name)] = Number(value);
  }
}

function listen() {
  let text = "";
  let started = 0;
  let last = 0;
  window.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey) return;
    if (text && event.timeStamp - last > limits.gap) text = "";
    if (event.key === "Enter") {
      const mean = (last - started) / Math.max(text.length - 1, 1);
      const scanned = text;
      text = "";
      if (scanned.length < limits.least || mean >= limits.mean) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      document.dispatchEvent(new CustomEvent("wedge:scan", { detail: { text: scanned } }));
    } else if ([...event.key].length === 1 && text.length < LONGEST) {
      if (!text) started = event.timeStamp;
      text += event.key;
      last = event.timeStamp;
    }
  }, { capture: true });
}

readLimits();
listen();
