-- Trajecten in het jaar: hulpvorm (totaal, verblijf, wijkteam of niet) x wijk.
SELECT h.code, w.code, '2024JJ00', count(*)
FROM jh JOIN c_hulpvorm h ON h.waarde = jh.hulpvorm AND (h.code LIKE 'A%' OR h.code = 'CWJH12')
JOIN c_wijk w ON w.wk = jh.wk
WHERE jh.aanvang <= '2024-12-31' AND (jh.einde IS NULL OR jh.einde >= '2024-01-01')
GROUP BY ALL
