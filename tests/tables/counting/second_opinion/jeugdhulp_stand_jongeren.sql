-- Jongeren op de peildatum: geslacht x leeftijd x met of zonder verblijf (alle) x regio.
WITH t AS (
  SELECT jh.*, p.code AS pc,
    CASE WHEN jh.geboren IS NULL THEN -1 ELSE greatest(0, year(p.laatste) - year(jh.geboren) - CASE WHEN (month(p.laatste), day(p.laatste)) < (month(jh.geboren), day(jh.geboren)) THEN 1 ELSE 0 END) END AS toen
  FROM jh
  JOIN periode p ON p.soort = 'halfjaar' AND jh.aanvang <= p.laatste AND (jh.einde IS NULL OR jh.einde > p.laatste)),
j AS (SELECT DISTINCT ON (persoon, pc) persoon, pc, toen, geslacht, gm FROM t
      ORDER BY persoon, pc, aanvang DESC, hulpvorm DESC)
SELECT g.code, l.code, h.code, r.code, j.pc, count(DISTINCT j.persoon)
FROM j JOIN t USING (persoon, pc)
JOIN c_geslacht g ON g.waarde = coalesce(j.geslacht, '-')
JOIN c_leeftijd l ON l.waarde = j.toen
JOIN c_hulpvorm h ON h.waarde = t.hulpvorm AND h.code IN ('CWJH12', 'A042503', 'A027918')
JOIN c_regio r ON r.gm = j.gm
GROUP BY ALL
