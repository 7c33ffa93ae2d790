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

async function keepAll() {
  const shell = await caches.open(SHELL);
  // Checked with the host: a copy from before this version would make a page of two versions.
  await shell.addAll([...ADDRESSES].map((address) => new Request(address, { cache: "no-cache" })));
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
