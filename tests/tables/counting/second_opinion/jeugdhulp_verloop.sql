-- Liep in het jaar: al bij het begin of begonnen x geëindigd of door x hulpvorm (totaal, verblijf, wijkteam of niet) x regio.
WITH t AS (SELECT *, aanvang < '2024-01-01' AS al, coalesce(einde <= '2024-12-31', false) AS uit FROM jh
           WHERE aanvang <= '2024-12-31' AND (einde IS NULL OR einde >= '2024-01-01'))
SELECT a.code, f.code, h.code, r.code, '2024JJ00', count(*)
FROM t JOIN (VALUES ('CWAV00', true), ('CWAV00', false), ('CWAV01', true), ('CWAV02', false)) a (code, al) ON a.al = t.al
JOIN (VALUES ('CWAF00', true), ('CWAF00', false), ('CWAF01', true), ('CWAF02', false)) f (code, uit) ON f.uit = t.uit
JOIN c_hulpvorm h ON h.waarde = t.hulpvorm AND (h.code LIKE 'A%' OR h.code = 'CWJH12')
JOIN c_regio r ON r.gm = t.gm
GROUP BY ALL
