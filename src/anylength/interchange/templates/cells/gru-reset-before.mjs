  const p = drive(symbol), m = times(weight_hh.slice(0, 2 * H), state);
  const reset = state.map((h, k) => float(sigmoid(float(p[k] + m[k])) * h));
  const inner = times(weight_hh.slice(2 * H), reset);
  return state.map((h, k) => {
    const z = sigmoid(float(p[H + k] + m[H + k])), n = tanh(float(p[2 * H + k] + inner[k]));
    return float(float(float(1 - z) * n) + float(z * h));
  });
