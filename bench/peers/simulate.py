"""Euler-Maruyama of the active swimmer, dx = (v - x^3) dt, dv = -gamma v dt + sqrt(2 gamma D) dW, noise generation included, in float64 as ours.

    python3 simulate.py torch|jax [--threads N]

torch: a loop over steps of whole-batch operations, as torchsde does. jax: lax.scan under jit. Reads one JSON request a line, { "paths", "steps" }, answers
{ "seconds" } or { "error" }. The first line out is { "peer": version }.
"""

import argparse
import json
import math
import os
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("framework", choices=["torch", "jax"])
parser.add_argument("--threads", type=int, default=os.cpu_count())
arguments = parser.parse_args()

GAMMA, D, STEP = 0.1, 1.0, 0.01
NOISE = math.sqrt(2 * GAMMA * D * STEP)


def with_torch():
    import torch

    torch.set_num_threads(arguments.threads)

    def simulate(paths, steps):
        with torch.no_grad():
            x, v = torch.randn(2, paths, dtype=torch.float64)
            for _ in range(steps):
                noise = torch.randn(paths, dtype=torch.float64)
                x, v = x + STEP * (v - x**3), v - STEP * GAMMA * v + NOISE * noise
            return float(x.sum() + v.sum())

    return f"PyTorch {torch.__version__}, loop", simulate


def with_jax():
    import jax

    jax.config.update("jax_enable_x64", True)

    def path(key, paths, steps):
        def step(state, key):
            x, v = state
            noise = jax.random.normal(key, (paths,))
            return (x + STEP * (v - x**3), v - STEP * GAMMA * v + NOISE * noise), None

        start, *keys = jax.random.split(key, 2)
        (x, v), _ = jax.lax.scan(step, tuple(jax.random.normal(start, (2, paths))), jax.random.split(keys[0], steps))
        return x.sum() + v.sum()

    compiled = jax.jit(path, static_argnums=(1, 2))
    return f"JAX {jax.__version__}, scan", lambda paths, steps: float(compiled(jax.random.key(0), paths, steps))


name, simulate = with_torch() if arguments.framework == "torch" else with_jax()
print(json.dumps({"peer": name}), flush=True)
warm = set()
for line in sys.stdin:
    request = json.loads(line)
    job = (request["paths"], request["steps"])
    try:
        if job not in warm:
            simulate(*job)
            warm.add(job)
        start = time.perf_counter()
        simulate(*job)
        print(json.dumps({"seconds": time.perf_counter() - start}), flush=True)
    except Exception as error:  # what a peer cannot do is a row, not the end
        print(json.dumps({"error": f"{type(error).__name__}: {error}".splitlines()[0]}), flush=True)
