"""The local page: a server on loopback that trains nets, shows them while they learn, and opens what is in a folder of runs."""
