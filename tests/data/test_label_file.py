"""The list of labels beside a folder of masks."""

import pytest

from segedu.data.label_file import read_labels, write_labels
from segedu.labels import LabelSet


def test_labels_survive_writing_and_reading(tmp_path):
    labels = LabelSet(("sky", "traffic light #1"), ((1, 2, 3), (0, 0, 0)), (9, 9, 9))
    write_labels(tmp_path / "labels.txt", labels)
    again = read_labels(tmp_path / "labels.txt")
    assert (again.names, again.colors) == (labels.names, labels.colors)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("\n\n", "the file is empty"), ("a #102030\nb", "'b' has no colour"), ("a\na", "name 'a' occurs twice")],
)
def test_a_bad_list_of_labels_is_named(tmp_path, text, complaint):
    (tmp_path / "labels.txt").write_text(text)
    with pytest.raises(ValueError, match=complaint):
        read_labels(tmp_path / "labels.txt")
