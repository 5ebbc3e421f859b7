-- Jongeren in het jaar: met of zonder verblijf (alle) x wijk.
WITH t AS (SELECT * FROM jh WHERE aanvang <= '2024-12-31' AND (einde IS NULL OR einde >= '2024-01-01')),
j AS (SELECT DISTINCT ON (persoon) persoon, wk FROM t ORDER BY persoon, aanvang DESC, hulpvorm DESC)
SELECT h.code, w.code, '2024JJ00', count(DISTINCT j.persoon)
FROM j JOIN t USING (persoon)
JOIN c_hulpvorm h ON h.waarde = t.hulpvorm AND h.code IN ('CWJH12', 'A042503', 'A027918')
JOIN c_wijk w ON w.wk = j.wk
GROUP BY ALL
