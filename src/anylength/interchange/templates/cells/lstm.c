    times(weight_hh, 4 * H, state, m);
    for (int k = 0; k < 4 * H; k++) p[k] += m[k];
    for (int k = 0; k < H; k++) {
        state[H + k] = sigmoid(p[H + k]) * state[H + k] + sigmoid(p[k]) * tanhf(p[2 * H + k]);
        state[k] = sigmoid(p[3 * H + k]) * tanhf(state[H + k]);
    }
