"""Verdicts on nets at every length.

- `certify` checks a proof. It is trusted, and the plainest code here.
- `invariants` searches for a proof. It is not trusted.
- `refutation` searches for a wrong answer.
- `verdicts` combines the three: PROVED, REFUTED, UNKNOWN or NOT APPLICABLE.
"""
