-- Jongeren in het jaar: herkomst x regio boven de gemeente.
WITH j AS (
  SELECT DISTINCT ON (persoon) persoon, hk, gm FROM jr
  WHERE aanvang <= '2024-12-31' AND (einde IS NULL OR einde >= '2024-01-01') ORDER BY persoon, aanvang DESC, type DESC)
SELECT k.code, r.code, '2024JJ00', count(*)
FROM j JOIN c_herkomst k ON k.waarde = j.hk JOIN c_regio r ON r.gm = j.gm AND r.niveau <> 'gemeente'
GROUP BY ALL
