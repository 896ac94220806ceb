"""The motor model: the numbers of R, the fit against a published table and closed forms, and the whole command."""

import csv
import gzip
import io
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

np = pytest.importorskip("numpy", reason="the statistics extra is not installed")

from products.statistics import diagnostics, french_motor, glm, motor_study  # noqa: E402  after the check for numpy
from products.statistics.r_sampling import sampled  # noqa: E402

ROOT = Path(__file__).resolve().parents[3]
KEPT = ROOT / "products" / "tables" / "motor_glm.yaml"


@pytest.mark.parametrize(
    ("seed", "population", "expected"),
    [
        # As R before 3.6 prints set.seed(123); sample(1:10) and set.seed(100); sample(1:10, 5).
        (123, 10, [3, 8, 4, 7, 6, 1, 10, 9, 2, 5]),
        (100, 10, [4, 3, 5, 1, 9]),
    ],
)
def test_samples_are_those_of_r(seed, population, expected):
    assert (sampled(population, len(expected), seed) + 1).tolist() == expected


def test_a_sample_takes_nobody_twice():
    assert len(set(sampled(5000, 4500, 100).tolist())) == 4500


def test_the_fit_gives_the_published_coefficients():
    """Dobson, An Introduction to Generalized Linear Models (1990), p. 93; R prints it under ?glm."""
    counts = np.array([18, 17, 15, 20, 10, 20, 25, 13, 12], dtype=float)
    outcome, treatment = np.tile([1, 2, 3], 3), np.repeat([1, 2, 3], 3)
    columns = np.column_stack(
        [np.ones(9), outcome == 2, outcome == 3, treatment == 2, treatment == 3]
    ).astype(float)  # fmt: skip
    found = glm.fit(glm.POISSON, columns, counts)
    assert found.coefficients == pytest.approx([3.044522, -0.4542553, -0.2929871, 0, 0], abs=1e-6)
    assert found.standard_errors == pytest.approx([0.1708987, 0.2021708, 0.1927423, 0.2, 0.2], abs=1e-6)
    deviance = np.sum(glm.poisson_deviance(counts, found.mean(columns)))
    assert deviance == pytest.approx(5.129141, abs=1e-6)


def test_one_factor_gives_the_observed_frequencies():
    """With one factor the factor of a class is its own frequency, and its error 1/sqrt of its claims."""
    claims, exposure = np.array([30.0, 12.0]), np.array([100.0, 80.0])
    columns = np.array([[1.0, 0.0], [1.0, 1.0]])
    found = glm.fit(glm.POISSON, columns, claims, offset=np.log(exposure))
    assert np.exp(found.coefficients[0]) == pytest.approx(0.3)
    assert np.exp(found.coefficients[1]) == pytest.approx(0.15 / 0.3)
    assert found.standard_errors[0] == pytest.approx(30**-0.5)
    assert found.standard_errors[1] == pytest.approx((1 / 30 + 1 / 12) ** 0.5)


def test_gamma_gives_the_weighted_mean_of_each_class():
    cost = np.array([100.0, 400.0, 50.0, 90.0])
    weights = np.array([3.0, 1.0, 1.0, 1.0])
    columns = np.array([[1.0, 0], [1, 0], [1, 1], [1, 1]])
    found = glm.fit(glm.GAMMA, columns, cost, weights=weights)
    assert np.exp(found.coefficients[0]) == pytest.approx((300 + 400) / 4)
    assert np.exp(np.sum(found.coefficients)) == pytest.approx(70)
    pearson = sum(w * ((y - m) / m) ** 2 for w, y, m in zip(weights, cost, [175, 175, 70, 70], strict=True)) / 2
    assert found.dispersion == pytest.approx(pearson)


def test_columns_that_say_the_same_are_refused():
    columns = np.array([[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]])
    with pytest.raises(glm.NotFitted):
        glm.fit(glm.POISSON, columns, np.array([1.0, 2.0, 0.0]))


def test_gini_sees_order_and_only_order():
    observed, exposure = np.array([0.0, 0.0, 0.0, 1.0]), np.ones(4)
    assert diagnostics.gini(observed, np.array([1.0, 2, 3, 4]), exposure) == pytest.approx(0.75)
    assert diagnostics.gini(observed, np.array([4.0, 3, 2, 1]), exposure) == pytest.approx(-0.75)
    assert diagnostics.gini(np.ones(4), np.array([1.0, 2, 3, 4]), exposure) == pytest.approx(0)


