"""`import segedu` is cheap, and the package works where there is no Jupyter."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys

import pytest

import segedu

# Runs in a fresh interpreter: forbids some packages, imports what it is told to, prints the packages loaded.
IMPORT = """\
import importlib, json, sys

class Forbid:
    def __init__(self, names):
        self.names = names
    def find_spec(self, name, path=None, target=None):
        if any(name.split(".")[0].startswith(forbidden) for forbidden in self.names):
            raise ModuleNotFoundError(f"No module named {name!r} (forbidden by the test)", name=name)

forbidden, modules = json.loads(sys.argv[1])
before = set(sys.modules)
sys.meta_path.insert(0, Forbid(forbidden))
for module in modules:
    importlib.import_module(module)
loaded = {name.split(".")[0] for name in set(sys.modules) - before}
print(json.dumps(sorted(loaded - sys.stdlib_module_names)))
"""
JUPYTER = ["IPython", "ipywidgets", "ipykernel", "jupyter", "notebook", "nbformat", "traitlets"]


def loaded_by(*modules: str, forbidden: list[str] | None = None) -> set[str]:
    """Import `modules` in a fresh interpreter; return the packages outside the standard library it loads."""
    command = [sys.executable, "-c", IMPORT, json.dumps([forbidden or [], modules])]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def every_module() -> list[str]:
    modules = [info.name for info in pkgutil.walk_packages(segedu.__path__, "segedu.")]
    return [name for name in modules if not name.endswith("__main__")]


def test_importing_segedu_loads_nothing_but_segedu():
    assert loaded_by("segedu") == {"segedu"}


def test_every_room_but_the_widgets_works_without_jupyter():
    modules = [name for name in every_module() if not name.startswith("segedu.widgets")]
    assert len(modules) > 10
    assert not loaded_by(*modules, forbidden=JUPYTER) & set(JUPYTER)


def test_data_metrics_and_losses_cost_little_more_than_torch():
    extra = loaded_by("segedu.data", "segedu.metrics", "segedu.losses") - loaded_by("torch", "numpy", "PIL.Image")
    assert not extra & {"matplotlib", "sklearn", "skimage", "scipy", "torchvision"}, extra


def test_networks_and_commands_do_without_torchvision_until_they_build_one_of_its_networks():
    assert "torchvision" not in loaded_by("segedu.nets", "segedu.train", "segedu.cli")


def cpu_seconds(module: str) -> float:
    """What importing a module in a fresh interpreter takes, at best of three."""
    code = f"import time, {module}; print(time.process_time())"
    return min(float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(3))


def test_networks_cost_half_a_second_more_than_torch_at_most():
    assert cpu_seconds("segedu.nets") <= cpu_seconds("torch") + 0.5


def test_the_rooms_listed_are_the_rooms_there_are():  # beside the door, the command line and a helper
    rooms = {info.name for info in pkgutil.iter_modules(segedu.__path__)} - {"__main__"}
    assert rooms == set(segedu.ROOMS)
    assert rooms - set(segedu.__all__) == {"callable_room", "cli", "history", "storage"}


@pytest.mark.parametrize("room", ["evaluate", "predict"])
def test_a_room_named_after_its_function_can_be_called_as_it(room):
    code = f"import segedu; from segedu.{room} import {room}; segedu.{room}()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert f"{room}() missing" in done.stderr.splitlines()[-1]


def test_a_room_that_does_not_exist_is_answered_with_the_list_of_those_that_do():
    with pytest.raises(AttributeError, match=r"no attribute 'transformers'; rooms: .*metrics"):
        _ = segedu.transformers
