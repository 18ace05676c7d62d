"""Prints the metrics of a run with the MLflow client, from a workspace that `azml local serve` serves.

    python read.py URL RUN        MLFLOW_TRACKING_TOKEN holds the token
"""

import sys

import mlflow

WORKSPACE = ("/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/local"
             "/providers/Microsoft.MachineLearningServices/workspaces/local")


def main(url, run):
    client = mlflow.MlflowClient(tracking_uri=f"{url}/mlflow/v1.0{WORKSPACE}")
    found = client.get_run(run)
    print(f"{run}: {found.info.status}, {found.data.params}")
    for metric in client.get_metric_history(run, "loss")[::10]:
        print(f"step {metric.step:3}  loss {metric.value:.5f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
