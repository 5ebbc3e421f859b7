"""One part of the facts as a mixed-integer programme for HiGHS, and which facts to leave out where none can hold together."""

from __future__ import annotations

import highspy
import numpy as np
from celwacht.disclosure.audit.bounds.components import Part
from celwacht.disclosure.audit.bounds.line_bounds import FAR


class Contradiction(Exception):
    """No whole numbers satisfy the facts of a part; `relations`: positions in the part of the few to leave out."""

    def __init__(self, relations: np.ndarray):
        super().__init__("facts contradict each other")
        self.relations = relations


class Programme:
    """One part as a mixed-integer programme, ready to be asked for the extremes of one objective after the other."""

    def __init__(self, part: Part, whole: bool, seconds: float):
        self.part, self.whole, self.size, self.seconds = part, whole, len(part), seconds
        self.solver = solver = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("mip_rel_gap", 0.0), ("time_limit", seconds)):
            solver.setOptionValue(option, value)
        solver.passModel(model_of(part, whole))

    def extreme(self, objective: np.ndarray, highest: bool) -> tuple[float | None, np.ndarray | None, bool]:
        """(bound or None for none known, infinite where there is none; a solution or None; whether any can exist)."""
        solver = self.solver
        solver.changeColsCost(self.size, np.arange(self.size, dtype=np.int32), objective.astype(np.float64))
        solver.changeObjectiveSense(highspy.ObjSense.kMaximize if highest else highspy.ObjSense.kMinimize)
        solver.setOptionValue("time_limit", solver.getRunTime() + self.seconds)
        solver.run()
        status, info = solver.getModelStatus(), solver.getInfo()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None, None, False
        if status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return np.inf, None, True
        found = np.array(solver.getSolution().col_value) if info.primal_solution_status == 2 else None
        if status == highspy.HighsModelStatus.kOptimal:
            return info.objective_function_value, found, True
        bound = info.mip_dual_bound if self.whole and status == highspy.HighsModelStatus.kTimeLimit else None
        return (bound if bound is not None and np.isfinite(bound) else None), found, True


def model_of(part: Part, whole: bool) -> highspy.HighsLp:
    """One part of the facts as a model for HiGHS, without an objective; whole: in whole numbers."""

    def ends(array):
        return np.where(array >= FAR, highspy.kHighsInf, np.where(array <= -FAR, -highspy.kHighsInf, array.astype(np.float64)))

    lp, rows = highspy.HighsLp(), part.relations
    lp.num_col_, lp.num_row_ = len(part), len(rows)
    lp.col_cost_ = np.zeros(len(part))
    lp.col_lower_, lp.col_upper_ = ends(part.least), ends(part.greatest)
    lp.row_lower_, lp.row_upper_ = ends(rows.least), ends(rows.greatest)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = rows.first.astype(np.int32), rows.cell
    lp.a_matrix_.value_ = rows.coefficient.astype(np.float64)
    if whole:
        lp.integrality_ = [highspy.HighsVarType.kInteger] * len(part)
    return lp


def culprits(part: Part, seconds: float) -> np.ndarray:
    """The relations to leave out so that the rest can hold: least total violation; all of them where no answer came."""
    m, k, rows = len(part.relations), len(part), part.relations
    lp = model_of(part, True)
    lp.num_col_ = k + 2 * m
    lp.col_cost_ = np.concatenate([np.zeros(k), np.ones(2 * m)])
    lp.col_lower_ = np.concatenate([np.asarray(lp.col_lower_), np.zeros(2 * m)])
    lp.col_upper_ = np.concatenate([np.asarray(lp.col_upper_), np.full(2 * m, highspy.kHighsInf)])
    lp.integrality_ = [highspy.HighsVarType.kInteger] * k + [highspy.HighsVarType.kContinuous] * (2 * m)
    slack = [np.array([k + r, k + m + r]) for r in range(m)]
    pieces = [(rows.cell[rows.first[r] : rows.first[r + 1]], rows.coefficient[rows.first[r] : rows.first[r + 1]]) for r in range(m)]
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum([len(p[0]) + 2 for p in pieces])]).astype(np.int32)
    lp.a_matrix_.index_ = np.concatenate([a for p, s in zip(pieces, slack) for a in (p[0], s)]).astype(np.int32)
    lp.a_matrix_.value_ = np.concatenate([a for p in pieces for a in (p[1], [1.0, -1.0])]).astype(np.float64)
    solver = highspy.Highs()
    for option, value in (("output_flag", False), ("threads", 1), ("time_limit", seconds)):
        solver.setOptionValue(option, value)
    solver.passModel(lp)
    solver.run()
    if solver.getInfo().primal_solution_status != 2:
        return np.arange(m)
    x = np.array(solver.getSolution().col_value)[k:]
    found = np.flatnonzero(x[:m] + x[m:] > 1e-4)
    return found if len(found) else np.arange(m)
