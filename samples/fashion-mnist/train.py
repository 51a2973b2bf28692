#!/usr/bin/python3
"""Train a small depthwise-separable CNN on Fashion-MNIST and export it to ONNX.

The network is a miniature MobileNet: a 3x3 convolution, seven blocks of
depthwise 3x3 + pointwise 1x1 convolution (each followed by BatchNormalization
and ReLU; three blocks have a residual connection, two halve the resolution),
a global average pool and a fully connected layer.  BatchNormalization is left
unfolded in the exported file, so that the model is a realistic input for tools
which fold and quantize networks.

The script needs PyTorch and NumPy, and the four Fashion-MNIST files in IDX
format (Debian: apt-get install python3-torch dataset-fashion-mnist).  Beside
the model it writes a calibration set (a seeded choice of training pictures),
a copy of the test set and reference logits, all into the output folder.

The number of epochs is fixed beforehand, and the test set is used only once,
after the last epoch, to report the accuracy.
"""
import argparse
import gzip
import math
import struct
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

MEAN, STD = 0.2860, 0.3530  # of the training pictures, after division by 255
CLASSES = 10


class Block(nn.Module):
    """Depthwise 3x3 and pointwise 1x1 convolution, with a skip where shapes allow."""

    def __init__(self, inputs, outputs, stride=1):
        super().__init__()
        self.depthwise = nn.Conv2d(inputs, inputs, 3, stride, 1, groups=inputs, bias=False)
        self.depthwise_bn = nn.BatchNorm2d(inputs)
        self.pointwise = nn.Conv2d(inputs, outputs, 1, bias=False)
        self.pointwise_bn = nn.BatchNorm2d(outputs)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x):
        y = F.relu(self.depthwise_bn(self.depthwise(x)))
        y = self.pointwise_bn(self.pointwise(y))
        return F.relu(x + y if self.residual else y)


