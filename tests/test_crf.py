"""The dense CRF equals brute force over all pairs of pixels, and costs memory by the pixel, not by the pair."""

import subprocess
import sys

import numpy as np
import pytest
import torch

from segedu.crf import AppearanceKernel, SmoothnessKernel, dense_crf

DEEPLAB = {"w1": 4.0, "w2": 3.0, "sigma_alpha": 67.0, "sigma_beta": 3.0, "sigma_gamma": 1.0}


def table(features: torch.Tensor) -> torch.Tensor:
    """The normalised kernel of every pair, ``(HW, HW)``, from features ``(HW, F)``."""
    kernel = torch.exp(-(features[:, None] - features).square().sum(-1) / 2)
    root = kernel.sum(1).sqrt()
    return kernel / root / root[:, None]


def places(height: int, width: int) -> torch.Tensor:
    return torch.cartesian_prod(torch.arange(height), torch.arange(width)).double()


def brute_force(probs, image, iterations=10, w1=4.0, w2=3.0, sigma_alpha=67.0, sigma_beta=3.0, sigma_gamma=1.0):
    """Mean field with the table of all pairs, picture by picture, in float64."""
    results = []
    for p, picture in zip(probs.double(), image.double(), strict=True):
        where, colour = places(*p.shape[1:]), picture.flatten(1).T
        k1 = table(torch.cat([where / sigma_alpha, colour / sigma_beta], dim=1))
        k2 = table(where / sigma_gamma)
        log_p = p.flatten(1).T.log()
        q = p.flatten(1).T
        for _ in range(iterations):
            q = torch.softmax(log_p + w1 * k1 @ q + w2 * k2 @ q, dim=1)
        results.append(q.T.reshape(p.shape))
    return torch.stack(results)


