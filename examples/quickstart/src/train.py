"""Trains a gradient boosting model on a table whose last column is the target, and saves it with its figures."""

import argparse
import csv
import json
import os

import joblib
import sklearn
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.model_selection import train_test_split

TREES_PER_ROUND = 25


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--learning-rate", type=float, default=0.1)
    parser.add_argument("--model", required=True, help="folder to save the model in")
    options = parser.parse_args()

    columns, table = read(options.data)
    features, target = [row[:-1] for row in table], [row[-1] for row in table]
    train_x, test_x, train_y, test_y = train_test_split(features, target, test_size=0.25, random_state=0)
    print(f"scikit-learn {sklearn.__version__}: {columns[-1]} from {', '.join(columns[:-1])}")
    print(f"{len(train_x)} rows to learn from, {len(test_x)} to judge by")

    model = GradientBoostingRegressor(n_estimators=0, learning_rate=options.learning_rate, warm_start=True, random_state=0)
    for number in range(1, options.rounds + 1):
        model.n_estimators += TREES_PER_ROUND
        model.fit(train_x, train_y)
        error = mean_absolute_error(test_y, model.predict(test_x))
        print(f"round {number:2}  trees {model.n_estimators:4}  mean error {error:6.2f}")
        log_metric("mean_error", error, number)

    figures = {"mean_error": error, "r2": r2_score(test_y, model.predict(test_x)), "trees": model.n_estimators}
    log_metric("r2", figures["r2"], options.rounds)
    os.makedirs(options.model, exist_ok=True)
    joblib.dump(model, os.path.join(options.model, "model.joblib"))
    with open(os.path.join(options.model, "figures.json"), "w") as file:
        json.dump({"columns": columns, **figures}, file, indent=2)
    print(f"saved: mean error {figures['mean_error']:.2f}, r2 {figures['r2']:.3f}")


def read(path):
    """(column names, rows of numbers) of a CSV file with a header."""
    with open(path, newline="") as file:
        columns, *rows = csv.reader(file)
    return columns, [[float(value) for value in row] for row in rows]


def log_metric(name, value, step):
    """To MLflow where the environment has it; the workspace of the run is found by itself."""
    try:
        import mlflow
    except ImportError:
        return
    mlflow.log_metric(name, value, step=step)


if __name__ == "__main__":
    main()
