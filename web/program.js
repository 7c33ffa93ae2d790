// How a program comes over a line that may be slow, or cut. The build puts this text into the scripts that start one.

/** How long a host may say nothing before it is given up. */
const PATIENCE_MS = 60_000;
/** How often it is told how much has come. */
const PAUSE_MS = 100;

/**
 * Fetches a program: its response as soon as it begins, and `whole`, which fails unless all of it comes. `tell` is called with the
 * bytes so far: the program's own, which are more than a host sends that compresses them.
 */
async function fetchProgram(address, total, tell) {
  const silence = new AbortController();
  let patience;
  const wait = () => {
    clearTimeout(patience);
    patience = setTimeout(() => silence.abort(), PATIENCE_MS);
  };
  try {
    wait();
    const response = await fetch(address, { signal: silence.signal });
    if (!response.ok) {
      throw new Error(`${address}: the host answers ${response.status}`);
    }
    // Counted beside: a browser may keep what it has compiled of an answer that nobody has touched.
    const whole = counted(response.clone().body, tell, wait).then((bytes) => {
      clearTimeout(patience);
      if (bytes !== total) {
        throw new Error(`${address}: ${bytes} bytes instead of ${total}`);
      }
    });
    whole.catch(() => clearTimeout(patience));
    return { response, whole };
  } catch (error) {
    clearTimeout(patience);
    throw error;
  }
}

/** Reads a stream to its end; how many bytes that were. */
async function counted(stream, tell, heard) {
  const reader = stream.getReader();
  let bytes = 0;
  let told = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      tell(bytes);
      return bytes;
    }
    heard();
    bytes += value.length;
    if (performance.now() - told > PAUSE_MS) {
      told = performance.now();
      tell(bytes);
    }
  }
}
