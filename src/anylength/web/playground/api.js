// Talking to the server that serves this page: questions, requests that change something, and the events of a run.

const EVENTS = ["status", "epoch", "frame", "verdict", "explanation", "stress", "end"];

/** Asks; throws an Error with the server's own words. */
export async function asked(path) {
  return answered(fetch(path, { headers: { Accept: "application/json" } }));
}

/** Asks for a change. */
export async function requested(path, body = {}) {
  const token = document.querySelector('meta[name="token"]').content;
  const headers = { "Content-Type": "application/json", "X-Token": token };
  return answered(fetch(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

/** The path of a run below the API. */
export function runPath(name, after = "") {
  return `/api/runs/${name.split("/").map(encodeURIComponent).join("/")}${after}`;
}

/** The address of a run's report. */
export function reportPath(name) {
  return `/runs/${name.split("/").map(encodeURIComponent).join("/")}/report`;
}

/** Follows the events of a run until they end; `handlers` by event name, `lost` when the connection is refused. Returns a stop function. */
export function followed(name, handlers, lost) {
  const source = new EventSource(runPath(name, "/events"));
  for (const event of EVENTS) {
    source.addEventListener(event, (message) => {
      if (event === "end") source.close();
      handlers[event]?.(JSON.parse(message.data));
    });
  }
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) lost();
  });
  return () => source.close();
}

async function answered(request) {
  let response;
  try {
    response = await request;
  } catch {
    throw new Error("the server does not answer: is anylength serve still running?");
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error ?? `the server said ${response.status}`);
  return body;
}
