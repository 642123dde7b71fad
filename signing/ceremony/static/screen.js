// @ts-check
/**
 * What every screen needs: the focus goes to what was just said, a form is sent once, a page from
 * the browser's memory is asked for anew, a chosen file is sent at once.
 */

/** The cross-site token of this page. @returns {string} */
export function csrfToken() {
  const meta = document.querySelector('meta[name="csrf-token"]');
  return meta instanceof HTMLMetaElement ? meta.content : "";
}

/**
 * Post to one of our own addresses and read its JSON answer.
 * @param {string} url
 * @param {BodyInit} body
 * @param {Record<string, string>} [headers]
 * @returns {Promise<any>} the answer, also one that refuses; rejects when none arrived
 */
export async function post(url, body, headers = {}) {
  const response = await fetch(url, {
    method: "POST",
    body,
    headers: { Accept: "application/json", "X-CSRFToken": csrfToken(), ...headers },
    credentials: "same-origin",
  });
  if (response.redirected) {
    location.replace(response.url);
    return {};
  }
  const type = response.headers.get("Content-Type") ?? "";
  if (!type.startsWith("application/json")) throw new Error(`status ${response.status}`);
  return response.json();
}

/**
 * Put one of our messages into a place on the page.
 * @param {HTMLElement} place
 * @param {{kind: string, title: string, words?: string} | null} message
 */
export function say(place, message) {
  place.hidden = message === null;
  place.replaceChildren();
  if (message === null) return;
  const box = document.createElement("div");
  box.className = `message message--${message.kind}`;
  box.tabIndex = -1;
  const words = document.createElement("div");
  for (const [text, name] of [[message.title, "message__title"], [message.words ?? "", ""]]) {
    if (!text) continue;
    const line = document.createElement("p");
    line.textContent = text;
    if (name) line.className = name;
    words.append(line);
  }
  box.append(words);
  place.append(box);
}

function sendFormsOnce() {
  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    if (!form.dataset.working) return;
    const button = event.submitter;
    const words = button?.querySelector("span");
    if (words) words.textContent = form.dataset.working;
    button?.classList.add("is-working");
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
  });
}

/** What presses the button of a form is evidence: a finger, a pen, a mouse or the keyboard. */
function noteWhatPresses() {
  const note = document.querySelector("[data-pressed-by]");
  if (!(note instanceof HTMLInputElement)) return;
  window.addEventListener("pointerdown", (event) => { note.value = event.pointerType; }, { capture: true });
  window.addEventListener("keydown", () => { note.value = "keyboard"; }, { capture: true });
}

function sendChosenFiles() {
  for (const form of document.querySelectorAll("form[data-sends-itself]")) {
    form.addEventListener("change", () => /** @type {HTMLFormElement} */ (form).requestSubmit());
  }
}

/** What scrolls can be reached and scrolled by keyboard. */
function reachScrolledParts() {
  for (const part of document.querySelectorAll("main, [data-scrolls]")) {
    const scrolls = part.scrollHeight > part.clientHeight + 1;
    if (scrolls) part.setAttribute("tabindex", "0");
    else if (part.tagName === "MAIN") part.setAttribute("tabindex", "-1");
    showWhatIsBelow(part);
  }
}

/** Whoever could scroll on sees that there is more: the lower edge fades. @param {Element} part */
function showWhatIsBelow(part) {
  part.toggleAttribute("data-below", part.scrollTop + part.clientHeight < part.scrollHeight - 8);
}

/** The place of the signature comes into the middle of its page. */
function showTheSpot() {
  const spot = document.querySelector("[data-spot]");
  const sheet = spot?.closest(".review__sheet");
  if (!spot || !sheet) return;
  const [place, frame] = [spot.getBoundingClientRect(), sheet.getBoundingClientRect()];
  sheet.scrollTop += place.top + place.height / 2 - frame.top - frame.height / 2;
}

window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
const said = document.querySelector("[data-takes-focus]");
const typing = document.querySelector("[autofocus]");
if (said instanceof HTMLElement && !typing) said.focus({ preventScroll: false });
sendFormsOnce();
noteWhatPresses();
sendChosenFiles();
reachScrolledParts();
const sizes = new ResizeObserver(reachScrolledParts);
for (const part of document.querySelectorAll("main, [data-scrolls]")) {
  part.addEventListener("scroll", () => showWhatIsBelow(part), { passive: true });
  for (const one of [part, ...part.querySelectorAll(":scope > *, :scope > * > *")]) sizes.observe(one);
}
showTheSpot();
