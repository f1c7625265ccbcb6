"""A net of one's own for the benchmark. Run `anylength benchmark own_net:TwoLayers --suite tomita --out own-net` in this folder."""

import torch


class TwoLayers(torch.nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.embedding = torch.nn.Embedding(inputs, 32)
        self.lstm = torch.nn.LSTM(32, 32, num_layers=2, batch_first=True)
        self.readout = torch.nn.Linear(32, outputs)

    def forward(self, tokens):  # [B, T], numbers of symbols
        return self.readout(self.lstm(self.embedding(tokens))[0])  # [B, T, outputs]
