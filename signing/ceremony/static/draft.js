// @ts-check
/**
 * Sends what is typed while it is typed: a moment after the last key, when a field is left and when
 * the page is. The server keeps it where `data-draft` says so, and answers what is wrong with it.
 * The form goes only when no draft is still on its way, so that a draft never comes after the
 * answer that it led to.
 */
import { tell } from "./mending.js";

const QUIET_MS = 400; // after the last key

/**
 * Whether something was typed before this script was there.
 * @param {HTMLFormElement} form
 */
function typedAlready(form) {
  return [...form.elements].some((field) =>
    (field instanceof HTMLInputElement && (field.value !== field.defaultValue || field.checked !== field.defaultChecked)) ||
    (field instanceof HTMLTextAreaElement && field.value !== field.defaultValue));
}

/** @param {HTMLFormElement} form */
function keep(form) {
  let kept = typedAlready(form) ? "" : written(form);
  let timer = 0;
  let submitted = false;
  /** @type {Record<string, string>} */
  let problems = {};
  /** @type {Set<string>} */
  const left = new Set();
  /** @type {Promise<unknown>} */
  let underway = Promise.resolve();
  const save = () => {
    window.clearTimeout(timer);
    const text = written(form);
    if (submitted || text === kept) return;
    kept = text;
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    const request = { method: "POST", body: text, headers, keepalive: true };
    underway = underway
      .then(() => fetch(form.dataset.draft ?? "", request))
      .then(async (answer) => {
        const said = await problemsOf(answer);
        if (said === null || submitted || kept !== text) return;
        problems = said;
        tell(form, problems, left);
      })
      .catch(() => { kept = ""; }); // not kept: the next key tries again
  };
  const soon = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, QUIET_MS);
  };
  form.addEventListener("input", soon);
  soon();
  form.addEventListener("focusout", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return;
    // Who goes to a button is told by its answer; words that push it aside would make it missed.
    if (event.relatedTarget instanceof HTMLButtonElement) return;
    if (field.value.trim() === "" || field.type === "checkbox" || field.type === "radio") return;
    left.add(field.name);
    if (written(form) === kept) tell(form, problems, left);
    else save();
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

/** @param {Response} answer @returns {Promise<Record<string, string> | null>} */
async function problemsOf(answer) {
  const type = answer.headers.get("Content-Type") ?? "";
  if (!answer.ok || !type.startsWith("application/json")) return null;
  return (await answer.json()).problems;
}

/** @param {HTMLFormElement} form @returns {string} */
function written(form) {
  const pairs = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
  return new URLSearchParams(pairs).toString();
}

const form = document.getElementById("fill-form");
if (form instanceof HTMLFormElement) keep(form);
