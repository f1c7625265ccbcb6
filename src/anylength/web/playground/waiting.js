// The page that waits for the pages of the site: it loads itself again. A refresh by the document alone fails where the address has a part
// after #.

const RELOAD_AFTER = 1500; // milliseconds

setTimeout(() => location.reload(), RELOAD_AFTER);
