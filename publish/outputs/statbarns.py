"""Kinds of statistic and what they can give away: the names of the statbarns ontology (w3id.org/statbarnsdc), by which researchers and checkers call them.

A kind that is judged here is counted over the register; every other kind goes to a person, with the risks to look for.
"""

from __future__ import annotations

FREQUENCIES, SUMS = "Frequencies", "LinearAggregations"
JUDGED = (FREQUENCIES, SUMS)

LOW_COUNT, DIFFERENCING, CLASS, DOMINANCE = "LowCount", "Differencing", "ClassDisclosure", "Dominance"
IMPLICIT, AUXILIARY, LOW_DOF = "ImplicitTables", "AuxiliaryInformation", "LowDOF"

RISKS = {
    FREQUENCIES: (LOW_COUNT, CLASS, DIFFERENCING),
    SUMS: (LOW_COUNT, DOMINANCE, DIFFERENCING),
    "CalculatedRatios": (LOW_COUNT, DIFFERENCING, IMPLICIT),
    "Clusters": (LOW_COUNT, AUXILIARY),
    "CorrelationCoefficients": (LOW_DOF,),
    "Endpoints": (LOW_COUNT, AUXILIARY),
    "GiniCoefficient": (LOW_COUNT, DOMINANCE),
    "HazardSurvivalTables": (LOW_COUNT, DIFFERENCING, IMPLICIT),
    "LinkedMultilevelTables": (LOW_COUNT, DIFFERENCING, CLASS),
    "Mode": (CLASS,),
    "NonLinearConcentrationRatios": (DOMINANCE, LOW_COUNT),
    "Position": (LOW_COUNT, AUXILIARY),
    "Shape": (LOW_DOF,),
    "StatisticalHypothesisTests": (LOW_DOF, IMPLICIT),
}
"""Every statbarn, with the risks to look for."""

SAID = {
    LOW_COUNT: "a figure of few people",
    DIFFERENCING: "taken from, or beside, another table it tells a figure of few people",
    CLASS: "everybody of a group is in one class",
    DOMINANCE: "one or two make up most of a sum",
    IMPLICIT: "a table can be worked back from it",
    AUXILIARY: "a value of one person, known from elsewhere",
    LOW_DOF: "too few degrees of freedom, so that a model or test tells single records",
}
"""The seven risks in words."""
