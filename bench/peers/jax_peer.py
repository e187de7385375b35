"""JAX's side of the runtime benchmark: the same networks, losses and Adam step under jax.jit, asked for one measurement at a time.

    python3 jax_peer.py [--threads N]

Reads one JSON request a line, { "workload", "loss", "steps" }, answers { "seconds": per step } or { "error" }. The first line out is { "peer": version }.
"""

import argparse
import json
import os
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("--threads", type=int, default=1)
arguments = parser.parse_args()
# XLA takes its threads from the processors it may run on.
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: arguments.threads])

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402

BATCH = {"mlp-128": (512, 2), "mlp-300": (10000, 2), "energy-300": (10000, 2)}
SIZES = {"mlp-128": [3, 128, 128, 128, 2], "mlp-300": [2, 300, 300, 2], "energy-300": [2, 300, 300, 1]}


def initial(key, sizes):
    keys = jax.random.split(key, len(sizes))
    return [
        (jax.random.normal(k, (a, b)) / jnp.sqrt(a), jnp.zeros(b)) for k, a, b in zip(keys, sizes, sizes[1:])
    ]


def output(workload, parameters, y, t):
    activation = jax.nn.silu if workload == "mlp-128" else jnp.tanh
    h = jnp.concatenate([y, t[:, None]], 1) if workload == "mlp-128" else y
    for w, b in parameters[:-1]:
        h = activation(h @ w + b)
    w, b = parameters[-1]
    return h @ w if workload == "energy-300" else h @ w + b


def score_of(workload, parameters, t):
    def net(y):
        return output(workload, parameters, y, t)

    return jax.grad(lambda y: net(y).sum()) if workload == "energy-300" else net


def dsm(score, y, v):
    return 0.5 * jnp.square(score(y) - v).sum(1)


def lcss(score, y, v):
    s = score(y)
    return (s * v).sum(1) + 0.5 * jnp.square(s).sum(1)


def ssm(score, y, v):
    s, pull = jax.vjp(score, y)
    return (pull(v)[0] * v).sum(1) + 0.5 * jnp.square(s).sum(1)


def fd_ssm(score, y, v):
    e = 0.1
    s = score(y)
    return ((score(y + e * v) - score(y - e * v)) * v).sum(1) / (2 * e) + 0.5 * jnp.square(s).sum(1)


LOSSES = {"dsm": dsm, "lcss": lcss, "ssm": ssm, "fd-ssm": fd_ssm}


def training(workload, loss_name):
    n, d = BATCH[workload]
    keys = jax.random.split(jax.random.key(0), 4)
    parameters = initial(keys[0], SIZES[workload])
    y, v = jax.random.normal(keys[1], (n, d)), jax.random.normal(keys[2], (n, d))
    t = jax.random.uniform(keys[3], (n,))
    zeros = jax.tree.map(jnp.zeros_like, parameters)

    def value(parameters):
        return LOSSES[loss_name](score_of(workload, parameters, t), y, v).mean()

    @jax.jit
    def update(parameters, m, s, k):
        result, g = jax.value_and_grad(value)(parameters)
        k = k + 1
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        s = jax.tree.map(lambda s, g: 0.999 * s + 0.001 * g * g, s, g)
        rate = 1e-3 * jnp.sqrt(1 - 0.999**k) / (1 - 0.9**k)
        parameters = jax.tree.map(lambda p, m, s: p - rate * m / (jnp.sqrt(s) + 1e-8), parameters, m, s)
        return parameters, m, s, k, result

    state = [parameters, zeros, zeros, jnp.float32(0)]

    def step():
        *state[:], result = update(*state)
        return float(result)

    return step


STEPS = 10


def sampling(workload, method):
    """Back from t = 1 to 0 along dy = -b/2 y dt + sqrt(b) dW, b = 0.1 + 19.9 t: the reverse SDE by Euler-Maruyama, or the probability flow by Heun; a scan over steps, as diffrax does."""
    n, d, h = 10000, 2, 1 / STEPS
    c = 0.5 if method == "sampling-flow" else 1.0
    parameters = initial(jax.random.key(0), SIZES[workload])

    def velocity(y, t):
        return -(0.1 + 19.9 * t) * (0.5 * y + c * output(workload, parameters, y, jnp.full((n,), t)))

    @jax.jit
    def run(key):
        def advance(y, inputs):
            i, key = inputs
            t = 1 - i * h
            v = velocity(y, t)
            if method == "sampling-flow":
                return y - 0.5 * h * (v + velocity(y - h * v, t - h)), None
            return y - h * v + jnp.sqrt(h * (0.1 + 19.9 * t)) * jax.random.normal(key, (n, d)), None

        keys = jax.random.split(key, STEPS + 1)
        y = jax.random.normal(keys[0], (n, d))
        return jax.lax.scan(advance, y, (jnp.arange(float(STEPS)), keys[1:]))[0].sum()

    return lambda: float(run(jax.random.key(1)))


prepared = {}


def prepare(workload, loss):
    key = (workload, loss)
    if key not in prepared:
        prepared[key] = (sampling if loss.startswith("sampling") else training)(workload, loss)
        for _ in range(2):
            prepared[key]()
    return prepared[key]


def answer(message):
    print(json.dumps(message), flush=True)


answer({"peer": f"JAX {jax.__version__}, jit"})
for line in sys.stdin:
    request = json.loads(line)
    try:
        step = prepare(request["workload"], request["loss"])
        start = time.perf_counter()
        for _ in range(request["steps"]):
            step()
        answer({"seconds": (time.perf_counter() - start) / request["steps"]})
    except Exception as error:  # what a peer cannot do is a row, not the end
        answer({"error": f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"})
