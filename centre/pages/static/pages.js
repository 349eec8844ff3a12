// Everything here only makes a page quicker to use; without it every page works.
const toast = document.getElementById("toast");
let silence;
function say(words) {
  toast.textContent = words;
  clearTimeout(silence);
  silence = setTimeout(() => (toast.textContent = ""), 2500);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    say(button.dataset.done);
  } catch {
    button.hidden = true;
  }
});

// The server does a form once whatever is sent; this only spares the second click its waiting.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button?.hasAttribute("data-once")) setTimeout(() => (button.disabled = true));
});
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[data-once]")) button.disabled = false;
});

function prepare(within) {
  for (const button of within.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
}
prepare(document);
document.querySelector("[data-focus]")?.focus();

// Filters lie folded on a phone and open where there is room.
const wide = matchMedia("(min-width: 56rem)");
function fold() {
  for (const each of document.querySelectorAll("details[data-fold]")) each.open = wide.matches;
}
wide.addEventListener("change", fold);
fold();

// A form marked data-live asks again as soon as a choice changes, and puts in the parts marked data-part.
const live = document.querySelector("form[data-live]");
let asking;
async function show(address) {
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(address, { signal: asking.signal, headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-part]")) {
      const fresh = page.getElementById(part.id);
      if (!fresh) return location.assign(address);
      part.replaceWith(document.adoptNode(fresh));
    }
    document.querySelector(".lang").href = page.querySelector(".lang").getAttribute("href");
    document.title = page.title;
    prepare(document);
    return true;
  } catch (problem) {
    if (problem.name !== "AbortError") location.assign(address);
  }
}
function wanted() {
  const pairs = [...new FormData(live)].filter(([, value]) => value !== "");
  const query = new URLSearchParams(pairs).toString();
  return live.getAttribute("action") + (query ? "?" + query : "");
}
if (live) {
  document.addEventListener("change", async (event) => {
    if (event.target.form !== live || event.target.type === "search" || event.target.type === "text") return;
    const address = wanted();
    const held = event.target.id || [event.target.name, event.target.value];
    if (!(await show(address))) return;
    history.pushState(null, "", address);
    const again = typeof held === "string" ? document.getElementById(held) : [...live.elements].find((each) => each.name === held[0] && each.value === held[1]);
    if (document.activeElement === document.body) again?.focus();
  });
  addEventListener("popstate", () => location.reload());
}

// Work that is under way is asked after until it is over; then the page is shown whole.
let turns = 1200;
async function follow() {
  if (!(await show(location.href)) || --turns === 0) return;
  document.querySelector("[data-again]") ? setTimeout(follow, 3000) : location.reload();
}
if (document.querySelector("[data-again]")) setTimeout(follow, 3000);

// The digest of a file that was received, computed where it lies.
for (const each of document.querySelectorAll("[data-digest]")) each.hidden = !globalThis.crypto?.subtle;
document.addEventListener("change", async (event) => {
  const into = event.target.dataset.digestInto;
  if (!into || !event.target.files[0]) return;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await event.target.files[0].arrayBuffer()));
  document.getElementById(into).value = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
});
