// @ts-check
/**
 * The signature pad: takes every sample the screen delivers, shows the ink as it will be in the
 * PDF (ink.js), undoes, clears, and sends the strokes.
 *
 * Samples are kept from the coalesced events of `pointermove`, which lose none;
 * `pointerrawupdate` comes earlier and only draws the tip ahead of the next frame. One pointer
 * draws at a time: a palm or a second finger is ignored. The words that ask for the signature are
 * shown only once the pad listens: nobody is invited to write what would be lost.
 */
import { strokeOutline } from "./ink.js";
import { post, say } from "./screen.js";

/** @typedef {import("./ink.js").Sample} Sample */

const INK_COLOUR = "#0c185a";
const MAX_STROKES = 200; // as in signing/ink.py
const MAX_POINTS = 20_000;

/** The strokes of one signature, in the pad's own units. */
class Strokes {
  constructor() {
    /** @type {Sample[][]} */
    this.all = [];
    this.width = 0;
    this.height = 0;
    this.start = 0;
  }

  get empty() {
    return this.all.length === 0;
  }

  get points() {
    return this.all.reduce((sum, stroke) => sum + stroke.length, 0);
  }

  /** Median rate of the samples within strokes. @returns {number} */
  get rate() {
    const gaps = this.all.flatMap((stroke) => stroke.slice(1).map((sample, i) => sample[2] - stroke[i][2]));
    const positive = gaps.filter((gap) => gap > 0).sort((a, b) => a - b);
    if (positive.length < 8) return 0;
    return Math.round(Math.min(1000 / positive[positive.length >> 1], 4000) * 10) / 10;
  }

  /** The form that signing.ink.Ink.from_json reads. @returns {string} */
  toJson() {
    return JSON.stringify({
      version: 1, width: this.width, height: this.height, sample_rate_hz: this.rate, strokes: this.all,
    });
  }
}

