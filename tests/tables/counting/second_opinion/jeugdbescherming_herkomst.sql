-- Jongeren in het jaar: herkomst x ondertoezichtstelling of voogdij (alle) x regio.
WITH t AS (SELECT * FROM jb WHERE aanvang <= '2024-12-31' AND (einde IS NULL OR einde >= '2024-01-01')),
j AS (SELECT DISTINCT ON (persoon) persoon, hk, gm FROM t ORDER BY persoon, aanvang DESC, type DESC)
SELECT k.code, m.code, r.code, '2024JJ00', count(DISTINCT j.persoon)
FROM j JOIN t USING (persoon)
JOIN c_herkomst k ON k.waarde = j.hk
JOIN c_jb m ON m.waarde = t.type AND m.code IN ('A027919', 'CWJB10', 'CWJB20')
JOIN c_regio r ON r.gm = j.gm
GROUP BY ALL
