"""Fits a line by gradient descent and tells MLflow about it. There is nothing to set up: the job's environment names the
tracking server and the run."""

import argparse
import json

import mlflow

POINTS = [(x / 10, 3 * x / 10 - 1) for x in range(-20, 21)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--rate", type=float, required=True)
    options = parser.parse_args()
    mlflow.log_params({"steps": options.steps, "rate": options.rate})
    mlflow.set_tag("kind", "line")
    slope = intercept = 0.0
    for step in range(options.steps):
        errors = [(slope * x + intercept - y, x) for x, y in POINTS]
        loss = sum(error * error for error, _ in errors) / len(POINTS)
        slope -= options.rate * 2 * sum(error * x for error, x in errors) / len(POINTS)
        intercept -= options.rate * 2 * sum(error for error, _ in errors) / len(POINTS)
        mlflow.log_metric("loss", loss, step=step)
        if step % 10 == 0:
            print(f"step {step:3}  loss {loss:.5f}")
    with open("line.json", "w") as file:
        json.dump({"slope": slope, "intercept": intercept}, file)
    mlflow.log_artifact("line.json")
    print(f"y = {slope:.2f} x + {intercept:.2f}")


if __name__ == "__main__":
    main()
