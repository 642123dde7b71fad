// @ts-check
/**
 * Keeps what is typed while it is typed: a moment after the last key, and when the page is left.
 * The form goes only when no draft is still on its way, so that a draft never comes after the
 * answer that it led to.
 */
import { csrfToken } from "./screen.js";

const QUIET_MS = 400; // after the last key

/** @param {HTMLFormElement} form */
function keep(form) {
  let kept = written(form);
  let timer = 0;
  let submitted = false;
  /** @type {Promise<unknown>} */
  let underway = Promise.resolve();
  const save = () => {
    window.clearTimeout(timer);
    const text = written(form);
    if (submitted || text === kept) return;
    kept = text;
    const headers = { "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": csrfToken() };
    const request = { method: "POST", body: text, headers, keepalive: true };
    underway = underway
      .then(() => fetch(form.dataset.draft ?? "", request))
      .catch(() => { kept = ""; }); // not kept: the next key tries again
  };
  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, QUIET_MS);
  });
  form.addEventListener("submit", (event) => {
    window.clearTimeout(timer);
    if (submitted) return;
    event.preventDefault();
    submitted = true;
    // A form cannot be sent again while its own event is still going round.
    underway.finally(() => window.setTimeout(() => form.requestSubmit(), 0));
  });
  window.addEventListener("pagehide", save);
}

/** @param {HTMLFormElement} form @returns {string} */
function written(form) {
  const pairs = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
  return new URLSearchParams(pairs).toString();
}

const form = document.getElementById("fill-form");
if (form instanceof HTMLFormElement) keep(form);
