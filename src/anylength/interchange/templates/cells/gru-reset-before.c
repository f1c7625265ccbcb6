    float reset[H];
    times(weight_hh, 2 * H, state, m);
    for (int k = 0; k < H; k++) reset[k] = sigmoid(p[k] + m[k]) * state[k];
    times(weight_hh + 2 * H, H, reset, m + 2 * H);
    for (int k = 0; k < H; k++) {
        const float z = sigmoid(p[H + k] + m[H + k]), n = tanhf(p[2 * H + k] + m[2 * H + k]);
        state[k] = (1.0f - z) * n + z * state[k];
    }
