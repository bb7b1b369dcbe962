"""PyTorch's side of `npm run bench -- training`: one training step of the same char-LSTM on the CPU.

Reads one JSON command a line and answers with one JSON line:
  {"load": "name", "vocabularySize": V, "hiddenSize": H, "numLayers": L, "batchSize": B, "sequenceLength": T}
  {"run": "name", "steps": n}   -> {"milliseconds": [...]}
  {"product": n}                -> {"milliseconds": [...]} of an n x n x n matrix product
"""

import json
import sys
import time

import torch
from torch import nn

threads = int(sys.argv[1])
torch.set_num_threads(threads)
models = {}


class CharLSTM(nn.Module):
    def __init__(self, V, H, L):
        super().__init__()
        self.lstm = nn.LSTM(V, H, L)
        self.readout = nn.Linear(H, V)

    def forward(self, x, state):
        output, state = self.lstm(x, state)
        return self.readout(output), state


def load(command):
    V, H, L, B, T = (
        command[key] for key in ("vocabularySize", "hiddenSize", "numLayers", "batchSize", "sequenceLength")
    )
    model = CharLSTM(V, H, L)
    models[command["load"]] = {
        "V": V,
        "model": model,
        "optimizer": torch.optim.Adam(model.parameters(), lr=2e-3, fused=True),
        "state": (torch.zeros(L, B, H), torch.zeros(L, B, H)),
        "inputs": torch.randint(0, V, (T, B)),
        "targets": torch.randint(0, V, (T, B)),
    }
    return {}


def step(run):
    """Forward, truncated BPTT with carried state, clipping by value, Adam: what our step does too."""
    start = time.perf_counter()
    run["optimizer"].zero_grad(set_to_none=True)
    one_hot = nn.functional.one_hot(run["inputs"], run["V"]).float()
    logits, state = run["model"](one_hot, run["state"])
    loss = nn.functional.cross_entropy(logits.view(-1, run["V"]), run["targets"].view(-1))
    loss.backward()
    nn.utils.clip_grad_value_(run["model"].parameters(), 5.0)
    run["optimizer"].step()
    run["state"] = tuple(tensor.detach() for tensor in state)
    loss.item()
    return (time.perf_counter() - start) * 1e3


def product(size):
    a, b = torch.rand(size, size), torch.rand(size, size)
    times = []
    for _ in range(3):
        start = time.perf_counter()
        torch.mm(a, b)
        times.append((time.perf_counter() - start) * 1e3)
    return times


for line in sys.stdin:
    command = json.loads(line)
    if "load" in command:
        answer = load(command)
    elif "product" in command:
        answer = {"milliseconds": product(command["product"])}
    else:
        answer = {"milliseconds": [step(models[command["run"]]) for _ in range(command["steps"])]}
    print(json.dumps(answer), flush=True)
