"""The equations of the newer recurrent cells, written again in numpy as the papers have them, one example at a time."""

import numpy as np

from anylength.cells import DeltaNet, Rwkv7, Ssm

Named = dict[str, np.ndarray]


def logistic(x: np.ndarray) -> np.ndarray:
    """The logistic function."""
    return 1 / (1 + np.exp(-x))


def silu(x: np.ndarray) -> np.ndarray:
    """x·σ(x)."""
    return x * logistic(x)


def blocks(named: Named, x: np.ndarray, sizes: list[int]) -> list[np.ndarray]:
    """W_ih x + b in blocks of rows."""
    return np.split(named["weight_ih"].astype(np.float64) @ x + named["bias"], np.cumsum(sizes)[:-1])


def minlstm(named: Named, x: np.ndarray, state: np.ndarray) -> np.ndarray:
    """Feng et al. 2024, section 3.2: f and i scaled by their sum."""
    size = len(state) // 2
    forget, take_in, value, output = blocks(named, x, [size] * 4)
    f, i = logistic(forget), logistic(take_in)
    memory = f / (f + i) * state[size:] + i / (f + i) * value
    return np.concatenate([np.tanh(output + named["weight_hh"] @ memory), memory])


def slstm(named: Named, x: np.ndarray, state: np.ndarray) -> np.ndarray:
    """Beck et al. 2024, equations 8 to 17, with the cell c, normaliser n and stabiliser m; the state has c/n and m + log n."""
    h, c, m = np.split(state, 3)
    a = np.split(named["weight_ih"].astype(np.float64) @ x + named["bias"] + named["weight_hh"] @ h, 4)
    log_forget = np.log(logistic(a[1]))
    after = np.maximum(log_forget + m, a[0])
    i, f = np.exp(a[0] - after), np.exp(log_forget + m - after)
    c, n = f * c + i * np.tanh(a[2]), f + i
    return np.concatenate([logistic(a[3]) * c / n, c / n, after + np.log(n)])


def ssm(named: Named, x: np.ndarray, state: np.ndarray) -> np.ndarray:
    """Gu & Dao 2023, algorithm 2: Δ, B and C depend on the input; Ā = exp(ΔA), B̄ = ΔB."""
    units = len(named["bias"]) // 2
    u, gate = blocks(named, x, [units, units])
    inputs = np.concatenate([state[units : 4 * units], u]).reshape(Ssm.TAPS, units)
    memory = state[4 * units :].reshape(units, Ssm.STATES)
    v = silu((inputs * named["weight_conv"].reshape(Ssm.TAPS, units)).sum(axis=0) + named["bias_conv"])
    delta = np.logaddexp(0, named["weight_hh"] @ v + named["bias_delta"])
    decay = np.exp(-delta[:, None] * np.abs(named["rates"].reshape(units, Ssm.STATES)))
    memory = decay * memory + np.outer(delta * v, named["weight_in"] @ v)
    answer = memory @ (named["weight_out"] @ v) + named["skip"] * v
    return np.concatenate([answer * silu(gate), inputs[1:].ravel(), memory.ravel()])


def deltanet(named: Named, x: np.ndarray, state: np.ndarray) -> np.ndarray:
    """Yang et al. 2024, equation 1, with 2β as in Grazzi et al. 2024: the whole matrix I − βkkᵀ."""
    keys, units = DeltaNet.KEYS, named["weight_hh"].shape[1]
    value, output, key, query, rate = blocks(named, x, [units, units, keys, keys, 1])
    key, query = (a / np.sqrt(keys * ((a**2).mean() + DeltaNet.NORM_EPSILON)) for a in (key, query))
    beta = 2 * logistic(rate[0])
    matrix = state[units:].reshape(units, keys)
    matrix = matrix @ (np.eye(keys) - beta * np.outer(key, key)) + beta * np.outer(value, key)
    return np.concatenate([np.tanh(output + named["weight_hh"] @ (matrix @ query)), matrix.ravel()])


def rwkv7(named: Named, x: np.ndarray, state: np.ndarray) -> np.ndarray:
    """Peng et al. 2025, equations 16 and 17: the whole matrix diag(w) − κ(a·κ)ᵀ."""
    keys, units = Rwkv7.KEYS, named["weight_hh"].shape[1]
    size = units * (1 + keys)
    shifted = named["weight_shift"].astype(np.float64) @ state[size:]
    p = np.split(named["weight_ih"] @ x + named["bias"] + shifted, np.cumsum([units, units, *[keys] * 4]))
    value, output, decay, removal, rate, key, receptance = p
    removal = removal / np.sqrt(keys * ((removal**2).mean() + Rwkv7.NORM_EPSILON))
    transition = np.diag(np.exp(-Rwkv7.DECAY * logistic(decay))) - np.outer(removal, logistic(rate) * removal)
    matrix = state[units:size].reshape(units, keys) @ transition + np.outer(value, key)
    return np.concatenate([np.tanh(output + named["weight_hh"] @ (matrix @ receptance)), matrix.ravel(), x])


ZOO = {"minlstm": minlstm, "slstm": slstm, "ssm": ssm, "deltanet": deltanet, "rwkv7": rwkv7}


def batch(name: str):
    """The oracle of a cell for a batch of columns."""

    def step(named: Named, symbols: np.ndarray, states: np.ndarray) -> np.ndarray:
        pairs = zip(symbols.T.astype(np.float64), states.T.astype(np.float64), strict=True)
        return np.stack([ZOO[name](named, x, state) for x, state in pairs], axis=1)

    return step
