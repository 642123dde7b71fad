// @ts-check
/** Sends the layout to the server a moment after the last change, and says whether it is kept. */

const QUIET_MS = 500; // a drag makes many changes; one request follows it

export class Keeper {
  /**
   * @param {string} address where the layout is put
   * @param {HTMLElement} status the line that says "Saved"
   * @param {HTMLElement} trouble where a refusal is shown
   * @param {(said: any) => void} kept told what the server answered when it has kept a layout
   */
  constructor(address, status, trouble, kept) {
    this.address = address;
    this.status = status;
    this.trouble = trouble;
    this.kept = kept;
    this.timer = 0;
    /** @type {object | null} */
    this.waiting = null;
    /** @type {Promise<boolean>} */
    this.running = Promise.resolve(true);
    window.addEventListener("beforeunload", (event) => {
      if (this.waiting) event.preventDefault();
    });
  }

  /** @param {object} layout */
  keep(layout) {
    this.waiting = layout;
    this.say("saving");
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.flush(), QUIET_MS);
  }

  /** Send what is waiting now; resolves to whether everything is kept. @returns {Promise<boolean>} */
  flush() {
    clearTimeout(this.timer);
    const layout = this.waiting;
    if (layout) {
      this.waiting = null;
      this.running = this.running.then(() => this.send(layout));
    }
    return this.running;
  }

  /** @param {object} layout @returns {Promise<boolean>} */
  async send(layout) {
    const token = document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";
    try {
      const answer = await fetch(this.address, {
        method: "PUT",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify(layout),
      });
      const said = await answer.json();
      this.trouble.hidden = answer.ok;
      this.trouble.textContent = answer.ok ? "" : `${said.sentence} ${said.next_step}`;
      if (answer.ok) this.kept(said);
      this.say(answer.ok ? "saved" : "failed");
      return answer.ok;
    } catch {
      this.waiting ??= layout;
      this.timer = window.setTimeout(() => this.flush(), 4000);
      this.say("failed");
      return false;
    }
  }

  /** @param {"saving" | "saved" | "failed"} state */
  say(state) {
    this.status.textContent = this.status.dataset[state] ?? "";
    this.status.classList.toggle("is-bad", state === "failed");
  }
}
