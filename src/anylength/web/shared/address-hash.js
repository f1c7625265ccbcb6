// Values in the hash of the page's address, such as #n=999&theme=dark. A hash without "=" is the name of a section: it stays in front.

/** All values of a name. */
export function hashValues(name) {
  return hashParts().getAll(name);
}

/** Puts values in the place of those of a name. The history gets no new entry. */
export function setHashValues(name, values) {
  const parts = hashParts();
  parts.delete(name);
  for (const value of values) parts.append(name, value);
  const texts = [...parts].map(([key, value]) => (value ? `${encodeURIComponent(key)}=${encodeURIComponent(value)}` : key));
  const hash = texts.length ? `#${texts.join("&")}` : "";
  if (hash !== location.hash) history.replaceState(null, "", hash || "#");
}

function hashParts() {
  return new URLSearchParams(location.hash.slice(1));
}
