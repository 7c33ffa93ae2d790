// The client of roichat's engine, for pages that are not written in Rust: one class around the engine's worker.
//
// The worker takes messages and answers with messages, as README.md describes them. One request at a time is with it and
// the others wait here, so that an event belongs to the request under way and a cancel to the answer it was meant for.

/** Something about the engine; what is thrown is one of the two below. */
export class RoiChatError extends Error {
  name = "RoiChatError";
}

/** A request failed. The engine is ready for the next one. */
export class RequestError extends RoiChatError {
  name = "RequestError";

  constructor(message, isTransient, kind) {
    super(message);
    this.isTransient = isTransient;
    this.kind = kind;
  }
}

/** The engine has ended: it could not be started, lost its device, failed or was closed. Open another one. */
export class StoppedError extends RoiChatError {
  name = "StoppedError";
}

/** The event that ends each request. */
const ENDINGS = {
  open: "ready",
  set_picture: "image_ready",
  ask: "done",
  check_kernels: "kernels_checked",
  list_packages: "packages",
  remove_package: "packages",
  verify_package: "packages",
};

/** How long a worker may take to its first word, which its script says before it fetches the engine's program. */
const PATIENCE_MS = 60_000;

/** An engine in a worker of its own. */
export class RoiChat {
  #worker;
  #patience;
  #onProgress;
  #isListening = false;
  /** Requests that have not been sent, the next one first. */
  #waiting = [];
  /** The request whose end has not come. */
  #underway = null;
  /** Why there is no engine any more. */
  #end = null;
  #device = null;
  #model = null;

  /** Starts an engine and opens a model in it. */
  static async open({ model, folder, signal, ...options }) {
    signal?.throwIfAborted();
    const chat = await RoiChat.start(options);
    const abort = () => chat.#stop(signal.reason);
    signal?.addEventListener("abort", abort);
    try {
      await chat.openModel(model, folder);
      return chat;
    } catch (error) {
      chat.close();
      throw error;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Starts an engine without a model. */
  static async start({ workerUrl, onProgress } = {}) {
    return new RoiChat(startWorker(workerUrl), onProgress);
  }

  constructor(worker, onProgress = () => {}) {
    this.#worker = worker;
    this.#onProgress = onProgress;
    worker.onmessage = ({ data }) => this.#receive(data);
    const failed = (message) =>
      this.#stop(new StoppedError(`The engine stopped (${message || "its program could not be loaded"}); open it again.`));
    worker.onerror = ({ message }) => failed(message);
    this.#patience = setTimeout(failed, PATIENCE_MS);
  }

  /** The device that does the work; null until it has been opened. */
  get device() {
    return this.#device;
  }

  /** The model that is open; null before. */
  get model() {
    return this.#model;
  }

  /** Opens a model in place of the one before, and forgets the picture. Of a folder on the disk, `model` is only the name. */
  async openModel(model, folder) {
    this.#model = null;
    const request = folder ? { url: String(model), folder } : { url: absolute(model) };
    this.#model = await this.#request({ type: "open", ...request });
    return this.#model;
  }

  /** Makes a file the picture that questions are about; its size in pixels. */
  async setPicture(file) {
    const bytes = await copied(file);
    const { size } = await this.#request({ type: "set_picture", bytes }, { transfer: [bytes.buffer] });
    return size;
  }

  /** Asks about the picture: yields the answer piece by piece and returns the whole of it. */
  async *ask(question, boxes = [], options = {}) {
    const turns = typeof question === "string" ? [{ question }] : Array.from(question, defined);
    const message = { type: "ask", turns, boxes: Array.from(boxes, (edges) => Array.from(edges)), options: defined(options) };
    let text = "";
    let shown = "";
    let isOver = false;
    let wake = () => {};
    const request = { onToken: (piece) => ((text += piece), wake()) };
    const answered = this.#request(message, request);
    const over = () => ((isOver = true), wake());
    answered.then(over, over);
    try {
      while (!isOver) {
        const certain = shownWhileStreaming(text);
        if (certain.length > shown.length) {
          const piece = certain.slice(shown.length);
          shown = certain;
          yield piece;
        } else {
          await new Promise((resolve) => (wake = resolve));
        }
      }
      const answer = await answered;
      if (answer.answer.length > shown.length) {
        yield answer.answer.slice(shown.length);
      }
      return answer;
    } finally {
      // Whoever asked reads no further.
      if (!isOver) {
        this.#withdraw(request);
      }
    }
  }

  /** Ends the answer under way with the token under way. */
  cancel() {
    if (this.#underway?.message.type === "ask") {
      this.#worker.postMessage({ type: "cancel" });
    }
  }

  /** Runs every kernel on the device against its plain twin; how many cases agreed. */
  async checkKernels() {
    let cases = 0;
    let checked = { groups: 0, of: 1 };
    // A check steps aside for other requests.
    while (checked.groups < checked.of) {
      checked = await this.#request({ type: "check_kernels", first: checked.groups });
      cases += checked.cases;
    }
    return cases;
  }

  /** The packages that this browser keeps for this site, the most recently opened first. */
  async listPackages() {
    const { packages } = await this.#request({ type: "list_packages" });
    return packages;
  }

  /** Drops a kept package; what is kept then. */
  async removePackage(model) {
    const { packages } = await this.#request({ type: "remove_package", url: absolute(model) });
    return packages;
  }

  /** Reads a kept package and drops what is wrong in it; what is kept then. */
  async verifyPackage(model) {
    const { packages } = await this.#request({ type: "verify_package", url: absolute(model) });
    return packages;
  }

  /** Ends the engine and frees its memory. Requests that have not ended fail. */
  close() {
    this.#stop(new StoppedError("The engine was closed; open another one."));
  }

  /** What the ending event of a request carries. `request` is told of tokens and can be withdrawn. */
  #request(message, request = {}) {
    return new Promise((resolve, reject) => {
      if (this.#end) {
        reject(this.#end);
        return;
      }
      this.#waiting.push(Object.assign(request, { message, resolve, reject }));
      this.#sendNext();
    });
  }

  #sendNext() {
    // A worker made from wasm loses what is sent to it before it listens.
    if (this.#isListening && !this.#underway && this.#waiting.length > 0) {
      this.#underway = this.#waiting.shift();
      const { message, transfer } = this.#underway;
      this.#worker.postMessage(message, transfer ?? []);
    }
  }

  #withdraw(request) {
    if (request === this.#underway) {
      this.cancel();
    } else {
      this.#waiting = this.#waiting.filter((other) => other !== request);
    }
  }

