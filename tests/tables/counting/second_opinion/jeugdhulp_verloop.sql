-- Liep in de periode: al bij het begin of begonnen x geëindigd of door x hulpvorm (totaal, verblijf, wijkteam of niet) x regio.
WITH t AS (
  SELECT jh.*, p.code AS van, aanvang < p.eerste AS al, coalesce(einde <= p.laatste, false) AS uit
  FROM jh JOIN periode p ON aanvang <= p.laatste AND (einde IS NULL OR einde >= p.eerste) AND p.soort <> 'kwartaal')
SELECT a.code, f.code, h.code, r.code, t.van, count(*)
FROM t JOIN (VALUES ('CWAV00', true), ('CWAV00', false), ('CWAV01', true), ('CWAV02', false)) a (code, al) ON a.al = t.al
JOIN (VALUES ('CWAF00', true), ('CWAF00', false), ('CWAF01', true), ('CWAF02', false)) f (code, uit) ON f.uit = t.uit
JOIN c_hulpvorm h ON h.waarde = t.hulpvorm AND (h.code LIKE 'A%' OR h.code = 'CWJH12')
JOIN c_regio r ON r.gm = t.gm
GROUP BY ALL
