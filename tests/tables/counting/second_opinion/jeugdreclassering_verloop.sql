-- Liep in het jaar: al bij het begin, begonnen of overgenomen x geëindigd of door x soort x regio.
WITH t AS (
  SELECT *, coalesce(einde <= '2024-12-31', false) AS uit,
    CASE WHEN begonnen >= '2024-01-01' THEN 'nieuw' WHEN aanvang < '2024-01-01' THEN 'al' ELSE 'over' END AS hoe
  FROM jr WHERE aanvang <= '2024-12-31' AND (einde IS NULL OR einde >= '2024-01-01'))
SELECT a.code, f.code, m.code, r.code, '2024JJ00', count(*)
FROM t JOIN (VALUES ('CWAV00', 'al'), ('CWAV00', 'nieuw'), ('CWAV00', 'over'), ('CWAV01', 'al'), ('CWAV02', 'nieuw'), ('CWAV03', 'over')) a (code, hoe) ON a.hoe = t.hoe
JOIN (VALUES ('CWAF00', true), ('CWAF00', false), ('CWAF01', true), ('CWAF02', false)) f (code, uit) ON f.uit = t.uit
JOIN c_jr m ON m.waarde = t.type
JOIN c_regio r ON r.gm = t.gm AND r.niveau <> 'gemeente'
GROUP BY ALL
