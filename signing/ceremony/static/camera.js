// @ts-check
/**
 * The camera: a live picture with a guide box; the guide box is cut out, made a JPEG and posted.
 *
 * Markup, all by data-attributes on one element with `data-camera`:
 *   data-mode="shot"        post one picture when `[data-camera-shoot]` (anywhere) is pressed
 *   data-mode="scan"        post one picture after the other until an answer has a `location`
 *   data-advice-url         with "shot", where what the camera sees is posted meanwhile; its answer
 *                           `{"advice": CODE, "words": ...}` is said, CODE stands in data-advice
 *   data-frame-url          where pictures are posted (image/jpeg, X-CSRFToken header)
 *   data-guide              "left,top,width,height" of the guide box as shares of the picture
 *   data-words-starting, -ready, -working, -failed, -denied    what `[data-camera-status]` says
 * Inside: `<video data-camera-video>`, `[data-camera-guide]`, `[data-camera-status]`; outside
 * optionally `[data-camera-problem]`, where refusals are put.
 *
 * The answer is JSON: `{"location": URL}` goes there; `{"problem": {kind, title, words}}` is shown;
 * anything else is left to the page. Every answer is also dispatched on the element as
 * `camera:answer` (detail: the answer; preventDefault() keeps this module from acting on it), every
 * failure to get a picture as `camera:denied`.
 */
import { post, say } from "./screen.js";

const SCAN = { width: 1280, height: 720, quality: 0.7 }; // more costs more time than it finds codes
const SHOT = { width: 1920, height: 1080, quality: 0.9 }; // one picture, whose edges will be printed
const PAUSE_BETWEEN_SCANS_MS = 60;
const PAUSE_BETWEEN_ADVICE_MS = 700; // people move no faster, and a small machine has other work

/** @param {HTMLElement} camera */
async function drive(camera) {
  const video = /** @type {HTMLVideoElement} */ (camera.querySelector("[data-camera-video]"));
  const status = /** @type {HTMLElement | null} */ (camera.querySelector("[data-camera-status]"));
  const shoot = /** @type {HTMLButtonElement | null} */ (document.querySelector("[data-camera-shoot]"));
  const tell = (/** @type {string | undefined} */ words) => { if (status && words !== undefined) status.textContent = words; };
  const wish = camera.dataset.mode === "scan" ? SCAN : SHOT;
  const guide = (camera.dataset.guide ?? "0,0,1,1").split(",").map(Number);

  tell(camera.dataset.wordsStarting);
  const stream = await openCamera(wish);
  if (stream === null) {
    camera.classList.add("is-denied");
    tell(camera.dataset.wordsDenied);
    camera.dispatchEvent(new CustomEvent("camera:denied", { bubbles: true }));
    return;
  }
  video.srcObject = stream;
  await video.play().catch(() => undefined);
  await haveSize(video);
  placeGuide(camera, video, guide);
  tell(camera.dataset.wordsReady);
  window.addEventListener("pagehide", () => stream.getTracks().forEach((track) => track.stop()));

  if (camera.dataset.mode === "scan") {
    while (await scanOnce()) await pause(PAUSE_BETWEEN_SCANS_MS);
    return;
  }
  if (shoot) {
    shoot.disabled = false;
    shoot.addEventListener("click", async () => {
      shoot.disabled = true;
      delete camera.dataset.advice;
      tell(camera.dataset.wordsWorking);
      await send();
      shoot.disabled = false;
      tell(camera.dataset.wordsReady);
    });
  }
  if (camera.dataset.adviceUrl) await advise(camera.dataset.adviceUrl);

  /** Say what would be wrong with the picture, once it has been so twice: hands tremble. */
  async function advise(/** @type {string} */ url) {
    let before = "";
    while (camera.isConnected) {
      await pause(PAUSE_BETWEEN_ADVICE_MS);
      if (document.hidden || shoot?.disabled) continue;
      try {
        const answer = await post(url, await cutOut(video, guide, SCAN.quality), { "Content-Type": "image/jpeg" });
        if (shoot?.disabled) continue;
        if (answer.advice === before && answer.words && camera.dataset.advice !== before) {
          camera.dataset.advice = before;
          tell(answer.words);
        }
        before = answer.advice ?? "";
      } catch {
        return; // advice is a help; without it the photograph is still judged
      }
    }
  }

  /** @returns {Promise<boolean>} whether to go on scanning */
  async function scanOnce() {
    if (!camera.isConnected) return false;
    if (document.hidden) return true;
    return send();
  }

  /** @returns {Promise<boolean>} whether nothing was decided yet */
  async function send() {
    try {
      const frame = await cutOut(video, guide, wish.quality);
      const answer = await post(camera.dataset.frameUrl ?? "", frame, { "Content-Type": "image/jpeg" });
      const event = new CustomEvent("camera:answer", { detail: answer, bubbles: true, cancelable: true });
      if (!camera.dispatchEvent(event)) return true;
      if (answer.location) { location.assign(answer.location); return false; }
      showProblem(answer.problem ?? null);
    } catch {
      tell(camera.dataset.wordsFailed);
      await pause(500);
    }
    return true;
  }

  /** @param {{kind: string, title: string, words?: string} | null} problem */
  function showProblem(problem) {
    const place = document.querySelector("[data-camera-problem]");
    if (!(place instanceof HTMLElement)) return;
    say(place, problem);
    if (problem && camera.dataset.mode !== "scan") /** @type {HTMLElement | null} */ (place.firstElementChild)?.focus();
  }
}

/** @param {{width: number, height: number}} wish @returns {Promise<MediaStream | null>} */
async function openCamera(wish) {
  if (!navigator.mediaDevices?.getUserMedia) return null;
  const size = { width: { ideal: wish.width }, height: { ideal: wish.height }, facingMode: { ideal: "environment" } };
  try {
    return await navigator.mediaDevices.getUserMedia({ video: size, audio: false });
  } catch {
    return null;
  }
}

/** @param {HTMLVideoElement} video @returns {Promise<void>} */
function haveSize(video) {
  if (video.videoWidth) return Promise.resolve();
  return new Promise((resolve) => video.addEventListener("loadeddata", () => resolve(), { once: true }));
}

/**
 * Draw the guide box where it is on the shown picture.
 * @param {HTMLElement} camera @param {HTMLVideoElement} video @param {number[]} guide
 */
function placeGuide(camera, video, guide) {
  const box = /** @type {HTMLElement | null} */ (camera.querySelector("[data-camera-guide]"));
  if (box === null) return;
  video.parentElement?.style.setProperty("aspect-ratio", `${video.videoWidth} / ${video.videoHeight}`);
  const names = ["left", "top", "width", "height"];
  guide.forEach((share, i) => box.style.setProperty(names[i], `${share * 100}%`));
  box.hidden = false;
}

/** @param {HTMLVideoElement} video @param {number[]} guide @param {number} quality @returns {Promise<Blob>} */
function cutOut(video, [left, top, width, height], quality) {
  const [w, h] = [video.videoWidth, video.videoHeight];
  const canvas = new OffscreenCanvas(Math.round(w * width), Math.round(h * height));
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.drawImage(video, w * left, h * top, w * width, h * height, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/jpeg", quality });
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => { window.setTimeout(resolve, ms); });
}

for (const camera of document.querySelectorAll("[data-camera]")) drive(/** @type {HTMLElement} */ (camera));
