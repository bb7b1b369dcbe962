"""PyTorch running char-rnn's default recipe on one text file, for `npm run bench -- time-to-loss`.

2 layers of 128 units, 50 streams of 50 steps, RMSprop at 2e-3 with alpha 0.95, the rate times 0.97 each epoch after
10, gradients clipped at 5 by value, weights uniform in +-0.08, forget bias 1, 95 % of the file for training in file
order (train.lua of char-rnn, 2015). Prints a JSON line after each measurement on the validation text:
{"step", "seconds", "loss"}; the seconds are those of training alone. Stops when the loss has not fallen for
`patience` measurements, or after `epochs`.
"""

import argparse
import json
import time

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("file")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--epochs", type=float, default=50)
parser.add_argument("--patience", type=int, default=6)
parser.add_argument("--seconds", type=float, default=float("inf"), help="end after this much training")
options = parser.parse_args()
torch.set_num_threads(options.threads)
torch.manual_seed(1)
H, L, B, T = 128, 2, 50, 50

text = open(options.file, encoding="utf-8").read()
characters = sorted(set(text))
index = {character: i for i, character in enumerate(characters)}
data = torch.tensor([index[character] for character in text])
V = len(characters)
cut = int(len(data) * 0.95)


class CharLSTM(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(V, H, L)
        self.readout = nn.Linear(H, V)
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -0.08, 0.08)
        for layer in range(L):
            # Gates in the order i, f, g, o; PyTorch has two biases that are added.
            getattr(self.lstm, f"bias_ih_l{layer}").data[H : 2 * H] = 1
            getattr(self.lstm, f"bias_hh_l{layer}").data[H : 2 * H] = 0

    def forward(self, x, state):
        output, state = self.lstm(nn.functional.one_hot(x, V).float(), state)
        return self.readout(output), state


def batches(tokens):
    """[n, T, B] inputs and targets: B contiguous streams, cut into n steps of T characters."""
    length = (len(tokens) - 1) // B
    n = length // T
    starts = torch.arange(B) * length
    positions = torch.arange(n * T)[:, None] + starts[None, :]
    return tokens[positions].view(n, T, B), tokens[positions + 1].view(n, T, B)


def zero_state():
    return torch.zeros(L, B, H), torch.zeros(L, B, H)


model = CharLSTM()
optimizer = torch.optim.RMSprop(model.parameters(), lr=2e-3, alpha=0.95, eps=1e-8)
inputs, targets = batches(data[:cut])
validation = batches(data[cut:])
per_epoch = len(inputs)


def measure():
    with torch.no_grad():
        state, total = zero_state(), 0.0
        for x, y in zip(*validation):
            logits, state = model(x, state)
            total += nn.functional.cross_entropy(logits.view(-1, V), y.view(-1)).item()
        return total / len(validation[0])


best, since_best, seconds, state = float("inf"), 0, 0.0, zero_state()
for step in range(int(options.epochs * per_epoch)):
    start = time.perf_counter()
    if step % per_epoch == 0:
        state = zero_state()
        if step // per_epoch >= 10:
            for group in optimizer.param_groups:
                group["lr"] *= 0.97
    optimizer.zero_grad(set_to_none=True)
    logits, state = model(inputs[step % per_epoch], state)
    loss = nn.functional.cross_entropy(logits.view(-1, V), targets[step % per_epoch].view(-1))
    loss.backward()
    nn.utils.clip_grad_value_(model.parameters(), 5.0)
    optimizer.step()
    state = tuple(tensor.detach() for tensor in state)
    seconds += time.perf_counter() - start
    if (step + 1) % (per_epoch // 2) == 0:
        measured = measure()
        print(json.dumps({"step": step + 1, "seconds": seconds, "loss": measured}), flush=True)
        since_best = 0 if measured < best else since_best + 1
        best = min(best, measured)
        if since_best >= options.patience:
            break
    if seconds >= options.seconds:
        print(json.dumps({"step": step + 1, "seconds": seconds, "loss": measure()}), flush=True)
        break
