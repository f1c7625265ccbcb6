// A worker of the page.

import { BadInput } from "./errors.js";

/**
 * A new worker from a script of the site.
 * @throws {BadInput} the page was opened from disk, where browsers start no workers
 */
export function hiredWorker(address, options = {}) {
  try {
    return new Worker(address, options);
  } catch {
    const remedy = "in the folder of this file run python -m http.server, then open http://localhost:8000";
    throw new BadInput("a page from a web server", "one that was opened from disk", remedy);
  }
}
