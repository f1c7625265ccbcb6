  const p = drive(symbol), m = times(weight_hh, state);
  return state.map((h, k) => {
    const r = sigmoid(float(p[k] + m[k])), z = sigmoid(float(p[H + k] + m[H + k]));
    const n = tanh(float(p[2 * H + k] + float(r * float(m[2 * H + k] + bias_hn[k]))));
    return float(float(float(1 - z) * n) + float(z * h));
  });
