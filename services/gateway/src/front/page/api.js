// Asking the API.

const PATIENCE = 5; // seconds that a 503 may ask for before it is shown
const REPEATS = 3;

/** A refusal, by its status; 0 when there was no answer. */
class Refused extends Error {
  constructor(status) {
    super(`refused with ${status}`);
    this.status = status;
  }
}

/** The body, and where the next page is. What is up again within moments is asked again. */
async function ask(path, { body, signal } = {}) {
  const headers = { "Accept": "application/json", "Accept-Language": `${language}, en;q=0.5` };
  const request = body === undefined ? { headers, signal } : {
    method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(body), signal,
  };
  for (let repeats = 0; ; repeats++) {
    const answer = await fetch(path, request).catch(error => { throw signal?.aborted ? error : new Refused(0); });
    if (answer.ok) return { body: await answer.json(), next: nextPage(answer.headers.get("Link")) };
    const seconds = Number(answer.headers.get("Retry-After"));
    const soon = answer.status === 503 && seconds > 0 && seconds <= PATIENCE;
    if (!soon || repeats === REPEATS) throw new Refused(answer.status);
    await new Promise(done => setTimeout(done, seconds * 1000));
  }
}

/** The target of `Link: <…>; rel="next"`. */
function nextPage(link) {
  return /<([^>]*)>\s*;\s*rel="?next"?/.exec(link ?? "")?.[1] ?? null;
}

/** A page of the newest pieces, or of what a query finds; `at` is where an earlier page said that this one is. */
async function pageOf(query, at, signal) {
  if (query) {
    const { body } = await ask("/v1/products/search", { body: { query, limit: 24, cursor: at }, signal });
    return { pieces: body.results.map(result => result.product), total: body.total, next: body.next_cursor };
  }
  const { body, next } = await ask(at ?? "/v1/products?limit=24", { signal });
  // A page may be short, or empty, although another follows.
  if (body.length === 0 && next) return pageOf(query, next, signal);
  return { pieces: body, next };
}
