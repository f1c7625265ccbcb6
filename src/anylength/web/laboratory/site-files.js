// Files of the site that the page loads when a reader asks for what is in them.

import { BadInput, quotedText } from "../shared/errors.js";

const SITE_REMEDY = "look whether the site is complete, and served by a web server";
const OPENED_NETS_FILE = "opened-nets.json";

let openedNets = null;

/**
 * The bytes of a file of the site.
 * @throws {BadInput} it does not come
 */
export async function loadedFile(name) {
  const answer = await fetch(name).catch(() => null);
  if (!answer?.ok) throw new BadInput(`${name} beside this page`, answer ? `answer ${answer.status}` : "no answer", SITE_REMEDY);
  return new Uint8Array(await answer.arrayBuffer());
}

/**
 * What the page has to know of nets that it opens and does not train. It is loaded once.
 * @returns {Promise<{cells: Record<string, Record<string, object>>, tasks: Record<string, Record<string, object>>}>} the cells of each
 *   kind of nets, and the records of tasks by name and base
 * @throws {BadInput} it does not come, or is no JSON
 */
export async function knownOfOpenedNets() {
  openedNets ??= parsedFile(new TextDecoder().decode(await loadedFile(OPENED_NETS_FILE)));
  return openedNets;
}

function parsedFile(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadInput(`JSON in ${OPENED_NETS_FILE}`, quotedText(text), SITE_REMEDY);
  }
}
