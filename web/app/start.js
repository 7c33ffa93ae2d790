// Brings the page's program, shows how much of it has come, and says so where it does not come. What is said stands in index.html.
//
// The build puts before this file: PROGRAM and GLUE, the addresses of the two files that are the program; PROGRAM_BYTES, the size of
// the first; and web/program.js.

/** Seconds before the attempts that follow a failure; the last is repeated. */
const PAUSES_S = [2, 4, 8, 15, 30];

const startup = document.getElementById("startup");
const bar = startup.querySelector("progress");
const again = startup.querySelector("button");

/** Attempts that failed one after the other with nothing having come. */
let failures = 0;

/** The program is here and does not run. */
class Unfit extends Error {}

/** Shows one of the texts. */
function say(name) {
  for (const text of startup.querySelectorAll("[data-state]")) {
    text.hidden = text.dataset.state !== name;
  }
  bar.hidden = name !== "loading";
}

/** Gets the program and runs it. A file that did not come under one address is asked for under another. */
async function start(attempt) {
  say("loading");
  bar.removeAttribute("value");
  const query = attempt > 0 ? `?attempt=${attempt}` : "";
  const tell = (bytes) => {
    bar.value = Math.min(bytes / PROGRAM_BYTES, 1);
    // Something has come, so the next failure is a new one. All at once is what the browser had already.
    if (bytes > 0 && bytes < PROGRAM_BYTES) {
      failures = 0;
    }
  };
  const [{ default: init }, program] = await Promise.all([
    import(GLUE + query),
    fetchProgram(PROGRAM, PROGRAM_BYTES, tell),
  ]);
  try {
    await init({ module_or_path: program.response });
  } catch (error) {
    await program.whole;
    throw new Unfit(error.message ?? error);
  }
}

/** Ends after a while, or as soon as there is a network or a person asks for it. */
function pause(seconds) {
  return new Promise((over) => {
    setTimeout(over, 1000 * seconds);
    addEventListener("online", over, { once: true });
    again.addEventListener("click", over, { once: true });
  });
}

for (let attempt = 0; startup.isConnected; attempt += 1) {
  try {
    await start(attempt);
    startup.remove();
  } catch (error) {
    console.error(error);
    if (error instanceof Unfit) {
      say("unfit");
      startup.querySelector("code").replaceChildren(error.message);
      break;
    }
    const seconds = PAUSES_S[Math.min(failures, PAUSES_S.length - 1)];
    failures += 1;
    for (const said of startup.querySelectorAll("[data-pause]")) {
      said.textContent = seconds;
    }
    say("delayed");
    await pause(seconds);
  }
}
