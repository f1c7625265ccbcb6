"""The playground's server, on loopback: it trains nets, streams their training to the page, and lists a folder of runs."""
