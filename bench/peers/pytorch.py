"""PyTorch's side of the runtime benchmark: the same networks, losses and Adam step, asked for one measurement at a time.

    python3 pytorch.py [--compile] [--threads N]

Reads one JSON request a line, { "workload", "loss", "steps" }, answers { "seconds": per step } or { "error" }. The first line out is { "peer": version }.
"""

import argparse
import json
import math
import sys
import time

import torch
from torch import nn
from torch.func import functional_call, vjp

parser = argparse.ArgumentParser()
parser.add_argument("--compile", action="store_true")
parser.add_argument("--threads", type=int, default=1)
arguments = parser.parse_args()
torch.set_num_threads(arguments.threads)
torch.manual_seed(0)
if arguments.compile:
    # One function is compiled anew for every workload.
    torch._dynamo.config.recompile_limit = 64


def perceptron(inputs, width, depth, outputs, activation, bias=True):
    sizes = [inputs] + [width] * depth
    layers = []
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b), activation()]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], outputs, bias=bias))


class Timed(nn.Module):
    """A network on [y, t]."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, y, t):
        return self.net(torch.cat([y, t[:, None]], 1))


class Block(nn.Module):
    def __init__(self, inputs, outputs, embedding, groups):
        super().__init__()
        self.norm1 = nn.GroupNorm(groups, inputs)
        self.first = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.time = nn.Linear(embedding, outputs)
        self.norm2 = nn.GroupNorm(groups, outputs)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.skip = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, x, e):
        silu = nn.functional.silu
        inner = self.first(silu(self.norm1(x))) + self.time(e)[:, :, None, None]
        return self.second(silu(self.norm2(inner))) + self.skip(x)


class UNet(nn.Module):
    """packages/models/src/unet.ts, channels first."""

    def __init__(self, size, channels, groups=4, waves=8, highest=64.0):
        super().__init__()
        self.size = size
        self.register_buffer("waves", highest ** (torch.arange(waves) / (waves - 1)))
        embedding = 4 * channels
        self.time = nn.Linear(1 + 2 * waves, embedding)
        self.input = nn.Conv2d(1, channels, 3, padding=1)
        self.down0 = Block(channels, channels, embedding, groups)
        self.down1 = Block(channels, 2 * channels, embedding, groups)
        self.up0 = Block(3 * channels, channels, embedding, groups)
        self.norm = nn.GroupNorm(groups, channels)
        self.output = nn.Conv2d(channels, 1, 3, padding=1)

    def forward(self, y, t):
        functional = nn.functional
        phase = t[:, None] * self.waves
        e = functional.silu(self.time(torch.cat([t[:, None], phase.sin(), phase.cos()], 1)))
        x = y.reshape(-1, 1, self.size, self.size)
        high = self.down0(self.input(x), e)
        low = self.down1(functional.avg_pool2d(high, 2), e)
        up = functional.interpolate(low, scale_factor=2.0, mode="nearest")
        h = self.up0(torch.cat([high, up], 1), e)
        return self.output(functional.silu(self.norm(h))).reshape(y.shape)


NETWORKS = {
    "mlp-128": lambda: Timed(perceptron(3, 128, 3, 2, nn.SiLU)),
    "mlp-300": lambda: perceptron(2, 300, 2, 2, nn.Tanh),
    "energy-300": lambda: perceptron(2, 300, 2, 1, nn.Tanh, bias=False),
    "unet-16": lambda: UNet(16, 16),
}
BATCH = {"mlp-128": (512, 2), "mlp-300": (10000, 2), "energy-300": (10000, 2), "unet-16": (32, 256)}
TIMED = {"mlp-128", "unet-16"}


def score_of(workload, net, parameters, t):
    def output(y):
        return functional_call(net, parameters, (y, t) if workload in TIMED else (y,))

    if workload != "energy-300":
        return output

    def score(y):
        value, pull = vjp(output, y)
        return pull(torch.ones_like(value))[0]

    def score_by_tape(y):
        y = y if y.requires_grad else y.requires_grad_()
        return torch.autograd.grad(output(y).sum(), y, create_graph=True)[0]

    return score if arguments.compile else score_by_tape


def losses(compiled):
    def dsm(score, y, v):
        return 0.5 * (score(y) - v).square().sum(1)

    def lcss(score, y, v):
        s = score(y)
        return (s * v).sum(1) + 0.5 * s.square().sum(1)

    def ssm(score, y, v):
        if compiled:
            s, pull = vjp(score, y)
            curvature = (pull(v)[0] * v).sum(1)
        else:
            y = y.detach().requires_grad_()
            s = score(y)
            curvature = (torch.autograd.grad((s * v).sum(), y, create_graph=True)[0] * v).sum(1)
        return curvature + 0.5 * s.square().sum(1)

    def fd_ssm(score, y, v):
        e = 0.1
        s = score(y)
        return ((score(y + e * v) - score(y - e * v)) * v).sum(1) / (2 * e) + 0.5 * s.square().sum(1)

    return {"dsm": dsm, "lcss": lcss, "ssm": ssm, "fd-ssm": fd_ssm}


def training(workload, loss_name):
    net = NETWORKS[workload]()
    n, d = BATCH[workload]
    y, v, t = torch.randn(n, d), torch.randn(n, d), torch.rand(n)
    loss = losses(arguments.compile)[loss_name]
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-3)
    named = dict(net.named_parameters())
    buffers = dict(net.named_buffers())

    def value(y, v, t):
        return loss(score_of(workload, net, {**named, **buffers}, t), y, v).mean()

    if arguments.compile:
        value = torch.compile(value, dynamic=False)

    def step():
        optimiser.zero_grad(set_to_none=True)
        result = value(y.detach().clone() if workload == "energy-300" else y, v, t)
        result.backward()
        optimiser.step()
        return result.item()

    return step


STEPS = 10


def sampling(workload, method):
    """Back from t = 1 to 0 along dy = -b/2 y dt + sqrt(b) dW, b = 0.1 + 19.9 t: the reverse SDE by Euler-Maruyama, or the probability flow by Heun."""
    net = NETWORKS[workload]()
    n, d = 10000, 2
    h = 1 / STEPS
    c = 0.5 if method == "sampling-flow" else 1.0

    def velocity(y, t):
        b = 0.1 + 19.9 * t[:, None]
        s = net(y, t) if workload in TIMED else net(y)
        return -b * (0.5 * y + c * s)

    def heun(y, t):
        v = velocity(y, t)
        return y - 0.5 * h * (v + velocity(y - h * v, t - h))

    def euler_maruyama(y, t, z):
        return y - h * velocity(y, t) + torch.sqrt(h * (0.1 + 19.9 * t[:, None])) * z

    advance = heun if method == "sampling-flow" else euler_maruyama
    if arguments.compile:
        advance = torch.compile(advance, dynamic=False)

    def run():
        y = torch.randn(n, d)
        with torch.no_grad():
            for i in range(STEPS):
                t = torch.full((n,), 1 - i * h)
                y = advance(y, t) if method == "sampling-flow" else advance(y, t, torch.randn(n, d))
        return y.sum().item()

    return run


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


mode = "torch.compile" if arguments.compile else "eager"
answer({"peer": f"PyTorch {torch.__version__}, {mode}"})
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
