  const p = drive(symbol), m = times(weight_hh, state), a = p.map((sum, k) => float(sum + m[k])); // m looks at h alone
  const c = state.slice(H).map((before, k) => {
    const kept = float(sigmoid(a[H + k]) * before), taken = float(sigmoid(a[k]) * tanh(a[2 * H + k]));
    return float(kept + taken);
  });
  return [...c.map((inner, k) => float(sigmoid(a[3 * H + k]) * tanh(inner))), ...c];
