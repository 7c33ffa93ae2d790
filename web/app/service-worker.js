// Keeps the page itself, so that it starts without a network. Models are not its business: the engine keeps those.
//
// The build puts two lines before this file: VERSION, a hash of all the page's files, and FILES, their names.

const SHELL = `roichat-shell-${VERSION}`;
const SCOPE = new URL(self.registration.scope);
const ADDRESSES = new Set(FILES.map((file) => new URL(file, SCOPE).href));

self.addEventListener("install", (event) => {
  event.waitUntil(keepAll());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOldShells());
});

// A new version waits until every tab of the old one is closed, or until a person asks for it.
self.addEventListener("message", (event) => {
  if (event.data === "take over") {
    self.skipWaiting();
  }
});

self.addEventListener("fetch", (event) => {
  const address = plain(event.request.url);
  if (event.request.method === "GET" && ADDRESSES.has(address)) {
    event.respondWith(kept(address, event.request));
  }
});

/** Keeps every file; fails unless all are kept, and has then kept what it could, so that the next attempt goes on from there. */
async function keepAll() {
  const shell = await caches.open(SHELL);
  const attempts = await Promise.allSettled([...ADDRESSES].map((address) => keep(shell, address)));
  const failures = attempts.filter(({ status }) => status === "rejected").map(({ reason }) => reason);
  if (failures.length > 0) {
    if (failures.some(({ name }) => name === "QuotaExceededError")) {
      await tellPages("no room");
    }
    throw failures[0];
  }
}

async function keep(shell, address) {
  if (await shell.match(address)) {
    return;
  }
  // Checked with the host: a copy from before this version would make a page of two versions. What the page has fetched already
  // does not travel again from a host that knows it to be the same.
  const response = await fetch(address, { cache: "no-cache" });
  if (!response.ok) {
    throw new Error(`${address}: the host answers ${response.status}`);
  }
  // A browser does not start a page from an answer that was redirected.
  await shell.put(address, response.redirected ? new Response(response.body, response) : response);
}

/** Tells the pages that are open, those too that came before there was a service worker. */
async function tellPages(what) {
  const pages = await self.clients.matchAll({ includeUncontrolled: true, type: "window" });
  pages.forEach((page) => page.postMessage(what));
}

async function dropOldShells() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("roichat-shell-") && name !== SHELL);
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function kept(address, request) {
  const shell = await caches.open(SHELL);
  return (await shell.match(address)) ?? fetch(request);
}

/** Without query and fragment; a folder is its index. */
function plain(url) {
  const address = new URL(url);
  address.search = "";
  address.hash = "";
  if (address.pathname.endsWith("/")) {
    address.pathname += "index.html";
  }
  return address.href;
}
