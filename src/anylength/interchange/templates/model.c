/* {{ title }}
 * Written by anylength: the net itself, in float. Never build it with -ffast-math or -funsafe-math-optimizations.
 *
 *   cc -std=c99 -O2 model.c -lm -o model && ./model {{ example | join(" ") }}
 *
{% for line in equations %}
 * {{ line }}
{% endfor %}
 * The state starts at 0. A step's output is the class of the largest logit of W h' + c, the lowest on a tie.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { BASE = {{ task.base }}, LETTERS = {{ task.letters }}, TAPES = {{ task.tapes }}, H = {{ hidden }}, STATE = {{ state_size }}, LONGEST = 1000000 };
{% set place = "length - 1 - t" if steps.most_first else "t" %}

{% for name, value in tensors.items() %}
{% if value.ndim == 2 %}
static const float {{ name }}[{{ value.shape[0] }}][{{ value.shape[1] }}] = {
{% for row in value %}
    { {{- row | decimals("f") -}} },
{% endfor %}
};
{% else %}
static const float {{ name }}[{{ value.shape[0] }}] = { {{- value | decimals("f") -}} };
{% endif %}
{% endfor %}

{% if cell in ("gru", "gru-reset-before", "lstm", "linear", "mingru") %}
static float sigmoid(float x) { return 1.0f / (1.0f + expf(-x)); }

{% endif %}
/* out = rows * vector */
static void times(const float (*rows)[H], int count, const float *vector, float *out) {
    for (int k = 0; k < count; k++) {
        out[k] = 0.0f;
        for (int j = 0; j < H; j++) out[k] += rows[k][j] * vector[j];
    }
}

/* p: the input has a 1 for the letter on each tape; symbol s has on tape i the letter s / LETTERS^i % LETTERS. */
static void drive(int symbol, float *p) {
    for (int k = 0; k < {{ tensors.bias.shape[0] }}; k++) {
        p[k] = bias[k]{{ " + bias_hh[k]" if "bias_hh" in tensors }};
        for (int tape = 0, rest = symbol; tape < TAPES; tape++, rest /= LETTERS) p[k] += weight_ih[k][tape * LETTERS + rest % LETTERS];
    }
}

/* The state after a symbol, in its place. */
static void advance(float *state, int symbol) {
    float p[{{ tensors.bias.shape[0] }}], m[{{ tensors.weight_hh.shape[0] }}];
    drive(symbol, p);
{% include "cells/" ~ family ~ ".c" %}
}

/* One step: the state after a symbol, in its place, and the step's output. */
int step(float *state, int symbol) {
    float logits[{{ tensors.readout_bias.shape[0] }}];
    int best = 0;
    advance(state, symbol);
    times(readout_weight, {{ tensors.readout_bias.shape[0] }}, state, logits);
    for (int k = 0; k < {{ tensors.readout_bias.shape[0] }}; k++) {
        logits[k] += readout_bias[k];
        if (logits[k] > logits[best]) best = k;
    }
    return best;
}

/* The digit that a sign stands for; BASE or more where it stands for none. */
static int digit_of(char sign) {
    static const char signs[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const char *found = sign ? strchr(signs, sign) : NULL;
    int place = found ? (int)(found - signs) : BASE;
    return place < 36 ? place : place - 26;
}

/* How many digits a text has; 0 where it is no number. */
static int digits_in(const char *text) {
    const size_t count = strlen(text);
    for (size_t k = 0; k < count; k++)
        if (digit_of(text[k]) >= BASE) return 0;
    return count <= LONGEST ? (int)count : 0;
}

{% if task.labels is none %}
/* Prints digits, the least significant first, as people write them. */
static void print_number(unsigned char *digit, int count) {
{% if task.negative %}
    if (digit[count - 1] == BASE - 1) { /* below zero: the digits of BASE^count - n */
        int place = 0;
        putchar('-');
        while (digit[place] == 0) place++;
        digit[place] = (unsigned char)(BASE - digit[place]);
        while (++place < count) digit[place] = (unsigned char)(BASE - 1 - digit[place]);
    }
{% endif %}
    while (count > 1 && digit[count - 1] == 0) count--;
    while (count > 0) putchar("0123456789abcdefghijklmnopqrstuvwxyz"[digit[--count]]);
    putchar('\n');
}

{% endif %}
/* Prints the answer to TAPES numbers, all as people write them. */
static void answer(char **number) {
{% if task.labels is none %}
    static unsigned char digit[{{ room }}];
{% else %}
    static const char *const labels[] = { {{- labels -}} };
    int output = 0;
{% endif %}
    float state[STATE] = {0};
    int own[TAPES], length = 0;
    for (int tape = 0; tape < TAPES; tape++) {
        own[tape] = digits_in(number[tape]);
        if (own[tape] > length) length = own[tape];
    }
{% if steps.whole %}
    const int end = length{{ " + %d" % steps.answers[1] if steps.answers[1] }};
{% else %}
    const int from = {{ 1 + steps.work[0] }} * length + {{ steps.work[1] }}; /* the first step of the answer */
    const int end = from + {{ steps.answers[0] }} * length + {{ steps.answers[1] }};
{% endif %}
    for (int t = 0; t < end; t++) {
        int symbol = 0;
{% if steps.whole %}
        for (int tape = TAPES - 1; tape >= 0; tape--)
            symbol = symbol * LETTERS + ({{ place }} < own[tape] ? digit_of(number[tape][own[tape] - 1 - ({{ place }})]) : 0);
{% else %}
        if (t >= length) symbol = t < from ? {{ steps.work_symbol }} : {{ steps.answer_symbol }};
        else for (int tape = TAPES - 1; tape >= 0; tape--)
            symbol = symbol * LETTERS + ({{ place }} < own[tape] ? digit_of(number[tape][own[tape] - 1 - ({{ place }})]) : 0);
{% endif %}
{% if task.labels is not none %}
        output = step(state, symbol);
{% elif steps.whole %}
        digit[{{ place }}] = (unsigned char)step(state, symbol);
{% else %}
        int output = step(state, symbol);
        if (t >= from) digit[{{ "end - 1 - t" if steps.written else "t - from" }}] = (unsigned char)output;
{% endif %}
    }
{% if task.labels is not none %}
    puts(labels[output]);
{% else %}
    print_number(digit, end{{ " - from" if not steps.whole }});
{% endif %}
}

int main(int argc, char **argv) {
    int given = argc - 1, good = given > 0 && given % TAPES == 0;
    for (int at = 1; good && at <= given; at++) good = digits_in(argv[at]) > 0;
    for (int at = 1; good && at <= given; at += TAPES) answer(argv + at);
    if (!good) fprintf(stderr, "expected numbers in base %d, %d for each answer, of at most %d digits\n", BASE, TAPES, LONGEST);
    return good ? 0 : 2;
}
