"""Makes rentals.csv: how many bicycles a stand rented out, hour by hour, for 40 made-up days.

    python make_data.py > rentals.csv

Standard library only, with a fixed seed: everybody gets the same file.
"""

import math
import random

DAYS = 40
SEED = 7


def rows(seed=SEED):
    chance = random.Random(seed)
    for day in range(DAYS):
        weekend = day % 7 >= 5
        mean = 14 + 8 * math.sin(day / DAYS * math.pi) + chance.gauss(0, 2)
        rain = chance.random() < 0.25
        wind = abs(chance.gauss(12, 6))
        for hour in range(24):
            temperature = mean + 5 * math.sin((hour - 8) / 24 * 2 * math.pi) + chance.gauss(0, 0.5)
            rush = 0 if weekend else 60 * math.exp(-((hour - 8) / 1.5) ** 2) + 70 * math.exp(-((hour - 17.5) / 2) ** 2)
            leisure = (45 if weekend else 15) * math.exp(-((hour - 14) / 4) ** 2)
            expected = (4 + rush + leisure) * (0.4 if rain else 1) * max(0.2, min(1.3, temperature / 18)) * (1 - wind / 120)
            yield hour, int(weekend), round(temperature, 1), int(rain), round(wind, 1), max(0, round(chance.gauss(expected, 3)))


if __name__ == "__main__":
    print("hour,weekend,temperature,rain,wind,rentals")
    for row in rows():
        print(*row, sep=",")
