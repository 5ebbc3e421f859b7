"""What is not published for the whole country, and was chosen so that the demo looks like reality.

None of these figures is a fact. Where a published figure exists, targets.csv has it and prevails.
"""

from __future__ import annotations

import numpy as np

REFERRERS = ("01", "02", "03", "04", "05", "06", "08")
FORMS = ("01", "02", "03", "04", "11", "12", "13", "14")
WITH_STAY = np.array([False, False, False, False, True, True, True, True])

# Form of help by referrer, in the stock and in the inflow. Wijkteam (01) goes with referrer 06 by definition.
#                     01    02    03    04    11    12    13    14
FORMS_IN_STOCK = np.array(
    [
        [0.0, 57.0, 9.5, 24.0, 2.4, 2.4, 0.0, 4.7],  # 01 gemeentelijke toegang
        [0.0, 88.5, 3.3, 6.7, 0.1, 0.3, 0.0, 1.1],  # 02 huisarts
        [0.0, 80.0, 9.0, 10.0, 0.1, 0.3, 0.0, 0.6],  # 03 jeugdarts
        [0.0, 20.0, 3.5, 15.5, 37.0, 10.0, 1.5, 12.5],  # 04 gecertificeerde instelling
        [0.0, 80.0, 8.5, 8.0, 0.2, 0.6, 0.2, 2.5],  # 05 medisch specialist
        [86.0, 5.5, 0.8, 7.7, 0.0, 0.0, 0.0, 0.0],  # 06 geen verwijzer
        [0.0, 52.0, 3.0, 18.0, 1.0, 3.0, 9.0, 14.0],  # 08 rechter, officier van justitie
    ]
)
FORMS_IN_FLOW = np.array(
    [
        [0.0, 57.5, 8.5, 26.0, 1.4, 1.6, 0.1, 4.9],
        [0.0, 89.0, 2.6, 7.0, 0.1, 0.2, 0.0, 1.1],
        [0.0, 82.0, 7.0, 10.2, 0.1, 0.2, 0.0, 0.5],
        [0.0, 29.0, 4.0, 23.0, 16.5, 7.5, 4.0, 16.0],
        [0.0, 82.0, 6.0, 8.5, 0.2, 0.5, 0.2, 2.6],
        [86.0, 5.5, 0.8, 7.7, 0.0, 0.0, 0.0, 0.0],
        [0.0, 53.0, 2.0, 20.0, 0.5, 2.5, 9.0, 13.0],
    ]
)
ENDS_SOONER = np.array([1.1, 1.0, 0.9, 1.1, 0.55, 0.7, 1.6, 1.0])
"""How much more likely a form is to end than ambulant help that began on the same day."""
ADULT_ENDS_SOONER = np.array([3.25, 3.25, 3.25, 3.25, 1.13, 1.27, 2.35, 1.36])
"""The same for who turns 18 or is older: only stay tends to go on."""

# How the forms lean to ages: 0-4, 4-12, 12-18, 18 and over. All forms together have the published ages.
AGE_CLASSES = (4, 12, 18)
AGE_BY_FORM = np.array(
    [
        [10.0, 47.0, 36.0, 7.0],
        [5.0, 44.0, 40.0, 11.0],
        [22.0, 54.0, 19.0, 5.0],
        [9.0, 45.0, 37.0, 9.0],
        [14.0, 41.0, 31.0, 14.0],
        [6.0, 40.0, 40.0, 14.0],
        [0.0, 6.0, 80.0, 14.0],
        [4.0, 24.0, 50.0, 22.0],
    ]
)
AGE_BY_FORM /= np.array([6.0, 44.0, 39.0, 11.0])
OLDEST = (0.58, 0.27, 0.15)
"""How "19 and older" divides over 19, 20 and 21."""
NEW_AGES = np.array(
    [1.09, 0.81, 1.55, 2.90, 3.50, 2.93, 3.90, 5.47, 9.05, 9.95, 6.65, 5.74, 3.97, 5.45, 6.49, 6.61, 5.26, 5.02, 2.56, 5.31, 3.18, 2.11]
)
"""Age on 31 December of who is met for the first time after the first day, such that the stand by age stays as published."""

BOYS_BY_AGE = ((3, 0.555), (7, 0.64), (12, 0.605), (18, 0.48), (99, 0.47))
SEX_UNKNOWN = 0.0004
CRISIS_BY_FORM = np.array([0.03, 0.035, 0.01, 0.09, 0.13, 0.06, 0.30, 0.16])

SECOND_HALF = 0.93
"""What begins in a second half-year, as part of a first one: the summer holidays."""
MORE_IN_STOCK = 1.03
"""The trajectories of the first day, as part of the published ones: what is published as begun, ended and running does not
agree (a trajectory of which the end is delivered late runs on in provisional figures), and all three are met within 5 %."""

FIRST_PERSONS = 292_000
"""Persons among those met running on the first day; the other trajectories are their second and third."""
NEW_PERSONS = (0.615, 0.49)
"""Part of what begins that is for somebody not met before: in the first half-year, and in every later one."""
TO_SAME_FORM = np.array([0.32, 0.03, 0.10, 0.09, 0.08, 0.10, 0.95, 0.42])
"""Part of the further trajectories, by form, that goes to somebody with the same form; for stay: with any stay."""
OTHER_STAY = 0.05
"""Chance of somebody with another form of stay, compared to somebody with the same."""
STAY_ALSO_HELPED = 2.6
"""Chance of somebody with stay to get other help as well, compared to somebody without."""

