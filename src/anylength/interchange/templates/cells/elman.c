    times(weight_hh, H, state, m);
{% if cell == "rnn" %}
    for (int k = 0; k < H; k++) state[k] = tanhf(p[k] + m[k]);
{% else %}
    for (int k = 0; k < H; k++) state[k] = p[k] + m[k] > 0.0f ? p[k] + m[k] : 0.0f;
{% endif %}
