"""What chapter 15 says of its recorded studies is so, with every seed: no cell can check it where no pictures are."""

import json
from pathlib import Path

import pytest
from scipy.stats import spearmanr

RESULTS = Path(__file__).parents[2] / "benchmarks/results"
COUNTS = (5, 20, 100, 266)


def runs(name):
    return json.loads((RESULTS / f"{name}.json").read_text("utf-8"))["runs"]


def by_seed(seeds, *path):
    values = []
    for run in seeds.values():
        for key in path:
            run = run[key]
        values.append(run)
    assert len(values) >= 3
    return values


def mean(values):
    return sum(values) / len(values)


def starts(what, key="miou"):
    """Values of each start, by the number of pictures."""
    study = runs("15_real_streets")
    return {count: by_seed(study[f"{count} pictures, {what}"], key) for count in COUNTS}


def test_five_pictures_with_imagenet_beat_all_without():
    few, all_without = starts("frozen")[5], starts("from nothing")[266]
    assert min(few) > max(all_without)


def test_fine_tuning_pays_from_a_hundred_pictures_on():
    frozen, tuned = starts("frozen"), starts("fine-tuned")
    assert mean(tuned[5]) < mean(frozen[5]) and abs(mean(tuned[20]) - mean(frozen[20])) < 0.01
    for count in (100, 266):
        assert all(one > other + 0.01 for one, other in zip(tuned[count], frozen[count], strict=True))


def test_a_line_scores_as_the_whole_network_from_nothing_and_has_no_outlines():
    line, nothing = starts("line"), starts("from nothing")
    assert all(abs(mean(line[count]) - mean(nothing[count])) < 0.02 for count in COUNTS)
    outlines, tuned = starts("line", "boundary_f"), starts("fine-tuned", "boundary_f")
    assert all(mean(outlines[count]) < mean(tuned[count]) / 3 for count in COUNTS)


def test_without_imagenet_size_is_worth_nothing():
    tiny, large = starts("tiny, from nothing"), starts("from nothing")
    assert mean(tiny[266]) > mean(large[266]) - 0.02 and max(tiny[266]) < min(starts("fine-tuned")[266]) - 0.05


def test_dusk_takes_a_third_and_what_brings_it_back():
    study = runs("15_real_streets_shift")
    light = {
        name: {when: mean(by_seed(seeds, when, "miou")) for when in ("day", "dusk")} for name, seeds in study.items()
    }
    plain, usual = light["no change of light"], light["usual"]
    assert 0.6 < plain["dusk"] / plain["day"] < 0.72 and usual["dusk"] > plain["dusk"] + 0.05
    nothing = light["from nothing, no change of light"]
    assert nothing["dusk"] < nothing["day"] / 2
    assert light["dusk seen as well"]["dusk"] == max(one["dusk"] for one in light.values())


def test_at_dusk_certainty_fails_with_the_score_and_a_temperature_does_not_help():
    study = runs("15_real_streets_shift")
    plain = study["no change of light"]
    errors = [mean(by_seed(plain, when, "certainty", "error")) for when in ("day", "dusk")]
    assert errors[1] > 8 * errors[0]
    nothing = study["from nothing, no change of light"]
    before, after = (by_seed(nothing, "dusk", kind, "error") for kind in ("certainty", "with_temperature"))
    assert min(before) > errors[1] and all(b < a for b, a in zip(before, after, strict=True))


@pytest.mark.parametrize(
    ("seen", "unseen"),
    [
        ("the validation clip, its drive seen", "the validation clip, its drive not seen"),
        (
            "every fifth frame of 0006R0, the frames between them seen",
            "every fifth frame of 0006R0, its drive not seen",
        ),
    ],
)
def test_a_leaky_split_is_worth_ten_points(seen, unseen):
    study = runs("15_real_streets_split")
    assert mean(by_seed(study[seen], "miou")) > mean(by_seed(study[unseen], "miou")) + 0.1
    assert min(by_seed(study[seen], "miou")) > max(by_seed(study[unseen], "miou"))


def test_regions_rank_as_miou_does_and_boundary_f_does_not():
    table = [seeds["0"] for seeds in runs("camvid-laptop").values()]
    alike = {
        key: spearmanr([one["miou"] for one in table], [one[key] for one in table])[0]
        for key in ("miou_by_picture", "miou_by_class", "worst_tenth", "boundary_iou", "boundary_f")
    }
    assert alike.pop("boundary_f") < 0.8 < 0.9 < min(alike.values())
