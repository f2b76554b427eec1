"""Torchvision's weights, from a server on this machine: what comes, and what is said when nothing does."""

import hashlib
import http.server
import re
import threading
from functools import partial

import pytest
import torch
from torchvision.models import ResNet18_Weights, resnet18

from segedu.nets.backbones import ResNet

MEMBER = ResNet18_Weights.IMAGENET1K_V1


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture
def server(tmp_path, monkeypatch):
    """The address of an empty folder, and the folder; what is fetched goes to another one."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    folder = tmp_path / "served"
    folder.mkdir()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", folder
        server.shutdown()


def offer(server, monkeypatch, content=None):
    """Put a state dict on the server, under a name with its checksum, as torchvision does."""
    address, folder = server
    torch.manual_seed(1)
    state = resnet18(weights=None).state_dict()
    torch.save(state, folder / "new.pth")
    name = f"resnet18-{hashlib.sha256((folder / 'new.pth').read_bytes()).hexdigest()[:8]}.pth"
    (folder / "new.pth").rename(folder / name)
    if content is not None:
        (folder / name).write_bytes(content)
    monkeypatch.setattr(MEMBER.value, "url", f"{address}/{name}")
    return state, name


@pytest.mark.parametrize("weights", [MEMBER, "IMAGENET1K_V1"])
def test_what_the_server_has_is_loaded(server, monkeypatch, weights):
    state, _ = offer(server, monkeypatch)
    found = ResNet("resnet18", weights=weights).state_dict()
    assert all(torch.equal(value, state[key]) for key, value in found.items())


def test_a_missing_file_names_file_address_and_folder(server, monkeypatch, tmp_path):
    address, _ = server
    monkeypatch.setattr(MEMBER.value, "url", f"{address}/resnet18-12345678.pth")
    folder = re.escape(str(tmp_path / "cache" / "hub" / "checkpoints"))
    message = rf"resnet18-12345678\.pth could not be downloaded .*{address}/resnet18-12345678\.pth .* {folder}"
    with pytest.raises(ConnectionError, match=message):
        ResNet("resnet18", weights=MEMBER)


def test_no_network_says_so_too(monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(MEMBER.value, "url", "http://127.0.0.1:9/resnet18-12345678.pth")  # nobody listens there
    with pytest.raises(ConnectionError, match=r"could not be downloaded .*refused.*Download http://127\.0\.0\.1:9/"):
        ResNet("resnet18", weights=MEMBER)


def test_a_damaged_file_is_not_used(server, monkeypatch):
    offer(server, monkeypatch, content=b"not what the name says")
    with pytest.raises(ValueError, match=r"is damaged \(invalid hash value"):
        ResNet("resnet18", weights=MEMBER)


def test_what_is_kept_needs_no_network(server, monkeypatch):
    state, name = offer(server, monkeypatch)
    ResNet("resnet18", weights=MEMBER)
    (server[1] / name).unlink()
    assert torch.equal(ResNet("resnet18", weights=MEMBER).conv1.weight, state["conv1.weight"])


@pytest.mark.parametrize("weights", ["IMAGENET1K_V9", "imagenet", 3])
def test_unknown_weights_list_the_known(weights):
    with pytest.raises(ValueError, match=r"for resnet18, expected one of ResNet18_Weights\.IMAGENET1K_V1"):
        ResNet("resnet18", weights=weights)


def test_weights_want_three_channels():
    with pytest.raises(ValueError, match=r"belong to another stem\. Give .* in_channels=3"):
        ResNet("resnet18", in_channels=1, weights=MEMBER)
