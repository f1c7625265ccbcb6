    times(weight_hh, 3 * H, state, m);
    for (int k = 0; k < H; k++) {
        const float r = sigmoid(p[k] + m[k]), z = sigmoid(p[H + k] + m[H + k]);
        const float n = tanhf(p[2 * H + k] + r * (m[2 * H + k] + bias_hn[k]));
        state[k] = (1.0f - z) * n + z * state[k];
    }
