    float *s = state + H;
    for (int k = 0; k < H; k++) {
{% if cell == "mingru" %}
        const float z = sigmoid(p[k]);
        s[k] = (1.0f - z) * s[k] + z * p[H + k];
{% else %}
        s[k] = {{ "tanhf" if cell == "linear-signed" else "sigmoid" }}(p[k]) * s[k] + p[H + k];
{% endif %}
    }
    times(weight_hh, H, s, m);
    for (int k = 0; k < H; k++) state[k] = tanhf(p[2 * H + k] + m[k]);
