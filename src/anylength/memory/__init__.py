"""Nets with stacks, proved at every length and every depth: boxes of states and of what lies on a stack, and their certificate.

A proof needs hard actions: each is exactly 0 or 1. Then a stack holds its vectors just as they were pushed. So finitely many boxes
suffice: one for each node of the machine's graph, which holds the controller's states there, and one for each letter of each stack,
which holds the vectors that are pushed for it. If every step from these boxes leads into them, acts as the machine does and answers
rightly, then the net is right on every word, however deep its stacks become.
"""
