"""VNN-LIB: the steps of certificates and of counterexamples as queries for verifiers of feedforward networks."""
