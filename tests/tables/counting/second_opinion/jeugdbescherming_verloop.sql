-- Liep in de periode: al bij het begin, begonnen of overgenomen x geëindigd of door x soort x regio.
WITH t AS (
  SELECT jb.*, p.code AS van, coalesce(einde <= p.laatste, false) AS uit,
    CASE WHEN begonnen >= p.eerste THEN 'nieuw' WHEN aanvang < p.eerste THEN 'al' ELSE 'over' END AS hoe
  FROM jb JOIN periode p ON aanvang <= p.laatste AND (einde IS NULL OR einde >= p.eerste) AND p.soort <> 'kwartaal')
SELECT a.code, f.code, m.code, r.code, t.van, count(*)
FROM t JOIN (VALUES ('CWAV00', 'al'), ('CWAV00', 'nieuw'), ('CWAV00', 'over'), ('CWAV01', 'al'), ('CWAV02', 'nieuw'), ('CWAV03', 'over')) a (code, hoe) ON a.hoe = t.hoe
JOIN (VALUES ('CWAF00', true), ('CWAF00', false), ('CWAF01', true), ('CWAF02', false)) f (code, uit) ON f.uit = t.uit
JOIN c_jb m ON m.waarde = t.type AND m.code IN ('A027919', 'CWJB10', 'CWJB20')
JOIN c_regio r ON r.gm = t.gm AND r.niveau <> 'gemeente'
GROUP BY ALL
