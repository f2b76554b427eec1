"""The classifiers that segmented pictures before networks did; scikit-learn's, put together for pixels."""

from __future__ import annotations

from sklearn.ensemble import RandomForestClassifier
from sklearn.kernel_approximation import Nystroem
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from segedu.pixels.features import FilterBank
from segedu.pixels.pixel_classifier import PixelClassifier


def linear_svm(bank: FilterBank | None = None, C: float = 1.0) -> PixelClassifier:
    """Linear support vector machine: for each class one plane in the space of features, against all other classes.

    Cortes and Vapnik, "Support-vector networks", Machine Learning 20, 1995; with the squared hinge loss. The
    features are first shifted and scaled to mean 0 and variance 1, for the margin is a distance.

    Parameters
    ----------
    bank : FilterBank, optional
    C : float
        Weight of the errors against the width of the margin.
    """
    return PixelClassifier(make_pipeline(StandardScaler(), LinearSVC(C=C, dual=False)), bank)


def kernel_svm(
    bank: FilterBank | None = None, C: float = 10.0, gamma: float | None = None, landmarks: int = 300
) -> PixelClassifier:
    """SVM with a Gaussian kernel, made cheap: similarities to a few landmarks, then a linear SVM.

    The exact kernel SVM compares a pixel with every support vector. The Nyström method (Williams and Seeger,
    "Using the Nyström method to speed up kernel machines", NIPS 2001) draws some training pixels as landmarks
    and maps each pixel to ``landmarks`` numbers whose dot products approximate the kernel ``exp(-gamma |x - y|²)``.

    Parameters
    ----------
    bank : FilterBank, optional
    C : float
        As in `linear_svm`.
    gamma : float, optional
        Inverse width of the kernel; default 1 / number of features.
    landmarks : int
        No more than there are training pixels.
    """
    kernel = Nystroem(gamma=gamma, n_components=landmarks)
    return PixelClassifier(make_pipeline(StandardScaler(), kernel, LinearSVC(C=C, dual=False)), bank)


def random_forest(
    bank: FilterBank | None = None, trees: int = 50, depth: int | None = None, jobs: int | None = None
) -> PixelClassifier:
    """Random forest: many decision trees, each on its own draw of pixels and features, that vote.

    Breiman, "Random forests", Machine Learning 45, 2001; scikit-learn's average the trees' class shares.

    Parameters
    ----------
    bank : FilterBank, optional
    trees : int
    depth : int, optional
        Most questions in a row; default: until every leaf is pure.
    jobs : int, optional
        Threads; default one. The result is the same for any number.
    """
    return PixelClassifier(RandomForestClassifier(trees, max_depth=depth, n_jobs=jobs), bank)