# Jeugdbescherming: type of measure; classes of duration at the end.
PROTECTION = ("11", "12", "21", "22", "23")
PROTECTION_BOUNDS = np.array([1, 91, 182, 365, 730, 1095, 1460, 5475])
PROTECTION_DURATIONS = np.array(
    [[1, 2, 26, 33, 18, 9, 11], [90, 10, 0, 0, 0, 0, 0], [1, 1, 4, 8, 10, 11, 65], [35, 40, 20, 5, 0, 0, 0], [15, 25, 30, 25, 5, 0, 0]],
    dtype=float,
)
OTHER_REASONS = {
    "11": {"02": 35, "03": 40, "05": 24, "06": 1},
    "12": {"07": 66, "02": 8, "03": 14, "04": 12},
    "21": {"14": 97, "15": 3},
    "22": {"14": 70, "12": 20, "13": 10},
    "23": {"14": 55, "12": 35, "13": 10},
}
"""Reasons of ending other than coming of age, and other than those published (OTS 04; voogdij 12 and 13)."""
VOTS_TO_OTS = "07"
DECLINE_GOES_ON = np.array([0.7, 0.0, 0.95, 0.0, 0.0])
"""How much of the difference between what ended and began in the first half-year stays in the later ones, by type."""
TEMPORARY_OF_BOTH = 0.56
"""Part of voorlopige en tijdelijke voogdij that is tijdelijk (23); published only as a sum, and as a stock in 2020."""
PROTECTION_AGES = np.repeat([4.5, 5.9, 5.8], (4, 8, 6))
"""By single year, of who has no youth assistance."""
NEW_GUARDIANS = np.array([0.8, 0.5, 0.6, 1.0, *[1.1] * 7, 1.0, 1.0, 1.0, 0.9, 0.7, 0.5])
"""By single year of age, of whose guardianship begins."""
HANDED_OVER = 0.0025

# Jeugdreclassering.
PROBATION = ("41", "42", "50", "51", "61", "62", "63")
PROBATION_BOUNDS = np.array([1, 91, 182, 365, 730, 1460])
PROBATION_DURATIONS = {"42": (0.52, 0.35, 0.13, 0, 0), "50": (0.08, 0.30, 0.52, 0.10, 0), "51": (0.35, 0.40, 0.25, 0, 0)}
"""Published are all types together; 41 has what these leave."""
PROBATION_SMALL = {"61": (6, 5), "62": (7, 5), "63": (4, 5)}
"""Stock, and begun per half-year, of the types that are too few to be printed."""
RISK_AT_END, REFERRED_AT_END, INTERVENTION = (0.46, 0.38, 0.16), (0.63, 0.37), (0.31, 0.69)
PROBATION_AGES = {12: 0.3, 13: 2, 14: 7, 15: 14, 16: 20, 17: 24, 18: 17, 19: 8, 20: 5, 21: 2.7}
PROBATION_BOYS = 0.81
PROBATION_GOES_ON = 0.47
"""Part of what begins that goes on for somebody whose measure just ended: 8 thousand young people have 10 thousand in a year."""

PREVENTIVE = {"jeugdbescherming": 1600, "jeugdreclassering": 700}
"""Activities in the preventive judicial framework that begin per half-year."""
PREVENTIVE_AGES = {"jeugdbescherming": (0, 18), "jeugdreclassering": (12, 23)}
PREVENTIVE_DAYS = 170.0

PLACED_OUT = 0.60
"""Part of the ondertoezichtstellingen with a machtiging uithuisplaatsing (72)."""
PLACED_SECURE = 0.035

# Persons, addresses, deliveries.
BSN_UNKNOWN = 0.007
UNBORN = 0.0006
BIRTH_DAY_UNKNOWN, BIRTH_MONTH_UNKNOWN = 0.003, 0.0006
MOVES_PER_HALF_YEAR = 0.025
MOVES_WITHIN_GEMEENTE = 0.62
MUNICIPALITY_ONLY = (1.0, 3.4)
"""Beta distribution, over providers, of the part of the records that has a gemeente code and no postal code."""
POSTCODE_TOO_NEW = 0.0008
"""Part of the records whose postal code is not in the list of the office."""
GEMEENTE_SPREAD, WIJK_SPREAD = 0.14, 0.27
"""Standard deviation of the logarithm of the use of youth care between gemeenten, and between wijken of one."""
HOUSEHOLDS = np.array([0.29, 0.62, 0.07, 0.02])
HOUSEHOLDS_WITH_STAY = np.array([0.14, 0.24, 0.57, 0.05])
IN_REGISTER = 0.985
REDELIVERED = 0.03
YOUNG_PER_POSTCODE = 11

SMALL_PROVINCE = "PV22"
"""Drenthe: 12 gemeenten and 181 wijken, from all but empty to 6,000 young people."""
PROVIDERS = 600
NATIONAL_PROVIDERS = 14
INSTITUTIONS = 13
