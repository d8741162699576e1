// The page: what its address asks for is what it shows.

const at = id => document.getElementById(id);
const [field, list, heading, notice, more, dialog] = ["query", "pieces", "heading", "notice", "more", "piece"].map(at);
const stopSuggesting = completing(field, at("suggestions"), () => search(field.value));
const shown = { query: null, next: null, asking: null };

/** What the address asks for. */
function wanted() {
  const parameters = new URLSearchParams(location.search);
  return { query: parameters.get("q")?.trim().slice(0, 200) ?? "", piece: parameters.get("piece") };
}

async function follow() {
  const { query, piece } = wanted();
  if (query !== shown.query) field.value = query;
  const listed = query === shown.query ? null : begin(query);
  if (piece) await open(piece);
  else if (dialog.open) dialog.close();
  await listed;
}

function go(address) {
  history.pushState(null, "", address);
  return follow();
}

function search(query) {
  stopSuggesting();
  const trimmed = query.trim();
  if (trimmed === shown.query) return begin(trimmed);
  return go(trimmed ? `/?${new URLSearchParams({ q: trimmed })}` : "/");
}

/** Shows the first page of a query. */
function begin(query) {
  shown.query = query;
  shown.next = null;
  heading.textContent = word("waiting");
  at("all").hidden = !query;
  list.replaceChildren(...waitingCards());
  return load();
}

/** Asks for a page and shows it below the others. */
async function load() {
  shown.asking?.abort();
  const { signal } = shown.asking = new AbortController();
  const first = shown.next === null;
  [notice.hidden, more.hidden] = [true, true];
  list.setAttribute("aria-busy", "true");
  try {
    const page = await pageOf(shown.query, shown.next ?? undefined, signal);
    if (signal.aborted) return;
    show(page, first);
  } catch (error) {
    if (signal.aborted) return;
    if (first) list.replaceChildren();
    heading.textContent = "";
    tell(word("failed"), make("button", { textContent: word("again"), onclick: load }));
    if (!(error instanceof Refused)) throw error;
  }
  list.removeAttribute("aria-busy");
}

function show({ pieces, total, next }, first) {
  const cards = pieces.map((piece, index) => card(piece, first && index < 4));
  if (first) list.replaceChildren(...cards);
  else list.append(...cards);
  shown.next = next;
  more.hidden = !next;
  heading.textContent = shown.query ? word("found", { count: number(total), query: shown.query }) : word("newest");
  if (list.children.length > 0) return;
  if (shown.query) tell(word("none"));
  else tell(word("empty"), make("code", { textContent: "cargo run -- demo" }));
}

function tell(text, ...rest) {
  notice.replaceChildren(make("p", { textContent: text }), ...rest);
  notice.hidden = false;
}

/** Shows one piece in front of the others. */
async function open(id) {
  const close = make("button", { className: "close", ariaLabel: word("close"), onclick: () => dialog.close() });
  const into = content => dialog.replaceChildren(close, content);
  into(make("p", { className: "told", textContent: word("waiting") }));
  if (!dialog.open) dialog.showModal();
  try {
    const { body } = await ask(`/v1/products/${encodeURIComponent(id)}`);
    if (wanted().piece === id) into(portrait(body));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const gone = error.status === 404 || error.status === 410;
    into(make("p", { className: "notice", textContent: word(gone ? "gone" : "failed") }));
  }
}

function withoutPiece() {
  const address = new URL(location);
  address.searchParams.delete("piece");
  return address.pathname + address.search;
}

at("search").addEventListener("submit", event => {
  event.preventDefault();
  search(field.value);
});
at("all").addEventListener("click", event => {
  event.preventDefault();
  go("/");
});
at("language").addEventListener("change", event => {
  choose(event.target.value);
  speak();
  begin(shown.query);
});
list.addEventListener("click", event => {
  const link = event.target.closest("[data-piece]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  go(link.href);
});
dialog.addEventListener("click", event => {
  if (event.target === dialog) dialog.close(); // beside it
});
dialog.addEventListener("close", () => {
  if (wanted().piece) go(withoutPiece());
});
more.addEventListener("click", async () => {
  const before = list.children.length;
  await load();
  list.children[before]?.querySelector("a")?.focus();
});
addEventListener("popstate", follow);

speak();
follow();
