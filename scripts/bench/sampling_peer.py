"""PyTorch's side of `npm run bench -- sampling`: a loop that writes one text with a char-LSTM on the CPU.

Reads one JSON command a line and answers with one JSON line:
  {"load": "name", "vocabularySize": V, "hiddenSize": H, "numLayers": L}  -> {}
  {"run": "name", "characters": n}
    -> {"charactersPerSecond": {"variant": x, ...}, "best": x}
  {"prime": "name", "characters": n}
    -> {"milliseconds": x}  the better of one thread and all

Variants are what a PyTorch user may try, each with one thread and with all: the LSTM module, one character a call;
LSTMCell modules; and the cell written out, one product a layer with stacked weights, the first layer's product with
the one-hot character looked up in a table.
"""

import json
import os
import sys
import time

import torch
from torch import nn

thread_counts = sorted({1, os.cpu_count() or 1})
models = {}


def load(command):
    V, H, L = command["vocabularySize"], command["hiddenSize"], command["numLayers"]
    lstm, readout = nn.LSTM(V, H, L), nn.Linear(H, V)
    cells = [nn.LSTMCell(H if layer else V, H) for layer in range(L)]
    stacked = []
    with torch.no_grad():
        for layer, cell in enumerate(cells):
            for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
                getattr(cell, name).copy_(getattr(lstm, f"{name}_l{layer}"))
            parts = [cell.weight_ih, cell.weight_hh] if layer else [cell.weight_hh]
            stacked.append((torch.cat(parts, 1).t().contiguous(), cell.bias_ih + cell.bias_hh))
        table = (cells[0].weight_ih.t() + stacked[0][1]).contiguous()
    models[command["load"]] = {
        "V": V,
        "H": H,
        "L": L,
        "lstm": lstm,
        "readout": readout,
        "cells": cells,
        "stacked": stacked,
        "table": table,
        "eye": torch.eye(V),
    }
    return {}


def draw(logits):
    return torch.multinomial(torch.softmax(logits, -1), 1).view(1)


def write_with_module(model, characters):
    token = torch.zeros(1, dtype=torch.long)
    state = tuple(torch.zeros(model["L"], 1, model["H"]) for _ in range(2))
    for _ in range(characters):
        output, state = model["lstm"](model["eye"][token].unsqueeze(0), state)
        token = draw(model["readout"](output[0]))


def write_with_cells(model, characters):
    token = torch.zeros(1, dtype=torch.long)
    states = [tuple(torch.zeros(1, model["H"]) for _ in range(2)) for _ in model["cells"]]
    for _ in range(characters):
        x = model["eye"][token]
        for layer, cell in enumerate(model["cells"]):
            states[layer] = cell(x, states[layer])
            x = states[layer][0]
        token = draw(model["readout"](x))


def write_by_hand(model, characters):
    token = torch.zeros(1, dtype=torch.long)
    hs = [torch.zeros(1, model["H"]) for _ in range(model["L"])]
    cs = [torch.zeros(1, model["H"]) for _ in range(model["L"])]
    for _ in range(characters):
        for layer, (weights, bias) in enumerate(model["stacked"]):
            if layer:
                gates = torch.addmm(bias, torch.cat((hs[layer - 1], hs[layer]), 1), weights)
            else:
                gates = torch.addmm(model["table"][token], hs[0], weights)
            i, f, g, o = gates.chunk(4, 1)
            cs[layer] = torch.sigmoid(f) * cs[layer] + torch.sigmoid(i) * torch.tanh(g)
            hs[layer] = torch.sigmoid(o) * torch.tanh(cs[layer])
        token = draw(model["readout"](hs[-1]))


variants = {"LSTM module": write_with_module, "LSTMCell": write_with_cells, "by hand": write_by_hand}


def run(model, characters):
    speeds = {}
    for threads in thread_counts:
        torch.set_num_threads(threads)
        for name, write in variants.items():
            write(model, 10)
            start = time.perf_counter()
            write(model, characters)
            label = f"{name}, {threads} thread{'s' if threads > 1 else ''}"
            speeds[label] = characters / (time.perf_counter() - start)
    return {"charactersPerSecond": speeds, "best": max(speeds.values())}


def prime(model, characters):
    tokens = torch.arange(characters) * 37 % model["V"]
    times = []
    for threads in thread_counts:
        torch.set_num_threads(threads)
        start = time.perf_counter()
        model["lstm"](model["eye"][tokens].unsqueeze(1))
        times.append((time.perf_counter() - start) * 1e3)
    return {"milliseconds": min(times)}


with torch.inference_mode():
    for line in sys.stdin:
        command = json.loads(line)
        if "load" in command:
            answer = load(command)
        elif "prime" in command:
            answer = prime(models[command["prime"]], command["characters"])
        else:
            answer = run(models[command["run"]], command["characters"])
        print(json.dumps(answer), flush=True)
