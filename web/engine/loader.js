// The engine's worker up to the moment when its program runs: shows that it lives, and how much of the program has come.
//
// The build puts two numbers before this file, the sizes of the two files that are the program: PROGRAM_BYTES and GLUE_BYTES; and
// web/program.js. Addresses are written so that bundlers know them.

const TOTAL = PROGRAM_BYTES + GLUE_BYTES;

/** Takes a lock that this worker holds for as long as it lives; its name, or nothing where the browser gives out none. */
async function showLife() {
  if (!navigator.locks) {
    return null;
  }
  const lock = `roichat-engine-${crypto.randomUUID()}`;
  return new Promise((answer) => {
    const hold = () => {
      answer(lock);
      return new Promise(() => {});
    };
    navigator.locks.request(lock, hold).catch(() => answer(null));
  });
}

function stop(reason) {
  postMessage({ type: "stopped", reason });
}

/** Gets the program and runs it; fails where it does not come. */
async function start() {
  const lock = await showLife();
  if (lock) {
    postMessage({ type: "alive", lock });
  }
  let arrived = 0;
  const tell = () => postMessage({ type: "program", bytes: Math.min(arrived, TOTAL), total: TOTAL });
  tell();
  const glue = import("./roichat-worker.js").then((loaded) => {
    arrived += GLUE_BYTES;
    return loaded;
  });
  let before = 0;
  const count = (bytes) => {
    arrived += bytes - before;
    before = bytes;
    tell();
  };
  const address = new URL("./roichat-worker_bg.wasm", import.meta.url);
  const [{ default: init }, program] = await Promise.all([glue, fetchProgram(address, PROGRAM_BYTES, count)]);
  try {
    await init({ module_or_path: program.response });
  } catch (error) {
    await program.whole;
    // It is here, and another attempt would end the same way.
    tell();
    stop(`its program does not run here: ${error.message ?? error}`);
  }
}

start().catch((error) => stop(`its program could not be loaded: ${error.message ?? error}`));