def problem(n=1, classes=4, height=10, width=14, seed=0, dtype=torch.float32):
    """Random probabilities, and pictures of two noisy colours."""
    generator = torch.Generator().manual_seed(seed)
    probs = (2 * torch.randn(n, classes, height, width, generator=generator, dtype=dtype)).softmax(dim=1)
    image = torch.randint(0, 30, (n, 3, height, width), generator=generator)
    image[..., width // 2 :] += torch.tensor([200, 20, 90]).view(3, 1, 1)
    return probs, image.to(torch.uint8)


@pytest.mark.parametrize("parameters", [DEEPLAB, DEEPLAB | {"sigma_alpha": 10.0, "sigma_beta": 13.0, "w2": 0.0}])
@pytest.mark.parametrize("classes", [2, 9, 21])
def test_it_equals_brute_force(classes, parameters):
    probs, image = problem(2, classes)
    expected = brute_force(probs, image, **parameters)
    assert (expected - probs).abs().max() > 0.05
    torch.testing.assert_close(dense_crf(probs, image, **parameters), expected.float(), atol=1e-4, rtol=0)


def test_it_equals_brute_force_on_a_larger_picture():
    probs, image = problem(1, 5, 48, 64)
    torch.testing.assert_close(dense_crf(probs, image), brute_force(probs, image).float(), atol=1e-4, rtol=0)


@pytest.mark.parametrize("kind", ["black and white", "every colour", "one colour"])
def test_it_equals_brute_force_on_extreme_pictures(kind):
    probs, _ = problem(1, 3)
    generator = torch.Generator().manual_seed(0)
    image = {
        "black and white": torch.randint(0, 2, (1, 1, 10, 14), generator=generator).expand(1, 3, 10, 14) * 255,
        "every colour": torch.randint(0, 256, (1, 3, 10, 14), generator=generator),
        "one colour": torch.full((1, 3, 10, 14), 255),
    }[kind].to(torch.uint8)
    expected = brute_force(probs, image, sigma_beta=1.0).float()
    torch.testing.assert_close(dense_crf(probs, image, sigma_beta=1.0), expected, atol=1e-4, rtol=0)


def test_in_float64_it_equals_brute_force_to_the_last_digits():
    probs, image = problem(1, 5, 24, 32, dtype=torch.float64)
    torch.testing.assert_close(dense_crf(probs, image), brute_force(probs, image), atol=1e-10, rtol=0)


def test_the_kernels_equal_their_tables():
    values, image = problem(1, 3)
    where, colour = places(10, 14), image[0].double().flatten(1).T
    for kernel, features in (
        (AppearanceKernel(image, 20, 5), torch.cat([where / 20, colour / 5], dim=1)),
        (SmoothnessKernel((10, 14), 2), where / 2),
    ):
        expected = (table(features) @ values[0].double().flatten(1).T).T.reshape(values.shape)
        torch.testing.assert_close(kernel.smooth(values), expected.float(), atol=1e-5, rtol=0)


def test_the_sums_are_exact_for_lonely_and_for_crowded_pixels():
    image = torch.zeros(1, 3, 16, 16, dtype=torch.uint8)
    image[..., 3, 5] = 255  # no other pixel is like this one
    d = AppearanceKernel(image, sigma_alpha=1e4, sigma_beta=3).d.view(16, 16)
    assert d[3, 5].item() == pytest.approx(1, abs=1e-5)
    assert d[0, 0].item() == pytest.approx(255, rel=1e-4)


def test_without_weights_the_probabilities_come_back():
    probs, image = problem()
    torch.testing.assert_close(dense_crf(probs, image, w1=0, w2=0), probs)
    torch.testing.assert_close(dense_crf(probs, image, iterations=0), probs)


def test_a_batch_gives_what_its_pictures_give():
    probs, image = problem(3)
    single = torch.cat([dense_crf(probs[i : i + 1], image[i : i + 1]) for i in range(3)])
    torch.testing.assert_close(dense_crf(probs, image), single)


def test_classes_may_come_in_any_order():
    probs, image = problem()
    order = torch.tensor([2, 0, 3, 1])
    torch.testing.assert_close(dense_crf(probs[:, order], image), dense_crf(probs, image)[:, order])


def test_a_mirrored_picture_gives_the_mirrored_answer():
    probs, image = problem()
    torch.testing.assert_close(dense_crf(probs.flip(-1), image.flip(-1)).flip(-1), dense_crf(probs, image))


def test_the_answer_is_a_distribution_even_where_the_network_was_certain():
    probs, image = problem()
    certain = torch.zeros_like(probs).scatter(1, probs.argmax(dim=1, keepdim=True), 1)
    q = dense_crf(certain, image, iterations=3)
    assert q.isfinite().all() and q.min() >= 0
    torch.testing.assert_close(q.sum(dim=1), torch.ones_like(q[:, 0]))


def test_one_pixel_is_a_picture():
    probs = torch.tensor([0.3, 0.7]).view(1, 2, 1, 1)
    image = torch.zeros(1, 3, 1, 1, dtype=torch.uint8)
    torch.testing.assert_close(dense_crf(probs, image), brute_force(probs, image).float())


def test_gradients_are_those_of_finite_differences():
    logits, image = problem(1, 3, 4, 5, dtype=torch.float64)
    logits = logits.log().requires_grad_()
    assert torch.autograd.gradcheck(lambda x: dense_crf(x.softmax(dim=1), image, iterations=3), logits)


def test_half_precision_probabilities_are_taken_in_float32():
    probs, image = problem()
    q = dense_crf(probs.half(), image)
    assert q.dtype == torch.float32
    torch.testing.assert_close(q, brute_force(probs.half(), image).float(), atol=1e-3, rtol=0)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_gpu_gives_what_the_cpu_gives():
    probs, image = problem(2, 9, 48, 64)
    on_gpu = dense_crf(probs.cuda(), image.cuda()).cpu()
    torch.testing.assert_close(on_gpu, dense_crf(probs, image), atol=1e-4, rtol=0)


COST = """
import resource, torch
from segedu.crf import dense_crf
torch.set_num_threads(2)
probs = torch.randn(1, 9, 96, 128).softmax(dim=1)
image = torch.randint(0, 256, (1, 3, 96, 128), dtype=torch.uint8)
dense_crf(probs[..., :8, :8], image[..., :8, :8], iterations=1)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
dense_crf(probs, image)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def test_memory_grows_with_the_pixels_and_not_with_their_pairs():
    run = subprocess.run([sys.executable, "-c", COST], check=True, capture_output=True, text=True)
    assert float(run.stdout) < 200, "MiB: a table of all pairs of 96 x 128 pixels is 576"


@pytest.mark.parametrize("parameters", [DEEPLAB, DEEPLAB | {"sigma_alpha": 20.0, "sigma_beta": 13.0}])
def test_the_lattice_of_pydensecrf_is_near(parameters):
    densecrf = pytest.importorskip("pydensecrf.densecrf", reason="pydensecrf2 is not installed: it needs a compiler")
    from pydensecrf.utils import unary_from_softmax

    probs, image = problem(1, 3, 48, 64)
    height, width = probs.shape[-2:]
    lattice = densecrf.DenseCRF2D(width, height, probs.shape[1])
    lattice.setUnaryEnergy(unary_from_softmax(probs[0].numpy()))
    lattice.addPairwiseGaussian(sxy=parameters["sigma_gamma"], compat=parameters["w2"])
    picture = image[0].permute(1, 2, 0).contiguous().numpy()
    sigmas = {"sxy": parameters["sigma_alpha"], "srgb": parameters["sigma_beta"]}
    lattice.addPairwiseBilateral(**sigmas, rgbim=picture, compat=parameters["w1"])
    theirs = torch.from_numpy(np.array(lattice.inference(10))).view(probs.shape[1:])
    ours = dense_crf(probs, image, **parameters)[0]
    # Single pixels may differ altogether: the lattice is an approximation.
    assert (ours - theirs).abs().mean() < 0.05
    assert (ours.argmax(0) == theirs.argmax(0)).double().mean() > 0.93


BAD = {
    "logits": (lambda p, i: (p.log(), i, {}), ValueError, "softmax"),
    "no distribution": (lambda p, i: (p / 2, i, {}), ValueError, "sum to 1"),
    "nan": (lambda p, i: (p * float("nan"), i, {}), ValueError, "NaN"),
    "ids": (lambda p, i: (p.argmax(1), i, {}), TypeError, "floating-point"),
    "array": (lambda p, i: (p.numpy(), i, {}), TypeError, "expected a tensor"),
    "no batch": (lambda p, i: (p[0], i[0], {}), ValueError, r"\(N, C, H, W\)"),
    "empty": (lambda p, i: (p[:0], i[:0], {}), ValueError, r"\(N, C, H, W\)"),
    "normalised picture": (lambda p, i: (p, i / 255, {}), TypeError, "uint8"),
    "other size": (lambda p, i: (p, i[..., 1:], {}), ValueError, r"expected \(1, 3, 10, 14\)"),
    "channels last": (lambda p, i: (p, i.permute(0, 2, 3, 1), {}), ValueError, r"expected \(1, 3, 10, 14\)"),
    "other device": (lambda p, i: (p.to("meta"), i, {}), ValueError, "meta"),
    "iterations": (lambda p, i: (p, i, {"iterations": 1.5}), ValueError, "iterations"),
    "weight": (lambda p, i: (p, i, {"w1": -1}), ValueError, "w1"),
    "sigma": (lambda p, i: (p, i, {"sigma_beta": 0}), ValueError, "sigma_beta"),
    "nan sigma": (lambda p, i: (p, i, {"sigma_gamma": float("nan")}), ValueError, "sigma_gamma"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named(name):
    make, error, message = BAD[name]
    probs, image, options = make(*problem())
    with pytest.raises(error, match=message):
        dense_crf(probs, image, **options)
