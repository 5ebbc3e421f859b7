-- Liep in de periode: jongeren; leeftijd, geslacht en regio van het traject dat het laatst begon, hulpvorm: alle acht; regio boven de gemeente.
WITH t AS (
  SELECT jh.*, p.code AS periode_code FROM jh
  JOIN periode p ON jh.aanvang <= p.laatste AND (jh.einde IS NULL OR jh.einde >= p.eerste) AND p.soort <> 'kwartaal'),
persoon AS (
  SELECT DISTINCT ON (persoon, periode_code) persoon, periode_code, jaren, geslacht, gm FROM t
  ORDER BY persoon, periode_code, aanvang DESC, hulpvorm DESC)
SELECT h.code, l.code, g.code, r.code, j.periode_code, count(DISTINCT j.persoon)
FROM persoon j JOIN t ON t.persoon = j.persoon AND t.periode_code = j.periode_code
JOIN c_leeftijd l ON l.waarde = j.jaren
JOIN c_geslacht g ON g.waarde = coalesce(j.geslacht, '-')
JOIN c_hulpvorm h ON h.waarde = t.hulpvorm
JOIN c_regio r ON r.gm = j.gm AND r.niveau <> 'gemeente'
GROUP BY ALL