  #receive({ type, ...event }) {
    clearTimeout(this.#patience);
    switch (type) {
      case "alive":
        this.#watch(event.lock);
        break;
      case "started":
        this.#isListening = true;
        this.#sendNext();
        break;
      case "stopped":
        this.#stop(new StoppedError(`The engine stopped (${event.reason}); open it again.`));
        break;
      case "failed":
        this.#settle((request) => request.reject(new RequestError(event.error, event.is_transient, event.kind)));
        break;
      case "token":
        this.#underway?.onToken?.(event.text);
        break;
      case ENDINGS[this.#underway?.message.type]:
        this.#settle((request) => request.resolve(event));
        break;
      default:
        if (type === "device") {
          this.#device = event;
        }
        this.#onProgress({ type, ...event });
    }
  }

  /** Waits for the lock that the worker holds while it lives: a browser tells nobody when it ends one for want of memory. */
  #watch(lock) {
    const ended = () => this.#stop(new StoppedError("The engine stopped (its worker has ended); open it again."));
    // Refused only to a page that is being left.
    navigator.locks.request(lock, ended).catch(() => {});
  }

  #settle(how) {
    const request = this.#underway;
    this.#underway = null;
    if (request) {
      how(request);
    }
    this.#sendNext();
  }

  #stop(reason) {
    if (this.#end) {
      return;
    }
    this.#end = reason;
    this.#model = null;
    clearTimeout(this.#patience);
    this.#worker.onmessage = this.#worker.onerror = null;
    this.#worker.terminate();
    const unfinished = [this.#underway, ...this.#waiting];
    this.#underway = null;
    this.#waiting = [];
    for (const request of unfinished) {
      request?.reject(reason);
    }
  }
}

function startWorker(url) {
  try {
    // The first form is the one by which bundlers know a worker.
    return url === undefined
      ? new Worker(new URL("./worker/roichat-worker_loader.js", import.meta.url), { type: "module" })
      : new Worker(absolute(url), { type: "module" });
  } catch (cause) {
    throw new StoppedError(`The engine could not be started: ${cause.message}`, { cause });
  }
}

/** An address as the page means it; to the worker, a relative one would be relative to its own script. */
function absolute(url) {
  return new URL(url, globalThis.document?.baseURI ?? globalThis.location.href).href;
}

/** The bytes of a file, in memory that can be given away. */
async function copied(file) {
  if (file instanceof Blob) {
    return new Uint8Array(await file.arrayBuffer());
  }
  if (file instanceof ArrayBuffer) {
    return new Uint8Array(file.slice(0));
  }
  if (file instanceof Uint8Array) {
    return new Uint8Array(file);
  }
  throw new TypeError("a picture is the encoded file, as a Blob, an ArrayBuffer or a Uint8Array");
}

/** A copy without what is undefined, which the engine would take for a value of the wrong type. */
function defined(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/**
 * What is certain of an answer that is still streaming: without the role it may begin with, and without an end that may yet
 * turn out to be space or the mark an answer stops at.
 */
function shownWhileStreaming(text) {
  const begun = text.replace(/^\p{White_Space}+/u, "");
  if ("Assistant:".startsWith(begun)) {
    return "";
  }
  return begun.replace(/^Assistant:\p{White_Space}*/u, "").replace(/[\p{White_Space}#]+$/u, "");
}
