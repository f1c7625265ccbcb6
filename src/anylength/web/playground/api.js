// Requests to the server that serves this page: reading, changing, and following the events of a run.

const EVENTS = ["status", "epoch", "frame", "verdict", "explanation", "stress", "end"];

/** Reads a path; throws an Error with the server's own message. */
export async function getJson(path) {
  return answerOf(fetch(path, { headers: { Accept: "application/json" } }));
}

/** Requests a change. */
export async function postJson(path, body = {}) {
  const token = document.querySelector('meta[name="token"]').content;
  const headers = { "Content-Type": "application/json", "X-Token": token };
  return answerOf(fetch(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

/** The path of a run below the API. */
export function runPath(name, after = "") {
  return `/api/runs/${encodedName(name)}${after}`;
}

/** The address of a run's report. */
export function reportPath(name) {
  return `/runs/${encodedName(name)}/report`;
}

/** The address of the report of several runs side by side. */
export function comparePath(names) {
  return `/compare?${new URLSearchParams(names.map((name) => ["run", name]))}`;
}

function encodedName(name) {
  return name.split("/").map(encodeURIComponent).join("/");
}

/** Follows the events of a run until they end; `handlers` by event name, `onLost` when the connection is refused. Returns a stop function. */
export function followRun(name, handlers, onLost) {
  const source = new EventSource(runPath(name, "/events"));
  for (const event of EVENTS) {
    source.addEventListener(event, (message) => {
      if (event === "end") source.close();
      handlers[event]?.(JSON.parse(message.data));
    });
  }
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) onLost();
  });
  return () => source.close();
}

async function answerOf(request) {
  let response;
  try {
    response = await request;
  } catch {
    throw new Error("the server does not answer: is anylength serve still running?");
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error ?? `the server answered with status ${response.status}`);
  return body;
}
