"""Verdicts on nets at every length.

- `certify` checks a proof. It is trusted, and the plainest code here.
- `invariants` searches for a proof by boxes. It is not trusted.
- `ellipsoids` searches for a proof by ellipsoids of nets that were not trained to be provable. It is not trusted.
- `refutation` searches for a wrong answer.
- `verdicts` combines them: PROVED, REFUTED, UNKNOWN or NOT APPLICABLE.
"""
