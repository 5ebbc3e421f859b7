-- Jongeren in het jaar: leeftijd x wijk.
WITH j AS (
  SELECT DISTINCT ON (persoon) persoon, jaren, wk FROM jh
  WHERE aanvang <= '2024-12-31' AND (einde IS NULL OR einde >= '2024-01-01')
  ORDER BY persoon, aanvang DESC, hulpvorm DESC)
SELECT l.code, w.code, '2024JJ00', count(*)
FROM j JOIN c_leeftijd l ON l.waarde = j.jaren JOIN c_wijk w ON w.wk = j.wk
GROUP BY ALL