class Net(nn.Module):
    """[N, 1, 28, 28] normalised pictures to [N, 10] logits."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 24, 3, padding=1, bias=False)
        self.stem_bn = nn.BatchNorm2d(24)
        self.blocks = nn.Sequential(
            Block(24, 32),             # 28 x 28
            Block(32, 64, stride=2),   # 14 x 14
            Block(64, 64),
            Block(64, 96),
            Block(96, 128, stride=2),  # 7 x 7
            Block(128, 128),
            Block(128, 128),
        )
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Linear(128, CLASSES)

    def forward(self, x):
        x = F.relu(self.stem_bn(self.stem(x)))
        x = self.pool(self.blocks(x))
        return self.classifier(torch.flatten(x, 1))


def read_idx(path):
    """Read a gzipped IDX file of unsigned bytes."""
    data = gzip.decompress(Path(path).read_bytes())
    if data[:3] != b"\0\0\x08":
        raise ValueError(f"{path}: not an IDX file of unsigned bytes")
    rank = data[3]
    shape = struct.unpack(f">{rank}I", data[4:4 + 4 * rank])
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(shape)


def write_idx(path, array):
    """Write unsigned bytes as a gzipped IDX file; the same array gives the same bytes."""
    header = b"\0\0\x08" + struct.pack(f">B{array.ndim}I", array.ndim, *array.shape)
    Path(path).write_bytes(gzip.compress(header + array.tobytes(), 9, mtime=0))


def normalise(pictures):
    """Bytes [N, 28, 28] to floats [N, 1, 28, 28] as the network expects them."""
    return ((torch.tensor(pictures).float() / 255 - MEAN) / STD).unsqueeze(1)


def augment(batch, shift):
    """Flip half of the pictures and shift each by up to `shift` pixels either way."""
    n, _, height, width = batch.shape
    padded = F.pad(batch, [shift] * 4, value=-MEAN / STD)  # black borders
    rows = torch.arange(height) + torch.randint(0, 2 * shift + 1, (n, 1))
    columns = torch.arange(width) + torch.randint(0, 2 * shift + 1, (n, 1))
    columns = torch.where(torch.rand(n, 1) < 0.5, columns.flip(1), columns)
    picture = torch.arange(n)[:, None, None]
    return padded[picture, 0, rows[:, :, None], columns[:, None, :]].unsqueeze(1)


def train(net, pictures, labels, args):
    """SGD with Nesterov momentum and a one-cycle schedule of the learning rate."""
    # Weight decay only for the weights: not for BatchNormalization and the bias.
    decayed = [p for p in net.parameters() if p.ndim > 1]
    others = [p for p in net.parameters() if p.ndim <= 1]
    optimizer = torch.optim.SGD(
        [{"params": decayed, "weight_decay": args.weight_decay}, {"params": others}],
        lr=args.learning_rate, momentum=0.9, nesterov=True)
    steps = math.ceil(len(labels) / args.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, args.learning_rate, total_steps=steps * args.epochs,
        pct_start=0.2, cycle_momentum=False)
    net.train().to(memory_format=torch.channels_last)  # a quarter faster on a CPU
    for epoch in range(args.epochs):
        start, total, correct = time.time(), 0.0, 0
        for chosen in torch.randperm(len(labels)).split(args.batch):
            batch = augment(pictures[chosen], args.shift)
            logits = net(batch.contiguous(memory_format=torch.channels_last))
            loss = F.cross_entropy(logits, labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(chosen)
            correct += (logits.argmax(1) == labels[chosen]).sum().item()
        print(f"epoch {epoch + 1:2}: loss {total / len(labels):.4f}, training accuracy "
              f"{100 * correct / len(labels):.2f} %, {time.time() - start:.0f} s", flush=True)


@torch.no_grad()
def predict(net, pictures):
    net.eval()
    return torch.cat([net(part) for part in pictures.split(500)])


def count_macs(net):
    """Multiply-accumulates of convolutions and the fully connected layer, per picture."""
    macs = []

    def hook(layer, _, output):
        # Every output element costs as many as the layer has weights per output channel.
        macs.append(output[0].numel() * layer.weight[0].numel())

    hooks = [layer.register_forward_hook(hook) for layer in net.modules()
             if isinstance(layer, (nn.Conv2d, nn.Linear))]
    predict(net, torch.zeros(1, 1, 28, 28))
    for h in hooks:
        h.remove()
    return sum(macs)


def export(net, path):
    """Write the network in inference form, with BatchNormalization left as it is."""
    net.eval().to(memory_format=torch.contiguous_format)
    torch.onnx.export(
        net, torch.zeros(1, 1, 28, 28), str(path), opset_version=13,
        input_names=["image"], output_names=["logits"],
        dynamic_axes={"image": {0: "N"}, "logits": {0: "N"}},
        # PRESERVE keeps evaluation mode, and prevents BatchNormalization from being folded.
        training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default="/usr/share/datasets/fashion-mnist")
    parser.add_argument("--output", type=Path, default=".")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--learning-rate", type=float, default=0.2)
    parser.add_argument("--weight-decay", type=float, default=5e-4)
    parser.add_argument("--shift", type=int, default=2, help="largest shift in pixels")
    parser.add_argument("--calibration", type=int, default=50, help="pictures of each class")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)

    train_pictures = read_idx(args.data / "train-images-idx3-ubyte.gz")
    train_labels = read_idx(args.data / "train-labels-idx1-ubyte.gz")
    test_pictures = read_idx(args.data / "t10k-images-idx3-ubyte.gz")
    test_labels = read_idx(args.data / "t10k-labels-idx1-ubyte.gz")

    # The data files come first: they do not depend on the training.
    random = np.random.default_rng(args.seed)
    chosen = np.sort(np.concatenate([
        random.choice(np.flatnonzero(train_labels == c), args.calibration, replace=False)
        for c in range(CLASSES)]))
    write_idx(args.output / "calibration-images.idx3-ubyte.gz", train_pictures[chosen])
    write_idx(args.output / "calibration-labels.idx1-ubyte.gz", train_labels[chosen])
    write_idx(args.output / "test-images.idx3-ubyte.gz", test_pictures)
    write_idx(args.output / "test-labels.idx1-ubyte.gz", test_labels)

    net = Net()
    print(f"{sum(p.numel() for p in net.parameters())} parameters, "
          f"{count_macs(net) / 1e6:.2f} million multiply-accumulates per picture")
    start = time.time()
    train(net, normalise(train_pictures), torch.tensor(train_labels).long(), args)
    print(f"trained in {(time.time() - start) / 60:.1f} minutes")

    torch.save(net.state_dict(), args.output / "fashion_mnist.pt")
    export(net, args.output / "fashion_mnist.onnx")
    logits = predict(net, normalise(test_pictures))
    np.save(args.output / "expected_logits.npy", logits[:16].numpy())
    correct = (logits.argmax(1).numpy() == test_labels).sum()
    print(f"test accuracy {100 * correct / len(test_labels):.2f} %")


if __name__ == "__main__":
    main()
