  const p = drive(symbol);
  const s = state.slice(H).map((before, k) => {
{% if cell == "mingru" %}
    const z = sigmoid(p[k]);
    return float(float(float(1 - z) * before) + float(z * p[H + k]));
{% else %}
    return float(float({{ "tanh" if cell == "linear-signed" else "sigmoid" }}(p[k]) * before) + p[H + k]);
{% endif %}
  });
  return [...times(weight_hh, s).map((sum, k) => tanh(float(p[2 * H + k] + sum))), ...s];
