  const p = drive(symbol), m = times(weight_hh, state);
{% if cell == "rnn" %}
  return p.map((sum, k) => tanh(float(sum + m[k])));
{% else %}
  return p.map((sum, k) => Math.max(0, float(sum + m[k])));
{% endif %}
