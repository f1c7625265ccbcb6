"""The equations of a step in one line each, for people who read an export: those of `anylength.cells` and `docs/certificate.md`."""

from collections.abc import Mapping

EQUATIONS: Mapping[str, tuple[str, ...]] = {
    "rnn": ("h' = tanh(p + W_hh h)",),
    "relu": ("h' = max(0, p + W_hh h)",),
    "gru": (
        "blocks of H rows in p and m = W_hh h: r, z, n",
        "r = σ(p_r + m_r)",
        "z = σ(p_z + m_z)",
        "n = tanh(p_n + r (m_n + b_hn))",
        "h' = (1 - z) n + z h",
    ),
    "gru-reset-before": (
        "blocks of H rows in p and W_hh: r, z, n",
        "r = σ(p_r + W_r h)",
        "z = σ(p_z + W_z h)",
        "n = tanh(p_n + W_n (r h))",
        "h' = (1 - z) n + z h",
    ),
    "lstm": (
        "blocks of H rows in p and m = W_hh h: i, f, g, o",
        "c' = σ(p_f + m_f) c + σ(p_i + m_i) tanh(p_g + m_g)",
        "h' = σ(p_o + m_o) tanh(c')",
    ),
    "linear": ("blocks of H rows in p: a, u, o", "s' = σ(p_a) s + p_u", "h' = tanh(p_o + W_hh s')"),
    "linear-signed": ("blocks of H rows in p: a, u, o", "s' = tanh(p_a) s + p_u", "h' = tanh(p_o + W_hh s')"),
    "mingru": ("blocks of H rows in p: z, u, o", "s' = (1 - σ(p_z)) s + σ(p_z) p_u", "h' = tanh(p_o + W_hh s')"),
}
"""Products of two vectors are row by row; σ(x) = 1 / (1 + exp(-x)); the state starts at 0."""