/** @param {HTMLElement} pad */
function drive(pad) {
  const canvas = /** @type {HTMLCanvasElement} */ (pad.querySelector("[data-pad-canvas]"));
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const controls = findControls(pad);
  let strokes = new Strokes();
  /** @type {Path2D[]} */
  let finished = [];
  /** @type {number | null} */
  let pointer = null;
  /** @type {Sample[]} */
  let ahead = [];
  let frame = 0;

  const fit = () => {
    const box = canvas.getBoundingClientRect();
    const sharp = Math.min(window.devicePixelRatio || 1, 2);
    canvas.width = Math.round(box.width * sharp);
    canvas.height = Math.round(box.height * sharp);
    if (strokes.empty) {
      strokes.width = Math.round(box.width);
      strokes.height = Math.round(box.height);
    }
    paint();
  };
  const paint = () => {
    frame = 0;
    const scale = canvas.width / (strokes.width || 1);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.fillStyle = INK_COLOUR;
    for (const path of finished) context.fill(path);
    const open = pointer === null ? null : strokes.all[strokes.all.length - 1];
    if (open) {
      const path = new Path2D();
      strokeOutline([...open, ...ahead], strokes.width, path);
      context.fill(path);
    }
  };
  const soon = () => { if (frame === 0) frame = requestAnimationFrame(paint); };
  const sample = (/** @type {PointerEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    const scale = strokes.width / box.width;
    const stroke = strokes.all[strokes.all.length - 1];
    const before = stroke?.[stroke.length - 1]?.[2] ?? 0;
    const time = Math.max(Math.round((event.timeStamp - strokes.start) * 10) / 10, before);
    return /** @type {Sample} */ ([
      Math.round((event.clientX - box.left) * scale * 100) / 100,
      Math.round((event.clientY - box.top) * scale * 100) / 100,
      time,
      Math.round(Math.min(Math.max(event.pressure, 0), 1) * 1000) / 1000,
    ]);
  };
  const showState = () => {
    for (const control of [controls.undo, controls.clear, controls.done]) {
      if (control) control.disabled = strokes.empty || pointer !== null;
    }
    if (controls.hint) controls.hint.hidden = !strokes.empty;
  };
  const down = (/** @type {PointerEvent} */ event) => {
    if (pointer !== null || event.button > 0 || strokes.all.length >= MAX_STROKES) return;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    if (strokes.empty) { fit(); strokes.start = event.timeStamp; }
    const first = strokes.all.length === 0 ? 0 : /** @type {Sample} */ (strokes.all[strokes.all.length - 1].at(-1))[2];
    const start = sample(event);
    start[2] = Math.max(start[2], first);
    strokes.all.push([start]);
    say(controls.problem, null);
    showState();
    soon();
  };
  const move = (/** @type {PointerEvent} */ event) => {
    if (event.pointerId !== pointer) return;
    const stroke = strokes.all[strokes.all.length - 1];
    const merged = event.getCoalescedEvents();
    for (const one of merged.length ? merged : [event]) {
      if (strokes.points < MAX_POINTS) stroke.push(sample(one));
    }
    ahead = [];
    soon();
  };
  const raw = (/** @type {Event} */ event) => {
    if (!(event instanceof PointerEvent) || event.pointerId !== pointer) return;
    ahead.push(sample(event));
    soon();
  };
  const up = (/** @type {PointerEvent} */ event) => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    ahead = [];
    const path = new Path2D();
    strokeOutline(strokes.all[strokes.all.length - 1], strokes.width, path);
    finished.push(path);
    showState();
    soon();
  };
  const undo = () => { strokes.all.pop(); finished.pop(); if (strokes.empty) clear(); showState(); soon(); };
  const clear = () => { strokes = new Strokes(); finished = []; fit(); showState(); };
  const send = async (/** @type {boolean} */ insist) => {
    if (controls.done) controls.done.disabled = true;
    try {
      /** @type {Record<string, string>} */
      const headers = { "Content-Type": "application/json" };
      if (insist) headers["X-Insist"] = "yes";
      const answer = await post(pad.dataset.saveUrl ?? "", strokes.toJson(), headers);
      if (answer.location) { location.assign(answer.location); return; }
      if (answer.question) ask(controls.question, answer.question);
      if (answer.problem) say(controls.problem, answer.problem);
    } catch {
      location.reload();
    }
    showState();
  };

  canvas.addEventListener("pointerdown", down);
  canvas.addEventListener("pointermove", move);
  canvas.addEventListener("pointerrawupdate", raw);
  for (const kind of /** @type {const} */ (["pointerup", "pointercancel"])) canvas.addEventListener(kind, up);
  // Without this the browser takes the end of a quick stroke for a fling and eats the next tap.
  canvas.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  controls.undo?.addEventListener("click", undo);
  controls.clear?.addEventListener("click", clear);
  controls.done?.addEventListener("click", () => send(false));
  controls.question?.querySelector("[data-question-keep]")?.addEventListener("click", () => { controls.question?.close(); send(true); });
  controls.question?.querySelector("[data-question-again]")?.addEventListener("click", () => { controls.question?.close(); clear(); });
  new ResizeObserver(fit).observe(canvas);
  showState();
}

/** @param {HTMLElement} pad */
function findControls(pad) {
  const button = (/** @type {string} */ name) => /** @type {HTMLButtonElement | null} */ (document.querySelector(name));
  return {
    undo: button("[data-undo]"),
    clear: button("[data-clear]"),
    done: button("[data-pad-done]"),
    hint: /** @type {HTMLElement | null} */ (pad.querySelector("[data-pad-hint]")),
    problem: /** @type {HTMLElement} */ (document.querySelector("[data-pad-problem]")),
    question: /** @type {HTMLDialogElement | null} */ (document.querySelector("[data-pad-question]")),
  };
}

/** @param {HTMLDialogElement | null} dialog @param {string} question */
function ask(dialog, question) {
  for (const words of dialog?.querySelectorAll("[data-question]") ?? []) {
    /** @type {HTMLElement} */ (words).hidden = /** @type {HTMLElement} */ (words).dataset.question !== question;
  }
  dialog?.showModal();
}

const pad = document.querySelector("[data-pad]");
if (pad instanceof HTMLElement) drive(pad);
