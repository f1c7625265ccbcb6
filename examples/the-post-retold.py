# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # The post, retold
#
# A blog post taught a small recurrent net to count: read n digit by digit from the right, write n + 1. The net was perfect on
# numbers of up to 10 digits and worked on 20 digits. Beyond some 25 nines it lost the carry. This notebook repeats the post,
# then goes further: it trains 16 nets where the post had one, finds their mistakes, and ends with a net that is **proved**
# right at every length.
#
# Each cell takes a few seconds at most.

# %% [markdown]
# ## The baseline: a line
#
# n + 1 is a linear function. A linear regressor learns it perfectly, but only up to the digits of its number format.

# %%
from anylength import linear_baseline

for name in ("float32", "float64"):
    print(name, "right up to", linear_baseline(name).longest_right, "digits")

# %% [markdown]
# ## The post's net
#
# A plain RNN with 12 units, Adagrad with rate 1, 9,000 random numbers of up to 10 digits. (The post does not state the number
# of units.)

# %%
from anylength import fit

trained = fit("count", recipe="blog", data="post", seed=15)
print("100 % on training and validation after epoch", trained.perfect_at)

# %%
from anylength import ask

answers = ask(trained.net, "count", [["1476233999"], ["27182818284590452353"]])
for question, answer, right in zip(answers.questions, answers.answers, answers.correct, strict=True):
    print(*question, "->", answer, "right" if right else "wrong")

# %% [markdown]
# So far all is well. Now numbers of nines: 9, 99, 999, …

# %%
from anylength import horizon

print("carries over", horizon(trained.net, "count"), "nines, and loses the carry after one more")

# %% [markdown]
# ## One net is one draw
#
# The same recipe with 16 seeds. All nets reach 100 % on training and validation. How many nines does each survive?

# %%
from anylength import fit_block

nets = [result.net for result in fit_block("count", range(16), recipe="blog", data="post")]
horizons = [horizon(net, "count", limit=500) for net in nets]
print(horizons, "(None: no failure up to 500 nines)")

# %%
from IPython.display import SVG


def bars(values: list[int | None], most: int = 40) -> SVG:
    """One bar for each net; a bar that reaches the top never broke."""
    parts = []
    for at, value in enumerate(values):
        height = 3 * (most if value is None else min(value, most))
        colour = "#0b6e99" if value is None else "#c1652f"
        parts.append(f'<rect x="{20 + 26 * at}" y="{130 - height}" width="20" height="{height}" fill="{colour}"/>')
        parts.append(
            f'<text x="{30 + 26 * at}" y="146" font-size="11" text-anchor="middle">{"∞" if value is None else value}</text>'
        )
    return SVG(f'<svg xmlns="http://www.w3.org/2000/svg" width="460" height="152">{"".join(parts)}</svg>')


bars(horizons)

# %% [markdown]
# Each bar is a net, the number below it its nines. Nets with ∞ (the test went to 500) keep the carry. The post had one of these
# nets.
#
# ## Nines are not the hardest numbers
#
# A stress test also asks runs of nines with another digit in front or inside.

# %%
from anylength import stress

tested = stress(trained.net, "count", limit=200)
print("horizon:", tested.horizon, "nines")
shortest = tested.shortest_mistake
print("shortest mistake:", *shortest.numbers, "is answered", shortest.answer, "not", shortest.expected)

# %% [markdown]
# The two lines go together: the horizon is about 9, 99, 999, … alone. The mistake is a number with another digit in front of
# the nines.
#
# ## A verdict
#
# `prove` looks for a wrong number of any length and for a proof at once.

# %%
from anylength import prove

print(prove(trained.net, "count", budget=10).verdict.verdict)

# %% [markdown]
# ## 101 examples and a proof
#
# The post found 1…100 too few. With another recipe, which trains on worst cases under noise in the state, the numbers 0…100 are
# enough, from inputs and outputs alone.

# %%
for seed in range(4):
    taught = fit("count", recipe="robust", data="hundred", seed=seed)
    proof = prove(taught.net, "count", budget=10)
    print("seed", seed, proof.verdict.verdict)
    if proof.certificate:
        break

print("noise budget", round(proof.verdict.noise_budget, 3), "number formats", *proof.verdict.formats)

# %% [markdown]
# PROVED means: this net writes n + 1 rightly for every n of every length. The certificate can be checked by a second program
# that shares no code with the first:

# %%
from pathlib import Path
from tempfile import TemporaryDirectory

from anylength import check

with TemporaryDirectory() as folder:
    certificate, weights = Path(folder, "certificate.json"), Path(folder, "model.safetensors")
    certificate.write_bytes(proof.certificate)
    weights.write_bytes(proof.weights)
    print("valid:", check(certificate, weights).valid)
