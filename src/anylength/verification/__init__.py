"""Verdicts on nets at every length.

Only the independent checker, `anylength_check`, decides whether a proof holds.

- `certify` states a proof as a certificate, and computes which number formats it covers.
- `invariants` searches for a proof by boxes.
- `ellipsoids` searches for a proof by ellipsoids of nets that were not trained to be provable.
- `refutation` searches for a wrong answer.
- `verdicts` combines them, asks the checker, and judges stored verdicts: PROVED, REFUTED, UNKNOWN or NOT APPLICABLE.
"""