def test_the_lift_table_loses_no_claim():
    random = np.random.default_rng(7)
    exposure, observed = random.uniform(0.1, 1, 1000), random.poisson(0.1, 1000).astype(float)
    rows = diagnostics.lift(observed, random.uniform(0.05, 0.2, 1000) * exposure, exposure)
    assert sum(row.observed * row.exposure for row in rows) == pytest.approx(np.sum(observed))
    assert [row.tenth for row in rows] == list(range(1, 11))


# --- the command, on an invented portfolio in the same columns ---


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    random = np.random.default_rng(11)
    folder = tmp_path_factory.mktemp("motor")
    policies, claims = [], []
    for number in range(6000):
        age = int(random.integers(18, 90))
        count = int(random.poisson(0.3 if age < 26 else 0.1))
        policies.append(
            [
                number,
                count,
                round(float(random.uniform(0.05, 1.1)), 2),
                "ABCDEF"[number % 6],
                4 + number % 12,
                int(random.integers(0, 20)),
                age,
                50 + int(random.integers(0, 120)),
                french_motor.BRANDS[int(random.integers(0, 11))],
                ["Diesel", "Regular"][int(random.integers(0, 2))],
                int(random.integers(1, 27000)),
                french_motor.REGIONS[int(random.integers(0, 22))],
            ]
        )
        claims += [[number, round(float(random.gamma(1.0, 1500) + 1), 2)] for _ in range(count)]
    claims.append([999999, 1200.0])
    return (
        written(folder / "freq.csv.gz", french_motor.FREQUENCY_COLUMNS, policies),
        written(folder / "sev.csv.gz", french_motor.SEVERITY_COLUMNS, claims),
    )


def written(path, header, rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    path.write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))
    return path


def run(*arguments):
    out = io.StringIO()
    call_command("fit_motor", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_the_command_prints_the_diagnostics_and_keeps_the_coefficients(files, tmp_path):
    kept = tmp_path / "motor.yaml"
    text = run(*files, "--out", kept)
    assert "6,000" in text
    assert "1 of unknown policies left out" in text
    assert "off by" in text, "an invented portfolio does not have the published deviances, and that must show"
    data = yaml.safe_load(kept.read_text(encoding="utf-8"))
    assert data["illustrative"] is True
    assert len(data["frequency"]) == 49
    assert {row["class"] for row in data["relativities"]["driver_age"]} == set(french_motor.DRIVER_AGE.labels)
    assert set(data["sha256"]) == {"frequency", "severity"}


def test_the_young_drivers_of_the_invented_portfolio_are_found(files):
    portfolio = french_motor.read_portfolio(*files)
    tariff = {(row.factor, row.label): row for row in motor_study.tariff_of(portfolio)}
    young = tariff["driver_age", "18..20"]
    assert abs(np.log(young.frequency) - np.log(3)) < 3 * young.pure_error
    assert tariff["driver_age", "41..50"].pure == 1


@pytest.mark.parametrize("cell", ["Petrol", ""])
def test_a_value_nobody_knows_is_named(files, tmp_path, cell):
    rows = list(csv.reader(io.StringIO(gzip.decompress(files[0].read_bytes()).decode())))
    rows[5][9] = cell
    broken = written(tmp_path / "freq.csv.gz", rows[0], rows[1:])
    with pytest.raises(CommandError, match="VehGas"):
        run(broken, files[1])


@pytest.mark.parametrize(
    "content",
    [b"", b"a,b\n1,2\n", b"IDpol,ClaimNb\n", gzip.compress(b"x", mtime=0)[:-6], b"IDpol,ClaimAmount\n1,x\n"],
    ids=["empty", "other columns", "too few columns", "cut short", "no number"],
)
def test_another_file_is_refused_in_words(files, tmp_path, content):
    other = tmp_path / "other.csv.gz"
    other.write_bytes(content)
    with pytest.raises(CommandError, match=r"other\.csv\.gz|freq"):
        run(other, files[1])
    plain = tmp_path / "other.csv"
    plain.write_bytes(content)
    with pytest.raises(CommandError):
        run(files[0], plain)


def test_what_is_committed_agrees_with_the_published_study():
    data = yaml.safe_load(KEPT.read_text(encoding="utf-8"))
    assert data["illustrative"] is True
    for name, row in data["poisson_deviance_percent"].items():
        assert row["ours"] == row["published"], name
    assert set(data["sha256"]) == {"frequency", "severity"}


def test_committed_relativities_are_frequency_times_severity():
    data = yaml.safe_load(KEPT.read_text(encoding="utf-8"))
    for rows in data["relativities"].values():
        for row in rows:
            assert float(row["both"]) == pytest.approx(float(row["frequency"]) * float(row["severity"]), abs=2e-4)
