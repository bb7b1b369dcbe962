"""PyTorch's side of `npm run bench -- training`: one training step of the same char-LSTM on the CPU or with CUDA.

Reads one JSON command a line and answers with one JSON line:
  {"devices": true}             -> {"cuda": the GPU's name with the versions of CUDA and cuDNN, or null}
  {"load": "name", "vocabularySize": V, "hiddenSize": H, "numLayers": L, "batchSize": B, "sequenceLength": T,
   "device": "cpu" or "cuda"}
  {"run": "name", "steps": n}   -> {"milliseconds": [...]}; with CUDA one number, the mean of n steps in a row
                                   without waiting for each, and "precision": "fp32" or "tf32" may be given
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
    device = command.get("device", "cpu")
    model = CharLSTM(V, H, L).to(device)
    models[command["load"]] = {
        "V": V,
        "model": model,
        "optimizer": torch.optim.Adam(model.parameters(), lr=2e-3, fused=True),
        "device": device,
        "state": (torch.zeros(L, B, H, device=device), torch.zeros(L, B, H, device=device)),
        "inputs": torch.randint(0, V, (T, B), device=device),
        "targets": torch.randint(0, V, (T, B), device=device),
    }
    return {}


def step(run):
    """Forward, truncated BPTT with carried state, clipping by value, Adam: what our step does too."""
    run["optimizer"].zero_grad(set_to_none=True)
    one_hot = nn.functional.one_hot(run["inputs"], run["V"]).float()
    logits, state = run["model"](one_hot, run["state"])
    loss = nn.functional.cross_entropy(logits.view(-1, run["V"]), run["targets"].view(-1))
    loss.backward()
    nn.utils.clip_grad_value_(run["model"].parameters(), 5.0)
    run["optimizer"].step()
    run["state"] = tuple(tensor.detach() for tensor in state)
    return loss


def cpu_times(run, steps):
    times = []
    for _ in range(steps):
        start = time.perf_counter()
        step(run).item()
        times.append((time.perf_counter() - start) * 1e3)
    return times


def cuda_times(run, steps, precision):
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision == "tf32"
    step(run)
    torch.cuda.synchronize()
    start = time.perf_counter()
    for _ in range(steps):
        step(run)
    torch.cuda.synchronize()
    return [(time.perf_counter() - start) * 1e3 / steps]


def times(run, command):
    if run["device"] == "cpu":
        return cpu_times(run, command["steps"])
    return cuda_times(run, command["steps"], command.get("precision", "fp32"))


def cuda_device():
    if not torch.cuda.is_available():
        return None
    return f"{torch.cuda.get_device_name(0)}, CUDA {torch.version.cuda}, cuDNN {torch.backends.cudnn.version()}"


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
    if "devices" in command:
        answer = {"cuda": cuda_device()}
    elif "load" in command:
        answer = load(command)
    elif "product" in command:
        answer = {"milliseconds": product(command["product"])}
    else:
        answer = {"milliseconds": times(models[command["run"]], command)}
    print(json.dumps(answer), flush=True)
