"""Writes the two files of docs/first-model.md: training.csv and predictions.csv.

A loan model: training rows with their outcome, and ten days of logged predictions that end today at midnight, UTC. In the
last two days, the service that knows applicants' incomes rounds them down to whole thousands, and a third of them are
missing; nothing else changes.
"""

import csv
import datetime
import math
import random

TRAINING_ROWS = 4_000
DAYS = 10
PER_DAY = 1_500
BROKEN_DAYS = 2

draw = random.Random(7)


def applicant():
    income = draw.lognormvariate(10.3, 0.4)
    return {
        "income": round(income, 2),
        "amount": round(draw.lognormvariate(9, 0.6), 2),
        "age": draw.randint(21, 70),
        "purpose": draw.choices(["car", "home", "study", "other"], [4, 3, 2, 1])[0],
    }


def risk(row):
    return 1 / (1 + math.exp(2 + row["income"] / 20_000 - row["amount"] / 5_000))


def write(path, rows):
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def training_row():
    row = applicant()
    score = risk(row)
    return {
        **row,
        "probability": round(score, 4),
        "defaulted": "yes" if draw.random() < score else "no",
    }


def logged_row(number, start):
    row = applicant()
    score = round(risk(row), 4)
    day = number // PER_DAY
    if day >= DAYS - BROKEN_DAYS:
        row["income"] = "" if draw.random() < 1 / 3 else row["income"] // 1000 * 1000
    at = start + datetime.timedelta(seconds=86_400 / PER_DAY * number)
    return {
        "request_id": f"r{number}",
        "scored_at": at.isoformat(timespec="seconds"),
        **row,
        "probability": score,
    }


midnight = datetime.datetime.now(datetime.timezone.utc).replace(
    hour=0, minute=0, second=0, microsecond=0
)
start = midnight - datetime.timedelta(days=DAYS)
write("training.csv", [training_row() for _ in range(TRAINING_ROWS)])
write("predictions.csv", [logged_row(number, start) for number in range(DAYS * PER_DAY)])
print("Wrote training.csv and predictions.csv.")
